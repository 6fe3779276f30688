// SPDX-License-Identifier: Apache-2.0
#include "scene/scalp.h"

#include "painted_scene.h"

#include "vasa/decode/geometry_renderer.h"

#include <algorithm>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;

TEST_CASE("a turned head has a back, of which its own pose shows nothing") {
    PaintedScene scene;
    // A portrait without hair: just what the mesh shows.
    core::ImageU8& canvas = scene.code.appearance.canvas;
    constexpr int kSize = SourceView::kSkinSize_px;
    for (int y = 0; y < canvas.height; ++y) {
        for (int x = 0; x < canvas.width; ++x) {
            const std::size_t at = static_cast<std::size_t>(std::min(y / 2, kSize - 1)) * kSize +
                                   static_cast<std::size_t>(std::min(x / 2, kSize - 1));
            canvas.at(x, y)[3] = scene.view.skin[at].triangle >= 0 ? 255 : 0;
        }
    }
    GeometryRenderer renderer(scene.model, scene.code);
    const auto cover_of = [&](float yaw_rad) {
        head::Pose pose = scene.code.pose;
        pose.yaw_rad += yaw_rad;
        core::ImageU8 rgb;
        GeometryBuffers buffers;
        renderer.render(pose, scene.code.actions, rgb, &buffers);
        double sum = 0;  // of the upper half: the head without neck and shoulders
        for (std::size_t i = 0; i < buffers.alpha.data.size() / 2; ++i) {
            sum += static_cast<double>(buffers.alpha.data[i]);
        }
        return sum;
    };
    const double front = cover_of(0.0F);
    CHECK(cover_of(0.05F) < 1.03 * front);
    CHECK(cover_of(0.7F) > 0.95 * front);
    CHECK(cover_of(-0.7F) > 0.95 * front);
}

TEST_CASE("a head that the frame cuts has no scalp") {
    PaintedScene scene;
    core::ImageU8& canvas = scene.code.appearance.canvas;
    for (std::size_t i = 3; i < canvas.data.size(); i += 4) {
        canvas.data[i] = 255;  // hair to all ends of the canvas
    }
    const std::vector<float> alpha(static_cast<std::size_t>(scene.model.num_vertices()), 0.0F);
    const auto neighbours = vertex_neighbours(scene.model.num_vertices(), scene.model.triangles());
    const auto size_of = [&](const ScalpParams& params) {
        return Scalp(scene.model, scene.code, scene.view, alpha, neighbours, params)
            .vertices()
            .size();
    };
    ScalpParams spoilt;
    spoilt.max_cut_share = 1;
    CHECK(size_of({}) == 0);
    CHECK(size_of(spoilt) > 100);
}
