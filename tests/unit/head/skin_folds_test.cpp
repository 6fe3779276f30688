// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/skin_folds.h"

#include "support/synthetic_face.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/head/head_model.h"
#include "vasa/head/landmarks.h"
#include "vasa/models/file_marker.h"

#include <string>

#include "support/catch.h"

using namespace vasa;
using head::Action;
using head::Fold;
using head::SkinMap;

namespace {

float strength(const head::Actions& actions, int side, Fold fold) {
    return head::fold_strengths(
        actions)[static_cast<std::size_t>(side)][static_cast<std::size_t>(fold)];
}

}  // namespace

TEST_CASE("the map shows each landmark of the face where it places it") {
    const head::HeadModel model = support::load_head();
    const auto map = SkinMap::samples(model);
    int count = 0;
    for (const int landmark : {head::kNoseTip, head::kChin, 50, 280, 205, 425, 9, 151, 61, 291}) {
        const Eigen::RowVector3f p = model.landmark(model.neutral(), landmark);
        const core::Vec2f at = SkinMap::place(p);
        REQUIRE(at.x > 0);
        REQUIRE(at.x < SkinMap::kWidth);
        const head::RasterSample& s =
            map[static_cast<std::size_t>(at.y) * SkinMap::kWidth + static_cast<std::size_t>(at.x)];
        REQUIRE(s.triangle >= 0);
        const auto& t = model.triangles()[static_cast<std::size_t>(s.triangle)];
        const Eigen::RowVector3f shown = (1 - s.b1 - s.b2) * model.neutral().row(t[0]) +
                                         s.b1 * model.neutral().row(t[1]) +
                                         s.b2 * model.neutral().row(t[2]);
        CHECK((shown - p).norm() < 3 * SkinMap::kTexel_cm);
        ++count;
    }
    CHECK(count == 10);
}

TEST_CASE("an expression folds its own side of the face, and a face at rest does not") {
    head::Actions actions;
    for (int side = 0; side < 2; ++side) {
        for (const Fold fold : {Fold::Smile, Fold::Squint, Fold::BrowUp, Fold::BrowDown}) {
            CHECK(strength(actions, side, fold) == 0.0F);
        }
    }
    actions[Action::MouthSmileLeft] = 0.6F;
    CHECK(strength(actions, 1, Fold::Smile) > 0.5F);
    CHECK(strength(actions, 0, Fold::Smile) == 0.0F);
    CHECK(strength(actions, 1, Fold::BrowUp) == 0.0F);
    actions[Action::BrowInnerUp] = actions[Action::BrowOuterUpRight] = 1;
    CHECK(strength(actions, 0, Fold::BrowUp) > strength(actions, 1, Fold::BrowUp));
    actions[Action::CheekSquintLeft] = actions[Action::EyeSquintLeft] = 1;
    CHECK(strength(actions, 1, Fold::Squint) == Approx(1.0));
}

TEST_CASE("both sides of the folds mirror each other") {
    head::SkinFolds folds;
    folds.half.resize(head::SkinFolds::num_values());
    for (std::size_t i = 0; i < folds.half.size(); ++i) {
        folds.half[i] = static_cast<std::uint8_t>(i * 7 % 251);
    }
    const std::vector<std::uint8_t> both = folds.both_sides();
    REQUIRE(both.size() == 2 * folds.half.size());
    for (const std::size_t row : {0, 17, 409}) {
        for (const std::size_t x : {0, 1, 100, 169}) {
            for (std::size_t k = 0; k < head::kNumFolds; ++k) {
                const auto at = [&](std::size_t column) {
                    return both[(row * SkinMap::kWidth + column) * head::kNumFolds + k];
                };
                CHECK(at(SkinMap::kHalfWidth + x) == at(SkinMap::kHalfWidth - 1 - x));
                CHECK(at(SkinMap::kHalfWidth + x) ==
                      folds.half[(row * SkinMap::kHalfWidth + x) * head::kNumFolds + k]);
            }
        }
    }
}

TEST_CASE("folds of another size are a damaged model") {
    const TestFolder folder;
    const std::string path = folder / "folds.safetensors";
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::SkinFolds);
    writer.add_u8(head::SkinFolds::kTensor, {2, 2, 4}, std::vector<std::uint8_t>(16, 128));
    writer.save(path);
    try {
        head::SkinFolds::load(path);
        FAIL("loaded");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Model);
    }
}
