// SPDX-License-Identifier: Apache-2.0
#include "scene/geometry_state.h"

#include "kernels/shading.h"

#include <algorithm>

namespace vasa::decode {

void GeometryRenderer::State::pose(const head::Pose& pose,
                                   const head::Actions& actions,
                                   Layers& layers) {
    portrait.move(pose, actions, layers.card.size_px(), posed);
    layers.card.bin(posed.card_screen, portrait.card.triangles(), false);
    layers.head.bin(posed.head_screen, portrait.head.triangles(), true);
}

void GeometryRenderer::State::render_canvas_tile(int tile,
                                                 const Layers& layers,
                                                 core::ImageU8& rgba) const {
    thread_local std::vector<RasterSample> card_samples, head_samples;
    layers.card.rasterize(tile, card_samples);
    layers.head.rasterize(tile, head_samples);
    const kernels::Posed posed_view = posed.view();
    const auto [x0, y0] = layers.card.tile_origin(tile);
    for (int i = 0; i < kTile * kTile; ++i) {
        const Float4 colour =
            kernels::shade(portrait.scene, posed_view, head_samples[i], card_samples[i]);
        std::uint8_t* out = rgba.at(x0 + i % kTile, y0 + i / kTile);
        const float cover = colour[3];
        if (cover > 1.0F / 255.0F) {
            for (int c = 0; c < 3; ++c) {
                out[c] = static_cast<std::uint8_t>(std::min(colour[c] / cover + 0.5F, 255.0F));
            }
            out[3] = static_cast<std::uint8_t>(std::min(cover, 1.0F) * 255.0F + 0.5F);
        }
    }
}

void GeometryRenderer::State::render_tile(int tile,
                                          std::vector<RasterSample>& card_samples,
                                          std::vector<RasterSample>& head_samples,
                                          core::ImageU8& rgb) const {
    const auto [x0, y0] = frame.card.tile_origin(tile);
    const bool is_empty = frame.card.tile_is_empty(tile) && frame.head.tile_is_empty(tile);
    frame.card.rasterize(tile, card_samples);
    frame.head.rasterize(tile, head_samples);
    const kernels::Scene scene = portrait.scene;
    const kernels::Posed posed_view = posed.view();
    const core::ImageU8& plate = portrait.code.appearance.plate;
    for (int y = 0; y < kTile / kOversample; ++y) {
        const int fy = y0 / kOversample + y;
        std::uint8_t* out = rgb.at(x0 / kOversample, fy);
        const std::uint8_t* behind = plate.at(x0 / kOversample, fy);
        for (int x = 0; x < kTile / kOversample; ++x, out += 3, behind += 3) {
            Float4 sum = {};
            for (int k = 0; k < kOversample * kOversample && !is_empty; ++k) {
                const int i =
                    (y * kOversample + k / kOversample) * kTile + x * kOversample + k % kOversample;
                sum = sum + kernels::shade(scene, posed_view, head_samples[i], card_samples[i]);
            }
            kernels::finish_pixel(sum, behind, out);
        }
    }
}

}  // namespace vasa::decode
