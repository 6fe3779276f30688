// SPDX-License-Identifier: Apache-2.0
// Emotions in motion from speech.
#include "driver_support.h"

#include "vasa/drive/speech_motion.h"
#include "vasa/drive/synthesiser.h"
#include "vasa/motion/emotional_motion.h"

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::drive;
using namespace vasa::test;

std::vector<float> some_speech() {
    SyntheticSpeech sound(3);
    sound.silence(0.5);
    for (int i = 0; i < 12; ++i) {
        sound.vowel({700, 1200, 2500}, 0.15).silence(0.1);
    }
    return sound.silence(0.5).samples();
}

motion::MotionClip driven_by_rules(const std::string& emotion) {
    SpeechMotionOptions options;
    options.driver = Driver::Rules;
    options.seed = 3;
    options.controls.set_emotion(emotion);
    const std::vector<float> speech = some_speech();
    return SpeechDriver("").drive(
        speech, k25, static_cast<int>(speech.size() / 640), options, core::StopToken());
}

TEST_CASE("the emotion is added to the motion once", "[motion]") {
    const motion::MotionClip neutral = driven_by_rules("neutral");
    const motion::MotionClip sad = driven_by_rules("sad:0.5");
    motion::MotionClip expected = neutral;
    motion::Controls controls;
    controls.set_emotion("sad:0.5");
    motion::add_emotion(expected, controls);
    REQUIRE(sad.frames.size() == neutral.frames.size());
    for (std::size_t i = 0; i < sad.frames.size(); ++i) {
        INFO("frame " << i);
        for (const Action action :
             {Action::BrowInnerUp, Action::MouthFrownLeft, Action::MouthSmileRight}) {
            CHECK(sad.frames[i].actions[action] ==
                  Approx(expected.frames[i].actions[action]).margin(1e-5));
        }
    }
    CHECK(mean_between(sad, Action::BrowInnerUp, 1.0, 3.0) >
          mean_between(neutral, Action::BrowInnerUp, 1.0, 3.0) + 0.25F);
}

TEST_CASE("synthesised motion has the tempo of an emotion, not its face", "[motion]") {
    const std::vector<float> speech = some_speech();
    const std::vector<speech::Phone> phones = {
        {0.0, 0.5, "SIL"}, {0.5, 1.5, "AA"}, {2.0, 1.5, "M"}};
    SynthesiserOptions options;
    const auto travel = [](const motion::MotionClip& clip) {
        double sum = 0;
        for (std::size_t i = 1; i < clip.frames.size(); ++i) {
            sum += std::abs(
                static_cast<double>(clip.frames[i].pose.yaw_rad - clip.frames[i - 1].pose.yaw_rad));
        }
        return sum;
    };
    double calm = 0, angry = 0, sad = 0;
    for (options.seed = 0; options.seed < 12; ++options.seed) {
        const motion::MotionClip neutral = synthesise_motion(phones, speech, options);
        options.emotion[static_cast<std::size_t>(motion::Emotion::Angry)] = 1.0F;
        const motion::MotionClip fast = synthesise_motion(phones, speech, options);
        options.emotion = {};
        options.emotion[static_cast<std::size_t>(motion::Emotion::Sad)] = 1.0F;
        const motion::MotionClip slow = synthesise_motion(phones, speech, options);
        options.emotion = {};
        for (std::size_t i = 0; i < neutral.frames.size(); ++i) {
            for (const Action action :
                 {Action::BrowDownLeft, Action::MouthFrownLeft, Action::BrowInnerUp}) {
                REQUIRE(fast.frames[i].actions[action] == neutral.frames[i].actions[action]);
                REQUIRE(slow.frames[i].actions[action] == neutral.frames[i].actions[action]);
            }
        }
        calm += travel(neutral);
        angry += travel(fast);
        sad += travel(slow);
    }
    CHECK(angry > 1.1 * calm);
    CHECK(sad < 0.9 * calm);
}

TEST_CASE("P, B and M close under every emotion", "[motion]") {
    for (const char* bilabial : {"P", "B", "M"}) {
        std::vector<speech::Phone> phones = {{0.0, 0.5, "SIL"}};
        double now_s = 0.5;
        for (int i = 0; i < 6; ++i) {
            phones.push_back({now_s, 0.12, "AA"});
            phones.push_back({now_s + 0.12, 0.08, bilabial});
            now_s += 0.2;
        }
        phones.push_back({now_s, 1.0, "SIL"});
        const motion::MotionClip spoken = synthesise_motion(phones, some_speech(), {});
        for (int e = 0; e < motion::kNumEmotions; ++e) {
            INFO(bilabial << " " << motion::emotion_name(static_cast<motion::Emotion>(e)));
            motion::Controls controls;
            controls.set_emotion(
                std::string(motion::emotion_name(static_cast<motion::Emotion>(e))));
            motion::MotionClip clip = spoken;
            motion::add_emotion(clip, controls);
            for (std::size_t p = 2; p + 1 < phones.size(); p += 2) {
                float lowest = 1.0F;
                const auto first = static_cast<std::size_t>(25.0 * (phones[p].start_s - 0.04));
                for (std::size_t i = first; i < first + 5; ++i) {
                    const vasa::head::Actions& actions = clip.frames[i].actions;
                    lowest = std::min(lowest,
                                      actions[Action::JawOpen] - actions[Action::MouthClose] +
                                          0.2F * actions[Action::MouthLowerDownLeft] +
                                          0.2F * actions[Action::MouthUpperUpLeft] +
                                          0.15F * actions[Action::NoseSneerLeft]);
                }
                CHECK(lowest < 0.04F);
            }
        }
    }
}

}  // namespace
