// SPDX-License-Identifier: Apache-2.0
#include "scene/geometry_state.h"

#include "kernels/shading.h"
#include "kernels/skin_gain.h"

#include <algorithm>

namespace vasa::decode {

void Layers::bin(const PortraitScene& portrait, const PosedFrame& posed) {
    card.bin(posed.card_screen, portrait.card.triangles(), false);
    head.bin(posed.head_screen, portrait.head.triangles(), true);
}

tiles::FrameLayers Layers::of_frame(const PortraitScene& portrait, const PosedFrame& posed) const {
    return {portrait.scene,
            posed.view(),
            head,
            card,
            posed.head_screen.data(),
            posed.card_screen.data()};
}

void GeometryRenderer::State::pose(const head::Pose& pose,
                                   const head::Actions& actions,
                                   Layers& layers) {
    portrait.move({pose, actions}, layers.card.size_px(), posed);
    layers.bin(portrait, posed);
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
            kernels::shade(portrait.scene, posed_view, head_samples[i], card_samples[i]) *
            kernels::skin_gain(portrait.scene, posed_view, head_samples[i]);
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

}  // namespace vasa::decode
