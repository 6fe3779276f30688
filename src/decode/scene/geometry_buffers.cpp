// SPDX-License-Identifier: Apache-2.0
// What the geometry knows about a frame's pixels, for the frame decoder network.
#include "kernels/pixel_geometry.h"
#include "scene/geometry_state.h"

#include <algorithm>

namespace vasa::decode {

PixelGeometry GeometryRenderer::State::pixel_geometry(const std::vector<RasterSample>& card_samples,
                                                      const std::vector<RasterSample>& head_samples,
                                                      int x,
                                                      int y,
                                                      core::Vec2f* canvas) const {
    const kernels::Posed posed_view = posed.view();
    kernels::PixelSum sum(portrait.scene, posed_view);
    for (int k = 0; k < kOversample * kOversample; ++k) {
        const int i =
            (y * kOversample + k / kOversample) * kTile + x * kOversample + k % kOversample;
        sum.add(head_samples[i], card_samples[i]);
    }
    return sum.finish(canvas);
}

void GeometryRenderer::State::write_buffers(int tile,
                                            const std::vector<RasterSample>& card_samples,
                                            const std::vector<RasterSample>& head_samples,
                                            GeometryBuffers& buffers) const {
    const auto [x0, y0] = frame.card.tile_origin(tile);
    for (int y = 0; y < kTile / kOversample; ++y) {
        for (int x = 0; x < kTile / kOversample; ++x) {
            const int fx = x0 / kOversample + x, fy = y0 / kOversample + y;
            core::Vec2f canvas = {static_cast<float>(fx * 2 + 1 + head::kCanvasMargin_px),
                                  static_cast<float>(fy * 2 + 1 + head::kCanvasMargin_px)};
            const PixelGeometry pixel = pixel_geometry(card_samples, head_samples, x, y, &canvas);
            buffers.flow.at(fx, fy)[0] = canvas.x;
            buffers.flow.at(fx, fy)[1] = canvas.y;
            *buffers.visibility.at(fx, fy) = pixel.visibility;
            *buffers.alpha.at(fx, fy) = pixel.alpha;
            *buffers.part.at(fx, fy) = pixel.part;
            *buffers.shading.at(fx, fy) = pixel.shading;
            std::copy(pixel.normal.begin(), pixel.normal.end(), buffers.normal.at(fx, fy));
            std::copy(pixel.rest_cm.begin(), pixel.rest_cm.end(), buffers.rest.at(fx, fy));
        }
    }
}

void GeometryRenderer::State::write_records(int tile,
                                            const std::vector<RasterSample>& card_samples,
                                            const std::vector<RasterSample>& head_samples,
                                            const core::ImageU8& rgb,
                                            std::vector<DisoccludedPatch>& patches) const {
    constexpr int kSide = kTile / kOversample;
    const auto [x0, y0] = frame.card.tile_origin(tile);
    const int left = x0 / kOversample, top = y0 / kOversample;
    for (DisoccludedPatch& patch : patches) {
        const PixelRect& rect = patch.rect;
        const int first_x = std::max(left, rect.x), first_y = std::max(top, rect.y);
        const int end_x = std::min(left + kSide, rect.x + rect.width);
        const int end_y = std::min(top + kSide, rect.y + rect.height);
        for (int y = first_y; y < end_y; ++y) {
            for (int x = first_x; x < end_x; ++x) {
                patch.records[static_cast<std::size_t>(y - rect.y) * rect.width + x - rect.x] =
                    make_record(
                        rgb.at(x, y),
                        pixel_geometry(card_samples, head_samples, x - left, y - top, nullptr));
            }
        }
    }
}

}  // namespace vasa::decode
