// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/facegood.h"

#include "vasa/core/error.h"

#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "support/catch.h"

namespace core = vasa::core;
namespace head = vasa::head;
namespace train = vasa::train;

TEST_CASE("the rig's controls become the actions of their names", "[train]") {
    train::FacegoodCurves curves;
    curves.names = {"mouth_press_l", "mouth_stretch_c", "mouth_pucker_l", "mouth_pucker_r"};
    curves.values = {0.25F, 0.5F, 0.5F, 0.25F, 0.0F, 3.0F, 0.0F, 0.0F};
    const auto clip = train::motion_of_facegood(curves, "x");
    REQUIRE(clip.frames.size() == 2);
    CHECK(clip.fps.num == 30);
    CHECK(clip.frames[0].actions[head::Action::MouthPressLeft] == 0.25F);
    CHECK(clip.frames[0].actions[head::Action::MouthPressRight] == 0.0F);
    CHECK(clip.frames[0].actions[head::Action::JawOpen] == 0.5F);
    CHECK(clip.frames[0].actions[head::Action::MouthPucker] == Approx(0.375F));
    CHECK(clip.frames[1].actions[head::Action::JawOpen] == 1.0F);
    curves.names[1] = "other";
    CHECK_THROWS_AS(train::motion_of_facegood(curves, "x"), core::Error);
}

TEST_CASE("FACEGOOD's recordings open the jaw as natural talk does", "[train][data]") {
    const char* data = std::getenv("VASA_DATA_DIR");
    if (data == nullptr) {
        WARN("SKIPPED: VASA_DATA_DIR not set");
        return;
    }
    const std::string path = std::string(data) + "/talking/facegood/1114_2_01.npz";
    const auto curves = train::load_facegood(path);
    CHECK(curves.num_frames() == 3295);
    const std::set<std::string> names(curves.names.begin(), curves.names.end());
    for (const train::FacegoodTerm& term : train::facegood_map()) {
        INFO(term.control);
        CHECK(names.count(term.control) == 1);
    }
    double sum = 0, largest = 0;
    for (const auto& frame : train::motion_of_facegood(curves, path).frames) {
        const double jaw = static_cast<double>(frame.actions[head::Action::JawOpen]);
        sum += jaw;
        largest = std::max(largest, jaw);
    }
    CHECK(sum / curves.num_frames() > 0.05);
    CHECK(sum / curves.num_frames() < 0.3);
    CHECK(largest > 0.4);
}
