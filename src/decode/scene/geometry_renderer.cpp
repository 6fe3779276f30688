// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/geometry_renderer.h"

#include "scene/geometry_state.h"

#include "vasa/core/parallel.h"

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace vasa::decode {
namespace {

/// Copies colours to pixels just outside the matte, so that nothing dark bleeds in where an outline
/// is sampled between pixels.
void continue_colours(core::ImageU8& rgba) {
    constexpr int kReach_px = 4;
    std::vector<std::uint8_t> known(static_cast<std::size_t>(rgba.width) * rgba.height);
    for (std::size_t i = 0; i < known.size(); ++i) {
        known[i] = rgba.data[i * 4 + 3] > 0 ? 1 : 0;
    }
    for (int pass = 0; pass < kReach_px; ++pass) {
        std::vector<std::uint8_t> next(known);
        for (int y = 1; y + 1 < rgba.height; ++y) {
            for (int x = 1; x + 1 < rgba.width; ++x) {
                const std::size_t i = static_cast<std::size_t>(y) * rgba.width + x;
                if (known[i] != 0) {
                    continue;
                }
                int sum[3] = {}, count = 0;
                for (const std::size_t n : {i - 1, i + 1, i - rgba.width, i + rgba.width}) {
                    for (int c = 0; c < 3 && known[n] != 0; ++c) {
                        sum[c] += rgba.data[n * 4 + c];
                    }
                    count += known[n];
                }
                for (int c = 0; c < 3 && count > 0; ++c) {
                    rgba.data[i * 4 + c] = static_cast<std::uint8_t>(sum[c] / count);
                }
                next[i] = count > 0 ? 1 : 0;
            }
        }
        known = std::move(next);
    }
}

void make_frame(core::ImageU8& rgb) {
    constexpr int kSize = head::kFrameSize_px;
    if (rgb.width != kSize || rgb.height != kSize || rgb.channels != 3) {
        rgb = core::ImageU8(kSize, kSize, 3);
    }
}

}  // namespace

GeometryRenderer::GeometryRenderer(const head::HeadModel& model,
                                   const head::FaceCode& code,
                                   const head::SkinFolds* folds) {
    state_ = std::make_unique<State>(model, code, folds);
}

GeometryRenderer::~GeometryRenderer() = default;

void GeometryRenderer::render(const head::Pose& pose,
                              const head::Actions& actions,
                              core::ImageU8& rgb,
                              GeometryBuffers* buffers) {
    constexpr int kSize = head::kFrameSize_px;
    State& s = *state_;
    make_frame(rgb);
    s.pose(pose, actions, s.frame);
    if (buffers != nullptr) {
        buffers->flow = core::ImageF(kSize, kSize, 2);
        buffers->visibility = core::ImageF(kSize, kSize, 1);
        buffers->alpha = core::ImageF(kSize, kSize, 1);
        buffers->normal = core::ImageF(kSize, kSize, 3);
        buffers->part = core::ImageU8(kSize, kSize, 1);
        buffers->shading = core::ImageF(kSize, kSize, 1);
        buffers->rest = core::ImageF(kSize, kSize, 3);
    }
    const tiles::FrameLayers layers = s.frame.of_frame(s.portrait, s.posed);
    core::parallel_for(s.frame.card.num_tiles(), [&](int tile) {
        thread_local tiles::TileSamples samples;
        tiles::draw_tile(layers, tile, samples);
        tiles::shade_tile(layers, tile, samples, rgb);
        if (buffers != nullptr) {
            s.write_buffers(tile, samples, *buffers);
        }
    });
}

void GeometryRenderer::render_canvas(const head::Pose& pose,
                                     const head::Actions& actions,
                                     core::ImageU8& rgba) {
    constexpr int kSize = head::kCanvasSize_px;
    State& s = *state_;
    rgba = core::ImageU8(kSize, kSize, 4);
    Layers layers(kSize);
    s.pose(pose, actions, layers);
    core::parallel_for(layers.card.num_tiles(),
                       [&](int tile) { s.render_canvas_tile(tile, layers, rgba); });
    continue_colours(rgba);
}

}  // namespace vasa::decode
