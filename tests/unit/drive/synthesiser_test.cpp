// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/synthesiser.h"

#include "driver_support.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"

#include <fstream>
#include <string>

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::drive;
using namespace vasa::test;
using vasa::core::Error;
using vasa::core::ErrorKind;

constexpr double kPhone_s = 0.12;

/// Silence, the phones in sequence, silence; with some speech sound.
struct Utterance {
    std::vector<speech::Phone> phones;
    std::vector<float> speech;

    explicit Utterance(const std::vector<std::string>& names, double phone_s = kPhone_s) {
        double now_s = 0.5;
        phones.push_back({0.0, now_s, "SIL"});
        SyntheticSpeech sound(3);
        sound.silence(now_s);
        for (const std::string& name : names) {
            phones.push_back({now_s, phone_s, name});
            sound.vowel({700, 1200, 2500}, phone_s);
            now_s += phone_s;
        }
        phones.push_back({now_s, 1.0, "SIL"});
        sound.silence(1.0);
        speech = sound.samples();
    }

    motion::MotionClip drive(SynthesiserOptions options = {}) const {
        options.head_motion = 0.0F;
        return synthesise_motion(phones, speech, options);
    }
};

/// Lip gap: the jaw's opening minus what closes it.
float gap(const motion::MotionFrame& frame) {
    const float lips = frame.actions[Action::MouthLowerDownLeft];
    return frame.actions[Action::JawOpen] - frame.actions[Action::MouthClose] + 0.2F * lips;
}

float at(const motion::MotionClip& clip, double time_s, Action action) {
    return clip.frames[static_cast<std::size_t>(std::lround(time_s * 25.0))].actions[action];
}

TEST_CASE("the lips meet on P, B and M in whatever surroundings", "[motion]") {
    for (const char* bilabial : {"P", "B", "M"}) {
        for (const char* vowel : {"AA", "IY", "UW"}) {
            for (const double phone_s : {0.05, 0.12, 0.2}) {
                INFO(bilabial << " in " << vowel << ", " << phone_s << " s a phone");
                const Utterance utterance({vowel, bilabial, vowel}, phone_s);
                const motion::MotionClip clip = utterance.drive();
                const double from_s = 0.5 + phone_s;
                float lowest = 1.0F;
                for (std::size_t i = 0; i < clip.frames.size(); ++i) {
                    const double time_s = static_cast<double>(i) / 25.0;
                    if (time_s >= from_s - 0.04 && time_s <= from_s + phone_s + 0.04) {
                        lowest = std::min(lowest, gap(clip.frames[i]));
                    }
                }
                CHECK(lowest < 0.02F);
            }
        }
    }
}

TEST_CASE("the lower lip meets the teeth on F and V", "[motion]") {
    for (const char* dental : {"F", "V"}) {
        const motion::MotionClip clip = Utterance({"AA", dental, "AA"}).drive();
        const double middle_s = 0.5 + 1.5 * kPhone_s;
        const double vowel_s = 0.5 + 0.5 * kPhone_s;
        CHECK(at(clip, middle_s, Action::MouthRollLower) > 0.3F);
        CHECK(at(clip, vowel_s, Action::MouthRollLower) < 0.1F);
        CHECK(at(clip, middle_s, Action::MouthLowerDownLeft) < 0.08F);
        // Not shut: the teeth show.
        const auto index = static_cast<std::size_t>(std::lround(middle_s * 25.0));
        CHECK(gap(clip.frames[index]) > 0.02F);
    }
}

TEST_CASE("UW, OW and W round the lips, IY spreads them", "[motion]") {
    const auto rounding = [](const char* vowel) {
        const motion::MotionClip clip = Utterance({"T", vowel, "T"}, 0.16).drive();
        return at(clip, 0.5 + 1.5 * 0.16, Action::MouthPucker) +
               at(clip, 0.5 + 1.5 * 0.16, Action::MouthFunnel);
    };
    for (const char* round : {"UW", "OW", "W"}) {
        INFO(round);
        CHECK(rounding(round) > 0.35F);
    }
    CHECK(rounding("IY") < 0.1F);
    const motion::MotionClip spread = Utterance({"T", "IY", "T"}, 0.16).drive();
    CHECK(at(spread, 0.74, Action::MouthStretchLeft) > 0.2F);
}

TEST_CASE("the tongue touches the ridge on T, D, N, L and the palate on K, G, NG", "[motion]") {
    const auto tongue_in = [](const std::string& phone) {
        const Utterance utterance({"AA", phone, "AA"});
        const motion::MotionClip clip = utterance.drive();
        return clip.frames[static_cast<std::size_t>(std::lround((0.5 + 1.5 * kPhone_s) * 25.0))]
            .tongue;
    };
    for (const char* phone : {"T", "D", "N", "L"}) {
        INFO(phone);
        CHECK(tongue_in(phone).tip > 0.95F);
        CHECK(tongue_in(phone).blade < 0.6F);
    }
    for (const char* phone : {"K", "G", "NG"}) {
        INFO(phone);
        CHECK(tongue_in(phone).blade > 0.95F);
        CHECK(tongue_in(phone).tip < 0.5F);
    }
    CHECK(tongue_in("IY").blade > 0.6F);
    CHECK(tongue_in("AA").blade < 0.15F);
    CHECK(tongue_in("AA").tip < 0.15F);
}

TEST_CASE("the mouth opens within a frame of a vowel and rests in silence", "[motion]") {
    const Utterance utterance({"M", "AA", "M", "AA", "M"}, 0.2);
    const motion::MotionClip clip = utterance.drive();
    for (const double middle_s : {0.8, 1.2}) {
        double peak_s = 0.0;
        float highest = 0.0F;
        for (std::size_t i = 0; i < clip.frames.size(); ++i) {
            const double time_s = static_cast<double>(i) / 25.0;
            if (std::abs(time_s - middle_s) < 0.2 && gap(clip.frames[i]) > highest) {
                highest = gap(clip.frames[i]);
                peak_s = time_s;
            }
        }
        CHECK(std::abs(peak_s - middle_s) <= 0.041);
        CHECK(highest > 0.3F);
    }
    for (const double quiet_s : {0.0, 0.2, 1.9, 2.3}) {
        INFO(quiet_s);
        CHECK(gap(clip.frames[static_cast<std::size_t>(quiet_s * 25.0)]) < 0.02F);
    }
}

TEST_CASE("the synthesiser does what it is asked for", "[motion]") {
    const Utterance utterance({"HH", "AH", "L", "OW"});
    SynthesiserOptions options;
    options.seed = 4;
    CHECK(utterance.drive(options).frames.size() == 50);
    CHECK(utterance.drive(options).frames[20].actions.values ==
          utterance.drive(options).frames[20].actions.values);
    options.gaze = {0.3F, -0.2F};
    options.distance = 1.2F;
    options.blink_rate_per_min = 0.0F;
    const motion::MotionClip clip = utterance.drive(options);
    double yaw = 0.0, pitch = 0.0;
    for (const motion::MotionFrame& frame : clip.frames) {
        yaw += static_cast<double>(vasa::head::left_gaze(frame.actions).yaw_rad);
        pitch += static_cast<double>(vasa::head::left_gaze(frame.actions).pitch_rad);
        CHECK(frame.actions[Action::EyeBlinkLeft] == 0.0F);
        CHECK(frame.pose.z_cm == Approx(-12.0F).margin(0.01));
        for (const float value : frame.actions.values) {
            CHECK((value >= 0.0F && value <= 1.0F));
        }
    }
    CHECK(yaw / 50.0 == Approx(0.3).margin(0.12));  // with looks away
    CHECK(pitch / 50.0 == Approx(-0.2).margin(0.12));

    options.distance = 3.0F;
    CHECK_THROWS_AS(utterance.drive(options), Error);
    CHECK(synthesise_motion({}, {}, {}).frames.empty());
}

TEST_CASE("alignments are read, and refused with the line", "[motion]") {
    const ::TestFolder folder;
    const std::string path = folder / "a.phones";
    const auto refusal = [&](const std::string& text) -> std::string {
        std::ofstream(path, std::ios::binary) << text;
        try {
            speech::load_phones(path);
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Input);
            return error.what();
        }
        return "";
    };
    CHECK(refusal("0.00\t0.50\tSIL\r\n0.50\t0.10\tHH\n").empty());
    CHECK(speech::load_phones(path).size() == 2);
    CHECK(speech::load_phones(path)[1].name == "HH");
    CHECK(refusal("0.00\t0.50\tSIL\n0.5 0.1 HH\n").find("a.phones:2:") != std::string::npos);
    CHECK(refusal("0.00\t0.50\tXX\n").find("\"XX\"") != std::string::npos);
    CHECK(refusal("0.00\tnan\tSIL\n").find("\"nan\"") != std::string::npos);
    CHECK(refusal("0.00\t0.50\tSIL\n0.30\t0.50\tSIL\n").find("a.phones:2:") != std::string::npos);
    CHECK_THROWS_AS(speech::load_phones(folder / "none.phones"), Error);
}

TEST_CASE("a performance moves head, brows and lids; the mouth stays") {
    const Utterance utterance({"AA", "B", "IY", "S", "AA", "P", "OW"});
    SynthesiserOptions options;
    options.seed = 5;
    const motion::MotionClip plain = synthesise_motion(utterance.phones, utterance.speech, options);
    std::size_t num_asked = 0;
    float widest = 0;
    const PerformFn perform = [&](const motion::MotionClip& mouth, std::uint64_t) {
        motion::MotionClip clip = mouth;
        num_asked = mouth.frames.size();
        for (motion::MotionFrame& frame : clip.frames) {
            widest = std::max(widest, frame.actions[Action::JawOpen]);
            frame.pose.yaw_rad = 0.2F;
            frame.actions[Action::BrowDownLeft] = 0.4F;
            frame.actions[Action::EyeBlinkLeft] = frame.actions[Action::EyeBlinkRight] = 0.55F;
            frame.actions[Action::JawOpen] = 1.0F;
        }
        return clip;
    };
    const motion::MotionClip clip =
        synthesise_motion(utterance.phones, utterance.speech, options, perform);
    REQUIRE(clip.frames.size() == plain.frames.size());
    CHECK(num_asked == plain.frames.size());
    CHECK(widest > 0.2F);
    int num_shut = 0;
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        CHECK(clip.frames[i].pose.yaw_rad == Approx(0.2F).margin(1e-4));
        CHECK(clip.frames[i].actions[Action::BrowDownLeft] > 0.39F);
        num_shut += clip.frames[i].actions[Action::EyeBlinkLeft] > 0.5F ? 1 : 0;
        CHECK(clip.frames[i].actions[Action::JawOpen] == plain.frames[i].actions[Action::JawOpen]);
        CHECK(clip.frames[i].tongue.tip == plain.frames[i].tongue.tip);
    }
    // Blinks are made by rules: lids that a performance keeps half shut are open.
    CHECK(num_shut < static_cast<int>(clip.frames.size()) / 2);
}

}  // namespace
