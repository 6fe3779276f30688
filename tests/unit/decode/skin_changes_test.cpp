// SPDX-License-Identifier: Apache-2.0
#include "scene/skin_changes.h"

#include "painted_scene.h"
#include "scene/geometry_state.h"
#include "scene/head_layer.h"
#include "scene/skin_light.h"

#include "vasa/decode/geometry_renderer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using head::Action;
using head::Fold;
using head::Part;
using head::SkinMap;

namespace {

constexpr auto kSmile = static_cast<std::size_t>(Fold::Smile);

/// One dark spot beside each corner of the nose, for smiles.
head::SkinFolds dark_spots() {
    head::SkinFolds folds;
    folds.half.assign(head::SkinFolds::num_values(), head::kFoldZero);
    for (int row = 235; row < 265; ++row) {
        for (int column = 50; column < 70; ++column) {
            folds.half[(static_cast<std::size_t>(row) * SkinMap::kHalfWidth +
                        static_cast<std::size_t>(column)) *
                           head::kNumFolds +
                       kSmile] = 60;
        }
    }
    return folds;
}

head::Actions smile(float left, float right) {
    head::Actions actions;
    actions[Action::MouthSmileLeft] = left;
    actions[Action::MouthSmileRight] = right;
    return actions;
}

SkinChanges changes_of(const PaintedScene& scene, const head::SkinFolds& folds) {
    const HeadLayer layer(scene.model, scene.code, scene.person, scene.view);
    return {scene.model, scene.code, scene.view, layer.vertices(), folds};
}

std::vector<SkinChange> frame_changes(const SkinChanges& changes,
                                      const head::Pose& pose,
                                      const head::Actions& actions) {
    std::vector<SkinChange> out;
    changes.of_frame(actions, pose, out);
    return out;
}

bool is_front_skin(const PaintedScene& scene, int v) {
    return scene.model.vertex_parts()[v] == Part::Skin && scene.view.visible[v] > 0.9F;
}

/// The vertex of the head nearest to a landmark.
int vertex_at(const PaintedScene& scene, int landmark) {
    return scene.model.triangles()[scene.model.landmarks()[landmark].triangle][0];
}

/// Shades the painted skin as if a light shone from the image's right.
void light_from_right(PaintedScene& scene) {
    head::Points normals;
    head::vertex_normals(scene.view.head.camera, scene.model.triangles(), normals);
    core::ImageU8& canvas = scene.code.appearance.canvas;
    constexpr int kSize = SourceView::kSkinSize_px;
    for (int y = 0; y < canvas.height; ++y) {
        for (int x = 0; x < canvas.width; ++x) {
            const head::RasterSample& s =
                scene.view.skin[static_cast<std::size_t>(std::min(y / 2, kSize - 1)) * kSize +
                                static_cast<std::size_t>(std::min(x / 2, kSize - 1))];
            if (s.triangle < 0) {
                continue;
            }
            const auto& t = scene.model.triangles()[s.triangle];
            const float side = (1 - s.b1 - s.b2) * normals(t[0], 0) + s.b1 * normals(t[1], 0) +
                               s.b2 * normals(t[2], 0);
            for (int c = 0; c < 3; ++c) {
                std::uint8_t& value = canvas.at(x, y)[c];
                value = static_cast<std::uint8_t>(static_cast<float>(value) * (0.7F + 0.4F * side));
            }
        }
    }
}

}  // namespace

TEST_CASE("skin is as in the portrait in the portrait's own state") {
    PaintedScene scene(smile(0.4F, 0.2F));
    light_from_right(scene);
    const SkinChanges changes = changes_of(scene, dark_spots());
    for (const SkinChange& change : frame_changes(changes, scene.code.pose, scene.code.actions)) {
        CHECK(change.light == 0.0F);
        CHECK(std::all_of(std::begin(change.folds), std::end(change.folds), [](float fold) {
            return fold == 0.0F;
        }));
    }
    core::ImageU8 moved, folded;
    const head::SkinFolds folds = dark_spots();
    GeometryRenderer(scene.model, scene.code).render(scene.code.pose, scene.code.actions, moved);
    GeometryRenderer(scene.model, scene.code, &folds)
        .render(scene.code.pose, scene.code.actions, folded);
    CHECK(moved.data == folded.data);
}

TEST_CASE("a smile darkens its folds on its own side, and their places only") {
    const PaintedScene scene;
    const head::SkinFolds folds = dark_spots();
    core::ImageU8 moved, folded;
    const head::Actions actions = smile(0.8F, 0.0F);
    GeometryRenderer(scene.model, scene.code).render(scene.code.pose, actions, moved);
    GeometryRenderer(scene.model, scene.code, &folds).render(scene.code.pose, actions, folded);
    const float middle = scene.code.landmarks[head::kNoseTip].x;
    int left = 0, right = 0;
    for (int y = 0; y < moved.height; ++y) {
        for (int x = 0; x < moved.width; ++x) {
            const float drop = luminance_at(moved, x, y) - luminance_at(folded, x, y);
            (static_cast<float>(x) > middle ? left : right) += drop > 20 ? 1 : 0;
        }
    }
    CHECK(left > 100);
    CHECK(left < 2000);
    CHECK(right == 0);
}

TEST_CASE("what is no skin does not fold") {
    PaintedScene scene;
    // The vertex nearest to the middle of the dark spot on the image's right.
    int cheek = 0;
    float nearest = 1e9F;
    for (int v = 0; v < scene.model.num_vertices(); ++v) {
        const core::Vec2f at = SkinMap::place(scene.model.neutral().row(v));
        const float away = std::hypot(at.x - (SkinMap::kHalfWidth + 60.0F), at.y - 250.0F);
        if (is_front_skin(scene, v) && away < nearest) {
            nearest = away;
            cheek = v;
        }
    }
    const auto fold_at = [&](int vertex) {
        const SkinChanges changes = changes_of(scene, dark_spots());
        return frame_changes(changes, scene.code.pose, smile(0.8F, 0.8F))[vertex].folds[kSmile];
    };
    CHECK(fold_at(cheek) > 0.3F);
    // A lock of hair across the cheek.
    core::ImageU8& canvas = scene.code.appearance.canvas;
    const core::Vec2f at = scene.view.uv[cheek];
    for (int y = static_cast<int>(at.y) - 60; y < static_cast<int>(at.y) + 60; ++y) {
        for (int x = static_cast<int>(at.x) - 40; x < static_cast<int>(at.x) + 40; ++x) {
            for (int c = 0; c < 3; ++c) {
                canvas.at(x, y)[c] = 40;
            }
        }
    }
    CHECK(fold_at(cheek) < 0.1F);
}

TEST_CASE("skin that turns to the light brightens, under even light it does not change") {
    PaintedScene scene;
    const auto change_at = [&](int landmark, float yaw_rad) {
        const SkinChanges changes = changes_of(scene, dark_spots());
        head::Pose pose = scene.code.pose;
        pose.yaw_rad += yaw_rad;
        return frame_changes(changes, pose, scene.code.actions)[vertex_at(scene, landmark)].light;
    };
    constexpr int kNoseBridge = 197;
    CHECK(std::fabs(change_at(kNoseBridge, 0.3F)) < 0.04F);
    light_from_right(scene);
    scene.update();
    CHECK(change_at(kNoseBridge, 0.3F) > 0.04F);
    CHECK(change_at(kNoseBridge, -0.3F) < -0.04F);
}
