// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/head_model.h"

#include "support/spoiled_model.h"
#include "support/synthetic_face.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/models/model_files.h"

#include <fstream>

#include "support/catch.h"

using namespace vasa;
using head::Action;
using head::Points;

namespace {

float gap(const head::HeadModel& m, const Points& p, int upper, int lower) {
    return (m.landmark(p, upper) - m.landmark(p, lower)).y();
}

Points pose(const head::HeadModel& m,
            const std::vector<float>& id,
            std::vector<std::pair<Action, float>> set) {
    head::Actions actions;
    for (const auto& [a, v] : set) {
        actions[a] = v;
    }
    Points out;
    m.animate(m.person(id), actions, out);
    return out;
}

}  // namespace

TEST_CASE("the shipped head has the promised size and parts") {
    const head::HeadModel m = support::load_head();
    CHECK(m.num_vertices() >= 5000);
    CHECK(m.num_vertices() <= 10500);
    CHECK(m.num_identity() >= 60);
    std::vector<int> count(head::kNumParts, 0);
    for (head::Part p : m.vertex_parts()) {
        ++count[static_cast<int>(p)];
    }
    for (int c : count) {
        CHECK(c > 100);
    }
    for (const auto& lm : m.landmarks()) {
        CHECK(m.triangle_parts()[lm.triangle] == head::Part::Skin);
    }
}

TEST_CASE("tip and blade of the tongue rise, and nothing else moves") {
    const head::HeadModel m = support::load_head();
    const head::Person person = m.person({});
    Points rest, moved;
    m.animate(person, {}, rest);
    const auto highest = [&](const head::Tongue& tongue, float min_z, float max_z) {
        m.animate(person, {}, tongue, moved);
        float y = -100;
        for (int v = 0; v < m.num_vertices(); ++v) {
            if (m.vertex_parts()[v] != head::Part::Tongue) {
                REQUIRE(moved.row(v) == rest.row(v));
            } else if (rest(v, 2) > min_z && rest(v, 2) < max_z) {
                y = std::max(y, moved(v, 1));
            }
        }
        return y;
    };
    constexpr float kTip_cm = 9.4F, kFront_cm = 20.0F;  // the tip lies in front of 9.4 cm
    constexpr float kBladeFrom_cm = 6.5F, kBladeTo_cm = 8.0F;
    CHECK(highest({1.0F, 0.0F}, kTip_cm, kFront_cm) > highest({}, kTip_cm, kFront_cm) + 1.0F);
    CHECK(highest({0.0F, 1.0F}, kBladeFrom_cm, kBladeTo_cm) >
          highest({}, kBladeFrom_cm, kBladeTo_cm) + 0.8F);
    CHECK(highest({0.0F, 1.0F}, kTip_cm, kFront_cm) < highest({}, kTip_cm, kFront_cm) + 0.3F);
}

TEST_CASE("actions do what their names say, on the side they name") {
    const head::HeadModel m = support::load_head();
    const Points rest = pose(m, {}, {});
    // The person's left is the image's right: x > 0.
    CHECK(m.landmark(rest, core::kLeftEyeOuter).x() > 3);
    CHECK(gap(m, pose(m, {}, {{Action::JawOpen, 1}}), head::kInnerLipTop, head::kInnerLipBottom) >
          gap(m, rest, head::kInnerLipTop, head::kInnerLipBottom) + 2.0F);
    CHECK(gap(m,
              pose(m, {}, {{Action::EyeBlinkLeft, 1}}),
              head::kUpperLidMiddle[1],
              head::kLowerLidMiddle[1]) < 0.1F);
    CHECK(gap(m,
              pose(m, {}, {{Action::EyeBlinkLeft, 1}}),
              head::kUpperLidMiddle[0],
              head::kLowerLidMiddle[0]) > 0.5F);
    const Points smile = pose(m, {}, {{Action::MouthSmileLeft, 1}});
    CHECK(m.landmark(smile, head::kMouthLeft).y() > m.landmark(rest, head::kMouthLeft).y() + 0.3F);
    CHECK(std::abs(m.landmark(smile, head::kMouthRight).y() -
                   m.landmark(rest, head::kMouthRight).y()) < 0.2F);
    const Points tongue = pose(m, {}, {{Action::TongueOut, 1}});
    CHECK((tongue - rest).col(2).maxCoeff() > 2.5F);
}

TEST_CASE("lids close on every person and lips meet at any jaw") {
    const head::HeadModel m = support::load_head();
    core::Rng rng(5);
    for (int i = 0; i < 20; ++i) {
        std::vector<float> id(m.num_identity());
        for (float& c : id) {
            c = static_cast<float>(rng.normal());
        }
        const Points shut = pose(m, id, {{Action::EyeBlinkLeft, 1}, {Action::EyeBlinkRight, 1}});
        for (const auto& [u, l] :
             {std::pair<int, int>{159, 145}, {158, 153}, {386, 374}, {385, 380}}) {
            CHECK(gap(m, shut, u, l) < 0.08F);
        }
        const float rest = gap(m, pose(m, id, {}), head::kInnerLipTop, head::kInnerLipBottom);
        for (float jaw : {0.3F, 0.6F}) {
            const float closed =
                gap(m,
                    pose(m, id, {{Action::JawOpen, jaw}, {Action::MouthClose, jaw}}),
                    head::kInnerLipTop,
                    head::kInnerLipBottom);
            CHECK(std::abs(closed - rest) < 0.25F);
        }
    }
}

TEST_CASE("eyeballs turn rigidly about their centres") {
    const head::HeadModel m = support::load_head();
    const auto eyes = m.eyeballs({});
    head::Actions actions;
    head::set_gaze(actions, {0.3F, 0.1F}, {0.3F, 0.1F});
    Points rest, turned;
    m.animate(m.person({}), {}, rest);
    m.animate(m.person({}), actions, turned);
    for (int v = 0; v < m.num_vertices(); ++v) {
        if (m.vertex_parts()[v] == head::Part::EyeLeft) {
            const Eigen::Vector3f before = rest.row(v).transpose() - eyes[1].center_cm;
            const Eigen::Vector3f after = turned.row(v).transpose() - eyes[1].center_cm;
            CHECK(after.norm() == Approx(before.norm()).margin(1e-4));
            CHECK((after - head::gaze_rotation({0.3F, 0.1F}) * before).norm() < 1e-4F);
        }
    }
}

TEST_CASE("a head model of another kind or version is refused") {
    const std::string shipped = support::model_dir() + "/" + models::kHeadModelFile;
    const TestFolder folder;
    const std::string path = folder / "head.safetensors";
    const auto error_of = [&](const std::string& key, const char* from, const char* to) {
        return support::error_of_spoiled(
            shipped, path, key, from, to, [&] { head::HeadModel::load(path); });
    };
    CHECK_THAT(error_of("kind", "head_model", "sync_expert"),
               Catch::Contains("expected a head model of version 3, found a lip-sync expert"));
    CHECK_THAT(error_of("format_version", "3", "4"), Catch::Contains("found version 4"));
}

TEST_CASE("a missing or damaged head model is a model error") {
    const auto kind_of = [](const std::string& path) {
        try {
            head::HeadModel::load(path);
        } catch (const core::Error& e) {
            return e.kind();
        }
        return core::ErrorKind::Batch;
    };
    CHECK(kind_of("/nonexistent/head_model.safetensors") == core::ErrorKind::Model);
    std::ifstream in(support::model_dir() + "/" + models::kHeadModelFile, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    const std::string path = "head_model_test_damaged.safetensors";
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{7}, std::size_t{500}, bytes.size() / 2, bytes.size() - 1}) {
        std::ofstream(path, std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(size));
        CHECK(kind_of(path) == core::ErrorKind::Model);
    }
    std::remove(path.c_str());
}
