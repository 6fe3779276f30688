// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/prepare_landmarks.h"

#include "support/npz_archive.h"
#include "support/synthetic_face.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using head::Action;

namespace {

constexpr int kWidth_px = 1280, kHeight_px = 720;
constexpr int kNumFrames = 150;

/// A talking head at 25 Hz: nods, turns, opens its mouth in pairs of syllables, blinks twice.
std::vector<head::LandmarkFit> talk() {
    std::vector<head::LandmarkFit> truth(kNumFrames);
    core::Rng rng(21);
    std::vector<float> identity(60);
    for (float& value : identity) {
        value = static_cast<float>(0.5 * rng.normal());
    }
    for (int t = 0; t < kNumFrames; ++t) {
        head::LandmarkFit& frame = truth[static_cast<std::size_t>(t)];
        frame.identity = identity;
        const double s = t / 25.0;
        frame.pose.yaw_rad = static_cast<float>(0.15 * std::sin(1.9 * s));
        frame.pose.pitch_rad = static_cast<float>(0.06 * std::sin(5.0 * s + 1));
        frame.pose.roll_rad = static_cast<float>(0.08 * std::sin(1.1 * s + 2));
        frame.pose.x_cm = static_cast<float>(2 * std::sin(0.8 * s));
        frame.pose.z_cm = -200;
        // Closed for half of the time.
        frame.actions[Action::JawOpen] =
            static_cast<float>(0.3 * std::max(0.0, std::sin(12.0 * s)));
        const bool is_blink = (t >= 60 && t < 64) || (t >= 120 && t < 124);
        frame.actions[Action::EyeBlinkLeft] = is_blink ? 1.0F : 0.0F;
        frame.actions[Action::EyeBlinkRight] = is_blink ? 1.0F : 0.0F;
    }
    return truth;
}

/// Whole pixels of a picture of kWidth_px x kHeight_px taken by a long lens.
head::Landmarks68 in_picture(const head::HeadModel& model, const head::LandmarkFit& truth) {
    const auto mesh = head::project_landmarks(model, {kWidth_px, 3.0 * kWidth_px}, truth);
    head::Landmarks68 out;
    for (int i = 0; i < head::kNumLandmarks68; ++i) {
        const core::Vec2f point = mesh[head::kMeshOfLandmarks68[i]];
        constexpr int kShift_px = (kWidth_px - kHeight_px) / 2;
        out[i] = {std::round(point.x), std::round(point.y - kShift_px)};
    }
    return out;
}

train::LandmarkShot synthetic_shot(const head::HeadModel& model) {
    train::LandmarkShot shot;
    shot.clip = "talk";
    for (const head::LandmarkFit& truth : talk()) {
        shot.frames.push_back(in_picture(model, truth));
    }
    return shot;
}

/// Root mean square of a difference over time without its mean.
template <typename Of>
double scatter(const motion::MotionClip& clip, const Of& of) {
    const auto truth = talk();
    double sum = 0, squares = 0;
    for (std::size_t t = 0; t < clip.frames.size(); ++t) {
        const double d = static_cast<double>(of(clip.frames[t]) - of(truth[t]));
        sum += d;
        squares += d * d;
    }
    const auto n = static_cast<double>(clip.frames.size());
    return std::sqrt(squares / n - sum / n * sum / n);
}

}  // namespace

TEST_CASE("68 landmarks in whole pixels give the head's motion", "[train]") {
    const head::HeadModel model = support::load_head();
    const train::LandmarkShot shot = synthetic_shot(model);
    const train::LandmarkMotion motion(model, {shot});
    CHECK(motion.person_error() < 0.004);
    const motion::MotionClip clip = motion.fit(shot).clip;
    REQUIRE(clip.frames.size() == kNumFrames);
    CHECK(scatter(clip, [](const auto& f) { return f.pose.yaw_rad; }) < 0.01);
    CHECK(scatter(clip, [](const auto& f) { return f.pose.pitch_rad; }) < 0.012);
    CHECK(scatter(clip, [](const auto& f) { return f.pose.roll_rad; }) < 0.004);
    CHECK(scatter(clip, [](const auto& f) { return f.pose.x_cm; }) < 0.3);
    CHECK(scatter(clip, [](const auto& f) { return f.actions[Action::JawOpen]; }) < 0.05);
    for (const std::size_t t : {30U, 90U}) {
        CHECK(clip.frames[t].actions[Action::EyeBlinkLeft] < 0.25F);
    }
    for (const std::size_t t : {61U, 62U, 121U, 122U}) {
        CHECK(clip.frames[t].actions[Action::EyeBlinkLeft] > 0.8F);
    }
}

TEST_CASE("smoothing takes the pixels' steps out of a resting head", "[train]") {
    const head::HeadModel model = support::load_head();
    train::LandmarkShot shot = synthetic_shot(model);
    core::Rng rng(9);
    train::LandmarkShot still = shot;
    still.frames.assign(100, shot.frames[40]);
    for (head::Landmarks68& frame : still.frames) {
        for (core::Vec2f& point : frame) {
            point.x = std::round(point.x + static_cast<float>(rng.normal() * 0.7));
            point.y = std::round(point.y + static_cast<float>(rng.normal() * 0.7));
        }
    }
    const auto roughness = [&](int half_window) {
        train::LandmarkMotionParams params;
        params.pose_half_window = half_window;
        const auto clip = train::LandmarkMotion(model, {shot}, params).fit(still).clip;
        double sum = 0;
        for (std::size_t t = 11; t < 99; ++t) {
            sum += std::abs(clip.frames[t + 1].pose.yaw_rad - 2 * clip.frames[t].pose.yaw_rad +
                            clip.frames[t - 1].pose.yaw_rad);
        }
        return sum;
    };
    CHECK(roughness(train::LandmarkMotionParams().pose_half_window) < 0.5 * roughness(0));
}

TEST_CASE("neutral frames have closed lips and open eyes", "[train]") {
    const head::HeadModel model = support::load_head();
    const train::LandmarkShot shot = synthetic_shot(model);
    // A fiftieth of the frames qualifies, so that a shot of half a minute has more than a few.
    const auto all = train::neutral_frames({shot, shot, shot, shot}, 1000);
    const auto neutral = train::neutral_frames({shot, shot, shot, shot}, 5);
    CHECK(all.size() >= 12);
    CHECK(all.size() < 60);
    REQUIRE(neutral.size() == 5);
    for (const head::Landmarks68& landmarks : neutral) {
        CHECK(head::mouth_gap(landmarks) < 0.02F);
        CHECK(head::lid_opening(landmarks) > 0.06F);
    }
    CHECK(train::neutral_frames({}, 5).empty());
}

TEST_CASE("a recording becomes a motion file for each shot, held-out clips marked", "[train]") {
    const head::HeadModel model = support::load_head();
    const auto frames = synthetic_shot(model).frames;
    const TestFolder folder;
    std::vector<std::int64_t> points, film;
    for (std::size_t t = 0; t < frames.size(); ++t) {
        film.push_back(static_cast<std::int64_t>(t));
        for (const core::Vec2f& point : frames[t]) {
            points.push_back(std::llround(point.x));
            points.push_back(std::llround(point.y));
        }
    }
    std::vector<support::ZipEntry> clips, timing;
    for (const char* const letter : {"a", "b"}) {
        const std::string name = letter;
        clips.push_back(support::stored(name, support::npy_of("<i2", "(150, 68, 2)", points)));
        timing.push_back(
            support::stored(name + "_film_frame", support::npy_of("<u2", "(150,)", film)));
        timing.push_back(
            support::stored(name + "_shot_start", support::npy_of("<i4", "(2,)", {0, 70})));
        timing.push_back(support::stored(name + "_outlier", support::npy_of("<i4", "(0,)", {})));
    }
    support::write_bytes(folder / "c.npz", support::zip_of(clips));
    support::write_bytes(folder / "t.npz", support::zip_of(timing));
    std::ofstream(folder / "held_out.txt") << "b\n";
    train::PrepareLandmarksOptions options;
    options.landmarks = folder / "c.npz";
    options.timing = folder / "t.npz";
    options.out = folder / "out";
    options.held_out_list = folder / "held_out.txt";
    options.model_dir = support::model_dir();
    const auto report = train::prepare_landmarks(options, {}, {});
    const std::vector<train::PreparedShot>& prepared = report.shots;
    REQUIRE(prepared.size() == 4);
    int num_frames = 0;
    for (const train::PreparedShot& shot : prepared) {
        const motion::MotionClip clip = motion::load_motion(shot.path);
        CHECK(static_cast<int>(clip.frames.size()) == shot.num_frames);
        CHECK(clip.fps.num == 25);
        CHECK(shot.is_held_out == (shot.clip == "b"));
        CHECK(clip.metadata.at("held_out") == (shot.clip == "b" ? "yes" : "no"));
        CHECK(clip.metadata.at("clip") == shot.clip);
        num_frames += shot.num_frames;
    }
    CHECK(prepared[3].path == folder / "out/b_shot_1.safetensors");
    CHECK(num_frames == 2 * (72 + 83));  // 69 and 79 film frames at 23.976 Hz
    CHECK_THROWS_AS(train::prepare_landmarks(options, {}, {}), core::Error);  // files are there
    std::ofstream(folder / "held_out.txt") << "missing\n";
    options.force = true;
    try {
        train::prepare_landmarks(options, {}, {});
        FAIL("prepared");
    } catch (const core::Error& error) {
        CHECK_THAT(error.what(), Catch::Contains("names 'missing', which the recording lacks"));
    }
}

TEST_CASE("figures of a recording are those of its motion", "[train]") {
    motion::MotionClip clip;
    for (int t = 0; t < 1500; ++t) {
        motion::MotionFrame frame;
        const double wave = std::sin(t * 0.0418879020478639);  // ten periods
        frame.pose.yaw_rad = static_cast<float>(0.1 + 0.05 * wave);
        frame.pose.pitch_rad = static_cast<float>(-0.02 * wave);
        frame.actions[Action::JawOpen] = static_cast<float>(0.5 + 0.3 * wave);
        const float blink = t % 100 >= 50 && t % 100 < 54 ? 0.9F : 0.1F;
        frame.actions[Action::EyeBlinkLeft] = frame.actions[Action::EyeBlinkRight] = blink;
        clip.frames.push_back(frame);
    }
    motion::MotionClip turned = clip;
    for (motion::MotionFrame& frame : turned.frames) {
        frame.pose.yaw_rad += 0.5F;  // the mean of a shot does not count
    }
    const auto figures = train::recorded_motion_figures({clip, turned});
    CHECK(figures.yaw_std_deg == Approx(0.05 / std::sqrt(2.0) * 57.2958).epsilon(0.001));
    CHECK(figures.pitch_std_deg == Approx(0.02 / std::sqrt(2.0) * 57.2958).epsilon(0.001));
    CHECK(figures.roll_std_deg == Approx(0).margin(1e-9));
    CHECK(figures.blinks_per_minute == Approx(15));
    CHECK(figures.jaw_pitch_correlation == Approx(-1).epsilon(0.001));
    CHECK(train::recorded_motion_figures({}).blinks_per_minute == 0);
}
