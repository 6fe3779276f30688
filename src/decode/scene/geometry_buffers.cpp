// SPDX-License-Identifier: Apache-2.0
// What the geometry knows about a frame's pixels, for the frame decoder network.
#include "kernels/pixel_geometry.h"
#include "scene/geometry_state.h"

#include <algorithm>

namespace vasa::decode {

void GeometryRenderer::State::write_buffers(int tile,
                                            const tiles::TileSamples& samples,
                                            GeometryBuffers& buffers) const {
    const auto [x0, y0] = frame.card.tile_origin(tile);
    const kernels::Posed posed_view = posed.view();
    for (int y = 0; y < kTile / kOversample; ++y) {
        for (int x = 0; x < kTile / kOversample; ++x) {
            const int fx = x0 / kOversample + x, fy = y0 / kOversample + y;
            core::Vec2f canvas = {static_cast<float>(fx * 2 + 1 + head::kCanvasMargin_px),
                                  static_cast<float>(fy * 2 + 1 + head::kCanvasMargin_px)};
            kernels::PixelSum sum(portrait.scene, posed_view);
            tiles::add_samples(samples, x, y, sum);
            const PixelGeometry pixel = sum.finish(&canvas);
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

}  // namespace vasa::decode
