// SPDX-License-Identifier: Apache-2.0
// Scores of real renders: each must rank a deliberately spoiled clip worse.
#include "program.h"
#include "studio.h"
#include "support/talking_motion.h"

#include "vasa/core/rng.h"
#include "vasa/media/image_file.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using core::ImageU8;
using head::Action;
using test::run_vasa;
using test::RunResult;
using test::Studio;
using test::TemporaryFolder;
using test::value;

namespace fs = std::filesystem;

namespace {

constexpr int kNumFrames = 60, kRate_hz = support::kTalkRate_hz,
              kFrameSamples = support::kTalkFrameSamples;
constexpr int kSilentFrom = 40;  // the last frames are silent

/// 1.5 s of bursts of random level, then silence; the jaw follows the bursts.
struct Talk {
    motion::MotionClip motion;
    std::vector<std::int16_t> speech;
};

Talk make_talk() {
    core::Rng rng(5);
    Talk talk;
    talk.motion = support::make_talking_motion(kNumFrames, kSilentFrom, rng);
    for (int i = 0; i < kNumFrames; ++i) {
        motion::MotionFrame& frame = talk.motion.frames[i];
        // A blink of eight frames every second.
        const float shut[] = {0.4F, 0.9F, 1.0F, 1.0F, 1.0F, 0.8F, 0.5F, 0.2F};
        const int in_blink = (i + 10) % 25;
        frame.actions[Action::EyeBlinkLeft] = in_blink < 8 ? shut[in_blink] : 0.0F;
        frame.actions[Action::EyeBlinkRight] = frame.actions[Action::EyeBlinkLeft];
        frame.pose.yaw_rad = static_cast<float>(0.08 * std::sin(0.31 * i));
        frame.pose.pitch_rad = static_cast<float>(0.05 * std::sin(0.23 * i));
    }
    for (const float sample : support::make_speech_of_jaw(talk.motion, 9000.0, rng)) {
        talk.speech.push_back(static_cast<std::int16_t>(std::clamp(sample, -32000.0F, 32000.0F)));
    }
    return talk;
}

/// Box blur, several pixels wide, inside a square in the middle of the frame.
void blur_middle(ImageU8& image) {
    constexpr int kReach = 3;
    const ImageU8 sharp = image;
    for (int y = image.height / 4; y < 3 * image.height / 4; ++y) {
        for (int x = image.width / 4; x < 3 * image.width / 4; ++x) {
            for (int c = 0; c < 3; ++c) {
                int sum = 0;
                for (int dy = -kReach; dy <= kReach; ++dy) {
                    for (int dx = -kReach; dx <= kReach; ++dx) {
                        sum += sharp.at(x + dx, y + dy)[c];
                    }
                }
                constexpr int kCount = (2 * kReach + 1) * (2 * kReach + 1);
                image.at(x, y)[c] = static_cast<std::uint8_t>(sum / kCount);
            }
        }
    }
}

constexpr double kNoise = 12.0;  ///< standard deviation, of 255

void add_noise(ImageU8& image, core::Rng& rng) {
    for (std::uint8_t& v : image.data) {
        v = static_cast<std::uint8_t>(std::clamp(v + kNoise * rng.normal(), 0.0, 255.0));
    }
}

/// The middle of the picture, stretched: another person's face.
void stretch(ImageU8& image) {
    const ImageU8 from = image;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const double middle = image.width / 2.0;
            const auto source = static_cast<int>(middle + (x - middle) / 1.25);
            std::copy_n(from.at(source, y), 3, image.at(x, y));
        }
    }
}

void check_motion(Studio& studio, const Talk& talk, const nlohmann::json& base) {
    const std::vector<std::string> with_speech = {"--audio", studio.path("s.wav")};
    motion::MotionClip weak = talk.motion, strong = talk.motion, noisy = talk.motion;
    core::Rng rng(11);
    for (int i = 0; i < kNumFrames; ++i) {
        const motion::MotionFrame& frame = talk.motion.frames[i];
        weak.frames[i] = {};
        weak.frames[i].actions[Action::JawOpen] = 0.2F * frame.actions[Action::JawOpen];
        strong.frames[i].actions[Action::JawOpen] =
            std::min(1.0F, 3.0F * frame.actions[Action::JawOpen]);
        strong.frames[i].pose.yaw_rad *= 3.0F;
        strong.frames[i].pose.pitch_rad *= 3.0F;
        head::Actions& actions = noisy.frames[i].actions;
        const bool is_silent = i >= kSilentFrom;
        actions[Action::JawOpen] =
            static_cast<float>(std::clamp((is_silent ? 0.3 : 0.0) + actions[Action::JawOpen] +
                                              (is_silent ? 0.2 : 0.1) * rng.normal(),
                                          0.0,
                                          1.0));
        noisy.frames[i].pose.roll_rad = static_cast<float>(0.03 * rng.normal());
    }
    studio.render("weak", weak);
    studio.render("strong", strong);
    studio.render("noisy", noisy);
    motion::MotionClip lively = talk.motion;
    for (int i = 0; i < kNumFrames; ++i) {
        const auto wave = static_cast<float>(std::sin(0.4 * i));
        head::Actions& actions = lively.frames[i].actions;
        actions[Action::MouthPucker] = 2.0F * actions[Action::JawOpen];
        for (const Action brow :
             {Action::BrowInnerUp, Action::BrowOuterUpLeft, Action::BrowOuterUpRight}) {
            actions[brow] = 0.5F + 0.5F * wave;
        }
        head::set_gaze(actions, {0.45F * wave, 0.0F}, {0.45F * wave, 0.0F});
        for (const Action lid : {Action::EyeBlinkLeft, Action::EyeBlinkRight}) {
            actions[lid] = std::max(0.6F, actions[lid]);
        }
    }
    studio.render("lively", lively);
    const nlohmann::json low = studio.score("weak", with_speech);
    const nlohmann::json high = studio.score("strong", with_speech);
    const nlohmann::json rough = studio.score("noisy", with_speech);
    for (const char* score : {"lip_dynamics", "mouth_std", "head_motion", "pose_delta"}) {
        INFO(score);
        CHECK(value(low, score) < 0.7 * value(base, score));
        CHECK(value(high, score) > 1.4 * value(base, score));
    }
    CHECK(value(low, "blink_rate") == 0);
    CHECK(value(low, "lid_std") < 0.5 * value(base, "lid_std"));
    const nlohmann::json moved = studio.score("lively", with_speech);
    // The brows' landmarks follow the base clip's blinks, too; the weak clip has none.
    CHECK(value(moved, "brow_range") > 1.2 * value(low, "brow_range"));
    CHECK(value(moved, "gaze_range") > 1.3 * value(base, "gaze_range"));
    CHECK(value(moved, "lid_mean") < 0.97 * value(base, "lid_mean"));
    CHECK(value(moved, "lid_p90") < 0.97 * value(base, "lid_p90"));
    CHECK(value(moved, "width_std") > 1.5 * value(base, "width_std"));
    CHECK(value(moved, "gap_width_corr") < value(base, "gap_width_corr") - 0.1);
    CHECK(value(rough, "jerk_lips") > 1.5 * value(base, "jerk_lips"));
    CHECK(value(rough, "jerk_head") > 1.5 * value(base, "jerk_head"));
    CHECK(value(rough, "silent_lip") > 2.0 * value(base, "silent_lip"));
    CHECK(value(rough, "lip_sync_corr") < value(base, "lip_sync_corr"));
    // Against the motion file of another clip.
    const nlohmann::json other = studio.score("base", {"--motion", studio.path("noisy.csv")});
    CHECK(value(other, "motion_pose_error_deg") > value(base, "motion_pose_error_deg"));
    CHECK(value(other, "motion_mouth_corr") < value(base, "motion_mouth_corr"));
    // Controls that the clip ignores.
    const nlohmann::json ignored = studio.score("base", {"--gaze", "20,0", "--distance", "1.4"});
    CHECK(value(ignored, "gaze_error_deg") > value(base, "gaze_error_deg") + 10);
    CHECK(value(ignored, "distance_error") > value(base, "distance_error") + 0.2);
}

void check_speech(Studio& studio, const Talk& talk, const nlohmann::json& base) {
    constexpr int kShift = 5;
    std::vector<std::int16_t> late(talk.speech.size(), 0);
    std::copy(talk.speech.begin(),
              talk.speech.end() - kShift * kFrameSamples,
              late.begin() + kShift * kFrameSamples);
    test::write_wav(studio.path("late.wav"), late, kRate_hz, 1);
    const nlohmann::json shifted = studio.score("base", {"--audio", studio.path("late.wav")});
    CHECK(value(shifted, "lip_sync_offset") == value(base, "lip_sync_offset") - kShift);
    // Other speech, half a second longer.
    std::vector<std::int16_t> other(talk.speech.rbegin(), talk.speech.rend());
    other.resize(other.size() + kRate_hz / 2);
    test::write_wav(studio.path("other.wav"), other, kRate_hz, 1);
    const nlohmann::json wrong = studio.score("base", {"--audio", studio.path("other.wav")});
    CHECK(value(wrong, "lip_sync_corr") < 0.7 * value(base, "lip_sync_corr"));
    CHECK(value(wrong, "av_length_error_frames") == Approx(12.5).margin(0.1));
}

void check_pictures(Studio& studio, const nlohmann::json& base) {
    core::Rng rng(3);
    studio.change("base", "blurred", blur_middle);
    studio.change("base", "grainy", [&](ImageU8& image) { add_noise(image, rng); });
    studio.change("base", "stretched", stretch);
    const nlohmann::json blurred = studio.score("blurred");
    const nlohmann::json grainy = studio.score("grainy");
    const nlohmann::json stretched = studio.score("stretched");
    for (const char* score : {"sharpness_face", "sharpness_mouth", "sharpness_eyes"}) {
        CHECK(value(blurred, score) < 0.5 * value(base, score));
    }
    CHECK(value(grainy, "background_flicker") > 10 * value(base, "background_flicker"));
    // Squared errors of the frame and the noise add up.
    const double noise_db = 20 * std::log10(255.0 / kNoise);
    CHECK(value(grainy, "self_psnr") ==
          Approx(-10 * std::log10(std::pow(10.0, -value(base, "self_psnr") / 10) +
                                  std::pow(10.0, -noise_db / 10)))
              .margin(0.5));
    CHECK(value(grainy, "self_ssim") < value(base, "self_ssim") - 0.1);
    CHECK(value(stretched, "identity_drift") > 1.5 * value(base, "identity_drift"));
    CHECK(grainy["frame_hash"] != base["frame_hash"]);
}

void check_report(const Studio& studio) {
    const RunResult run = run_vasa({"eval",
                                    "--frames-dir",
                                    studio.path("base"),
                                    "--audio",
                                    studio.path("s.wav"),
                                    "--models",
                                    VASA_MODEL_DIR,
                                    "--plot",
                                    studio.path("plot.png"),
                                    "--report",
                                    studio.path("report")});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK_THAT(run.out, Catch::Contains("lip_dynamics") && Catch::Contains("VASA-1"));
    CHECK(media::load_image(studio.path("plot.png")).width > 600);
    const std::string page = test::read_text(studio.path("report") + "/index.html");
    CHECK_THAT(page, Catch::Contains("<html") && Catch::Contains("head_motion"));
    CHECK_THAT(page, !Catch::Contains("http://") && !Catch::Contains("https://"));
}

}  // namespace

TEST_CASE("scores of a real render rank spoiled clips worse") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    Studio studio(*portrait);
    const Talk talk = make_talk();
    test::write_wav(studio.path("s.wav"), talk.speech, kRate_hz, 1);
    studio.render("base", talk.motion);
    const nlohmann::json base = studio.score("base",
                                             {"--audio",
                                              studio.path("s.wav"),
                                              "--motion",
                                              studio.path("base.csv"),
                                              "--gaze",
                                              "0,0",
                                              "--distance",
                                              "1"});
    CHECK(base["frames"] == kNumFrames);
    CHECK(base["frames_without_face"] == 0);
    CHECK(base["frame_hash"].get<std::string>().size() == 64);
    // The scores recover the inputs.
    CHECK(value(base, "av_length_error_frames") == Approx(0).margin(0.01));
    CHECK(std::abs(value(base, "lip_sync_offset")) <= 1);
    CHECK(value(base, "lip_sync_corr") > 0.7);
    CHECK(value(base, "blink_rate") == Approx(60.0 * 2 / 2.4).margin(0.01));
    CHECK(value(base, "motion_pose_error_deg") < 2);
    CHECK(value(base, "motion_mouth_corr") > 0.8);
    // For the example portrait, with a flag close behind the hat; 35 dB with a plain background.
    CHECK(value(base, "self_psnr") > 24);
    check_motion(studio, talk, base);
    check_speech(studio, talk, base);
    check_pictures(studio, base);
    check_report(studio);
}

TEST_CASE("clips that cannot be scored end with the right exit code") {
    const TemporaryFolder folder;
    CHECK(run_vasa({"eval"}).exit_code == 2);
    CHECK(run_vasa({"eval", "a.mp4", "--frames-dir", folder.path("x")}).exit_code == 2);
    CHECK(run_vasa({"eval", folder.path("none.mp4")}).exit_code == 3);
    fs::create_directory(folder.path("empty"));
    const RunResult empty = run_vasa({"eval", "--frames-dir", folder.path("empty")});
    CHECK(empty.exit_code == 3);
    CHECK_THAT(empty.err, Catch::Contains("empty"));
    fs::create_directory(folder.path("grey"));
    ImageU8 grey(64, 64, 3);
    media::save_png(folder.path("grey") + "/1.png", grey, false);
    const RunResult faceless =
        run_vasa({"eval", "--frames-dir", folder.path("grey"), "--models", VASA_MODEL_DIR});
    CHECK(faceless.exit_code == 3);
    CHECK_THAT(faceless.err, Catch::Contains("face"));
}
