// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/live_motion.h"

#include "support/synthetic_speech.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/head/pose.h"
#include "vasa/motion/motion_space.h"
#include "vasa/speech/speech_rate.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::drive;
using head::Action;

namespace {

constexpr std::size_t kSecond = speech::kSpeechRate_hz;

const std::shared_ptr<const LiveModels>& shipped() {
    static const auto models = LiveModels::load(std::string(VASA_SOURCE_DIR) + "/models", "cpu");
    return models;
}

LiveMotion make_motion(core::Rational fps = {25, 1}) {
    LiveMotionOptions options;
    options.fps = fps;
    options.seed = 3;
    return LiveMotion(shipped(), options);
}

std::vector<float> talking(std::uint64_t seed, int num_words = 5) {
    test::SyntheticSpeech speech(seed);
    for (int i = 0; i < num_words; ++i) {
        speech.vowel(test::SyntheticSpeech::kA, 0.2)
            .fricative(0.1)
            .vowel(test::SyntheticSpeech::kI, 0.15)
            .silence(0.06);
    }
    return speech.samples();
}

std::vector<motion::MotionFrame> take_all(LiveMotion& motion) {
    std::vector<motion::MotionFrame> frames;
    while (motion.frames_ready() > 0) {
        frames.push_back(motion.next());
    }
    return frames;
}

std::vector<motion::MotionFrame> frames_of(const std::vector<float>& speech,
                                           std::size_t piece,
                                           core::Rational fps = {25, 1}) {
    LiveMotion motion = make_motion(fps);
    std::vector<motion::MotionFrame> frames;
    for (std::size_t i = 0; i < speech.size(); i += piece) {
        motion.push(&speech[i], std::min(piece, speech.size() - i));
        const std::vector<motion::MotionFrame> ready = take_all(motion);
        frames.insert(frames.end(), ready.begin(), ready.end());
    }
    return frames;
}

bool is_same(const motion::MotionFrame& a, const motion::MotionFrame& b) {
    return a.actions.values == b.actions.values &&
           head::pose_values(a.pose) == head::pose_values(b.pose);
}

float opening(const motion::MotionFrame& frame) {
    return frame.actions[Action::JawOpen] - frame.actions[Action::MouthClose];
}

float widest(const std::vector<motion::MotionFrame>& frames, std::size_t from, std::size_t to) {
    float widest = -1.0F;
    for (std::size_t i = from; i < std::min(to, frames.size()); ++i) {
        widest = std::max(widest, opening(frames[i]));
    }
    return widest;
}

}  // namespace

TEST_CASE("live motion does not depend on how the speech was cut", "[live]") {
    const std::vector<float> speech = talking(1);
    const auto at_once = frames_of(speech, speech.size());
    REQUIRE(at_once.size() > 40);
    for (const std::size_t piece : {std::size_t{100}, std::size_t{6001}}) {
        const auto frames = frames_of(speech, piece);
        REQUIRE(frames.size() == at_once.size());
        for (std::size_t i = 0; i < frames.size(); ++i) {
            REQUIRE(is_same(frames[i], at_once[i]));
        }
    }
}

TEST_CASE("a frame is ready after its look-ahead and knows nothing beyond", "[live]") {
    for (const core::Rational fps : {core::Rational{25, 1}, core::Rational{30, 1}}) {
        std::vector<float> speech = talking(2), other = talking(3);
        constexpr std::size_t kCut = 19200;
        std::copy(speech.begin(), speech.begin() + kCut, other.begin());
        LiveMotion motion = make_motion(fps);
        motion.push(speech.data(), kCut);
        const auto frames = take_all(motion);
        const double heard_s = static_cast<double>(kCut) / kSecond - motion.lookahead_s();
        CHECK(static_cast<double>(frames.size()) >= std::floor(heard_s * fps.value() + 1e-9) + 1.0);
        CHECK(motion.lookahead_s() < 0.3);
        const auto with_other = frames_of(other, other.size(), fps);
        REQUIRE(with_other.size() > frames.size());
        bool differs_later = false;
        const auto whole = frames_of(speech, speech.size(), fps);
        for (std::size_t i = 0; i < with_other.size(); ++i) {
            if (i < frames.size()) {
                REQUIRE(is_same(with_other[i], frames[i]));
            } else {
                differs_later = differs_later || !is_same(with_other[i], whole[i]);
            }
        }
        CHECK(differs_later);
    }
}

TEST_CASE("an interrupted mouth shuts within two frames and speaks again", "[live]") {
    const std::vector<float> speech = talking(4, 6);
    LiveMotion motion = make_motion();
    motion.push(speech.data(), 2 * kSecond);
    REQUIRE(motion.frames_ready() > 40);
    for (int i = 0; i < 30; ++i) {
        motion.next();
    }
    motion.interrupt();
    const std::size_t left = motion.frames_ready();
    motion.next();
    for (std::size_t i = 1; i < left; ++i) {
        CHECK(opening(motion.next()) < 1e-3F);
    }
    // The look-ahead of what was pushed before stays shut, too.
    const std::vector<float> again = talking(4, 6);
    motion.push(again);
    const auto frames = take_all(motion);
    const auto until_pushed = static_cast<std::size_t>(50 - 30) - left;
    CHECK(widest(frames, 0, until_pushed) < 1e-3F);
    CHECK(widest(frames, until_pushed, frames.size()) > 0.05F);
}

TEST_CASE("in silence the mouth is shut, the head breathes, the eyes blink", "[live]") {
    core::Rng rng(5);
    std::vector<float> silence(15 * kSecond);
    for (std::size_t i = silence.size() / 2; i < silence.size(); ++i) {
        silence[i] = static_cast<float>(1e-4 * rng.normal());  // a quiet room
    }
    const auto frames = frames_of(silence, 1600);
    CHECK(widest(frames, 0, frames.size()) < 0.03F);
    float lids = 0.0F, low = 1.0F, high = -1.0F;
    for (const motion::MotionFrame& frame : frames) {
        lids = std::max(lids, frame.actions[Action::EyeBlinkLeft]);
        low = std::min(low, frame.pose.pitch_rad);
        high = std::max(high, frame.pose.pitch_rad);
    }
    CHECK(lids > 0.99F);
    CHECK(high - low > 0.004F);
    CHECK(high - low < 0.5F);
}

TEST_CASE("speech opens the live mouth", "[live]") {
    const auto frames = frames_of(talking(6), 1600);
    CHECK(widest(frames, 0, frames.size()) > 0.1F);
}

TEST_CASE("live motion refuses what it cannot do", "[live]") {
    LiveMotionOptions options;
    options.style = "no such style";
    CHECK_THROWS_AS(LiveMotion(shipped(), options), core::Error);
    options.style.clear();
    options.fps = {1000, 1};
    CHECK_THROWS_AS(LiveMotion(shipped(), options), core::Error);
    LiveMotion motion = make_motion();
    CHECK(motion.frames_ready() == 0);
    CHECK_THROWS_AS(motion.next(), core::Error);
}
