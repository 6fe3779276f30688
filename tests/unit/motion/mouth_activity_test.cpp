// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/mouth_activity.h"

#include "vasa/models/model_files.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using head::Action;

namespace {

constexpr std::size_t kWidth = motion::kMouthActivityWidth;

const head::HeadModel& model() {
    static const head::HeadModel model =
        head::HeadModel::load(std::string(VASA_SOURCE_DIR) + "/models/" + models::kHeadModelFile);
    return model;
}

/// Four seconds of syllables, two of rest.
std::vector<motion::MotionFrame> talk(float opening) {
    std::vector<motion::MotionFrame> frames(150);
    for (std::size_t i = 0; i < 100; ++i) {
        const auto wave = static_cast<float>(0.5 - 0.5 * std::cos(0.8 * static_cast<double>(i)));
        frames[i].actions[Action::JawOpen] = opening * wave;
        frames[i].actions[Action::MouthStretchLeft] = 0.3F * opening * wave;
        frames[i].actions[Action::MouthStretchRight] = 0.3F * opening * wave;
    }
    return frames;
}

}  // namespace

TEST_CASE("mouth activity is the same for small and large mouths") {
    const auto small = motion::mouth_activity(talk(0.2F), model());
    const auto large = motion::mouth_activity(talk(0.5F), model());
    REQUIRE(small.size() == 150 * kWidth);
    double difference = 0;
    for (std::size_t i = 0; i < small.size(); ++i) {
        difference += std::abs(small[i] - large[i]) / static_cast<double>(small.size());
    }
    CHECK(difference < 0.15);
    // A mouth that never moves stays silent: noise is not blown up to speech.
    motion::MouthActivityParams no_floor;
    no_floor.min_gap_spread = no_floor.min_width_spread = 1e-6F;
    const auto largest = [](const std::vector<float>& features) {
        float value = 0;
        for (const float feature : features) {
            value = std::max(value, std::abs(feature));
        }
        return value;
    };
    CHECK(largest(motion::mouth_activity(talk(0.002F), model())) < 0.4F);
    CHECK(largest(motion::mouth_activity(talk(0.002F), model(), no_floor)) > 1.0F);
}

TEST_CASE("mouth activity is high in speech, low in rest, and knows the mouth alone") {
    std::vector<motion::MotionFrame> frames = talk(0.4F);
    const auto features = motion::mouth_activity(frames, model());
    const auto at = [&](std::size_t frame, std::size_t k) { return features[frame * kWidth + k]; };
    CHECK(at(50, 4) > 5.0F * at(145, 4));
    CHECK(at(50, 5) > 5.0F * at(145, 5));
    CHECK(at(4, 0) > at(8, 0) + 1.0F);  // open, then closed
    for (motion::MotionFrame& frame : frames) {
        frame.pose.pitch_rad = 0.3F;
        frame.actions[Action::BrowInnerUp] = 1.0F;
        frame.actions[Action::EyeBlinkLeft] = 1.0F;
    }
    CHECK(motion::mouth_activity(frames, model()) == features);
}
