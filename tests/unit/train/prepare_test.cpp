// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/prepare.h"

#include "data/prepare_clip.h"
#include "support/synthetic_speech.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/media/audio_file.h"
#include "vasa/motion/mouth_activity.h"
#include "vasa/train/motion_dataset.h"

#include <atomic>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/catch.h"

namespace core = vasa::core;
namespace head = vasa::head;
namespace motion = vasa::motion;
namespace train = vasa::train;
using head::Action;

namespace {

/// Half a second of silence, then a vowel.
std::vector<float> make_speech(double seconds) {
    vasa::test::SyntheticSpeech speech(3);
    return speech.silence(0.6).vowel(vasa::test::SyntheticSpeech::kA, seconds - 0.6).samples();
}

/// A head that nods about an off-centre pose; the person's jaw is open by 0.2 at rest.
motion::MotionClip make_motion(int num_frames, const core::Rational& fps) {
    motion::MotionClip clip;
    clip.fps = fps;
    for (int t = 0; t < num_frames; ++t) {
        const double time_s = t / fps.value();
        motion::MotionFrame frame;
        frame.pose = {0.3F, static_cast<float>(0.1 * std::sin(6 * time_s)), 0, 4, -2, -60};
        frame.actions[Action::JawOpen] = time_s < 0.6 ? 0.2F : 0.5F;
        frame.actions[Action::MouthSmileLeft] = 0.1F;
        const head::Gaze gaze = {time_s < 1.6 ? 0.2F : 0.4F, -0.1F};
        head::set_gaze(frame.actions, gaze, gaze);
        clip.frames.push_back(frame);
    }
    return clip;
}

void add_recording(const TestFolder& folder, const std::string& name, double seconds) {
    std::filesystem::create_directories(std::filesystem::path(folder / name).parent_path());
    vasa::media::AudioClip sound;
    sound.sample_rate = 16000;
    sound.channels = 1;
    sound.samples = make_speech(seconds);
    vasa::media::save_wav(folder / (name + ".wav"), sound, true);
    motion::save_motion(folder / (name + ".safetensors"),
                        make_motion(static_cast<int>(seconds * 30), {30, 1}),
                        true);
}

std::vector<float> fake_features(const std::vector<float>& speech) {
    std::vector<float> features((speech.size() + 639) / 640 * train::kShardSpeechWidth, 0.5F);
    return features;
}

train::PrepareOptions recording_options(const TestFolder& in, const TestFolder& out) {
    train::PrepareOptions options;
    options.folder = in / "";
    options.out = out / "shards";
    options.source = "test";
    options.clips_per_shard = 3;
    return options;
}

}  // namespace

TEST_CASE("recordings lose the person: pose, rest and gaze become relative", "[train]") {
    const auto shard = train::motion_of_recording(make_motion(90, {30, 1}), make_speech(3.0));
    REQUIRE(shard.motion.size() == 75U * train::kShardMotionWidth);
    REQUIRE(shard.controls.size() == 75U * train::kShardControlWidth);
    const auto frame = [&](std::size_t t) {
        return train::frame_of_shard(&shard.motion[t * train::kShardMotionWidth]);
    };
    for (const std::size_t t : {5U, 30U, 70U}) {
        const motion::MotionFrame f = frame(t);
        CHECK(f.pose.yaw_rad == Approx(0.0F).margin(1e-5));
        CHECK(f.pose.z_cm == Approx(0.0F).margin(1e-4));
        CHECK(f.actions[Action::MouthSmileLeft] == Approx(0.0F).margin(1e-5));
    }
    CHECK(frame(5).actions[Action::JawOpen] == Approx(0.0F).margin(1e-5));
    CHECK(frame(30).actions[Action::JawOpen] == Approx(0.3F).margin(1e-4));
    // The gaze is longer at 0.2 than at 0.4: 0.2 is straight ahead.
    CHECK(head::left_gaze(frame(5).actions).yaw_rad == Approx(0.0F).margin(1e-4));
    CHECK(head::right_gaze(frame(60).actions).yaw_rad == Approx(0.2F).margin(1e-3));
    CHECK(head::left_gaze(frame(60).actions).pitch_rad == Approx(0.0F).margin(1e-4));
    const float* first = shard.controls.data();
    const float* last = &shard.controls[74U * train::kShardControlWidth];
    CHECK(first[0] == Approx(0.0F).margin(1e-4));
    CHECK(last[0] == Approx(0.2F).margin(1e-3));
    CHECK(last[2] == 1.0F);
    CHECK(last[3] == 0.0F);
}

TEST_CASE("takes are drawn as promised and repeat", "[train]") {
    int num_straight = 0, num_near = 0;
    std::set<std::uint64_t> seeds;
    constexpr int kCount = 2000;
    for (int i = 0; i < kCount; ++i) {
        const auto take = train::sample_take("clip" + std::to_string(i / 4), i % 4, 9);
        CHECK(take.seed == train::sample_take("clip" + std::to_string(i / 4), i % 4, 9).seed);
        seeds.insert(take.seed);
        take.check();
        CHECK(std::abs(take.gaze.yaw_rad) <= 0.4364F);
        CHECK(std::abs(take.gaze.pitch_rad) <= 0.2619F);
        CHECK((take.distance >= 0.8F && take.distance <= 1.3F));
        CHECK((take.amplitude >= 0.85F && take.amplitude <= 1.15F));
        CHECK(take.emotion == motion::EmotionMix{});  // emotions are added to finished motion
        num_straight += take.gaze.yaw_rad == 0 && take.gaze.pitch_rad == 0 ? 1 : 0;
        num_near += take.distance == 1.0F ? 1 : 0;
    }
    CHECK(seeds.size() == kCount);
    CHECK(num_straight == Approx(0.4 * kCount).margin(100));
    CHECK(num_near == Approx(0.5 * kCount).margin(100));
}

TEST_CASE("speakers are held out as a whole, about one in sixteen", "[train]") {
    int num_held_out = 0;
    for (int speaker = 0; speaker < 1600; ++speaker) {
        const std::string name = std::to_string(speaker);
        const bool is_held_out = train::is_held_out_by_rule(name + "-1-0001");
        num_held_out += is_held_out ? 1 : 0;
        CHECK(train::is_held_out_by_rule(name + "-2-0007") == is_held_out);
        CHECK(train::is_held_out_by_rule(name + "/clip-x/00001") == is_held_out);
    }
    CHECK(num_held_out == Approx(100).margin(40));
    CHECK(train::is_held_out_by_rule("024020010") == train::is_held_out_by_rule("024020999"));
}

TEST_CASE("a folder becomes shards, and a second run finds them made", "[train]") {
    const TestFolder in, out;
    for (const char* name : {"a", "b", "c", "d", "sub/e"}) {
        add_recording(in, name, 2.0);
    }
    add_recording(in, "short", 0.8);
    core::write_file_atomic(in / "broken.wav", "RIFF", true);
    motion::save_motion(in / "broken.csv", make_motion(30, {25, 1}), true);
    core::write_file_atomic(in / "alone.wav", "no motion beside it", true);
    core::write_file_atomic(in / "list.txt", "# held out\nb\ne\n", true);
    train::PrepareOptions options = recording_options(in, out);
    options.held_out_list = in / "list.txt";
    std::atomic<int> num_calls{0};
    const train::EncodeSpeechFn encode = [&](const std::vector<float>& speech) {
        ++num_calls;
        return fake_features(speech);
    };
    const auto report = train::prepare_motion_data(options, encode, {}, {});
    CHECK(report.num_inputs == 7);
    CHECK(report.num_clips == 5);
    CHECK(report.num_held_out == 2);
    CHECK(report.num_frames == 250);
    CHECK(report.dropped == std::map<std::string, int>{{"too short", 1}, {"unreadable", 1}});
    CHECK(num_calls == 5);
    const auto data = train::MotionDataset::load(train::list_shards(options.out, "train_test_"));
    std::set<std::string> names;
    for (int i = 0; i < data.num_clips(); ++i) {
        names.insert(data.clip(i).name);
    }
    CHECK(names == std::set<std::string>{"a", "c", "d"});

    const auto again = train::prepare_motion_data(options, encode, {}, {});
    CHECK(again.num_shards_reused == again.num_shards);
    CHECK(again.num_clips == 5);
    CHECK(again.dropped == report.dropped);
    CHECK(num_calls == 5);

    // One more input in the held-out shard: only that shard is rebuilt.
    add_recording(in, "f", 2.0);
    core::write_file_atomic(in / "list.txt", "b\ne\nf\n", true);
    const auto grown = train::prepare_motion_data(options, encode, {}, {});
    CHECK(grown.num_clips == 6);
    CHECK(grown.num_shards - grown.num_shards_reused == 1);
    CHECK(num_calls == 8);

    // Everything in one shard: the earlier shards are removed.
    options.clips_per_shard = 100;
    train::prepare_motion_data(options, encode, {}, {});
    CHECK(train::list_shards(options.out, "").size() == 2);
}

TEST_CASE("silent recordings give what the mouth does instead of speech, and no lips", "[train]") {
    const TestFolder in, out;
    motion::MotionClip clip = make_motion(90, {30, 1});
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        clip.frames[i].actions[Action::BrowInnerUp] = i % 30 < 10 ? 0.5F : 0.2F;
    }
    motion::save_motion(in / "clip_20_shot_0.safetensors", clip, true);
    motion::save_motion(in / "clip_2_shot_0.safetensors", clip, true);
    motion::save_motion(in / "short.safetensors", make_motion(12, {30, 1}), true);
    core::write_file_atomic(in / "list.txt", "clip_2\n", true);
    train::PrepareOptions options = recording_options(in, out);
    options.input = train::PrepareInput::Silent;
    options.model_dir = std::string(VASA_SOURCE_DIR) + "/models";
    options.speech_features = vasa::motion::kMouthActivityFeatures;
    options.held_out_list = in / "list.txt";
    const auto report = train::prepare_motion_data(options, {}, {}, {});
    CHECK(report.num_clips == 2);
    CHECK(report.num_held_out == 1);
    CHECK(report.dropped == std::map<std::string, int>{{"too short", 1}});
    const auto data = train::MotionDataset::load_folder(options.out);
    CHECK(data.speech_width() == vasa::motion::kMouthActivityWidth);
    CHECK(data.speech_features() == vasa::motion::kMouthActivityFeatures);
    float highest_brow = 0;
    for (int i = 0; i < data.clip(0).num_frames; ++i) {
        const auto frame =
            train::frame_of_shard(data.clip(0).motion + i * train::kShardMotionWidth);
        CHECK(frame.actions[Action::JawOpen] == 0.0F);
        CHECK(frame.actions[Action::MouthSmileLeft] == 0.0F);
        highest_brow = std::max(highest_brow, frame.actions[Action::BrowInnerUp]);
    }
    CHECK(highest_brow == Approx(0.3F).margin(0.01));  // above the median
    // Shards with other features do not mix.
    add_recording(in, "spoken", 2.0);
    train::PrepareOptions spoken = recording_options(in, out);
    spoken.source = "spoken";
    train::prepare_motion_data(
        spoken, [](const std::vector<float>& speech) { return fake_features(speech); }, {}, {});
    CHECK_THROWS_AS(train::MotionDataset::load_folder(options.out), core::Error);
}

TEST_CASE("a stop leaves whole shards only", "[train]") {
    const TestFolder in, out;
    for (int i = 0; i < 7; ++i) {
        add_recording(in, "clip" + std::to_string(i), 1.5);
    }
    train::PrepareOptions options = recording_options(in, out);
    options.held_out_list = in / "none.txt";
    core::write_file_atomic(options.held_out_list, "", true);
    core::StopToken stop;
    const train::EncodeSpeechFn encode = [](const std::vector<float>& speech) {
        return fake_features(speech);
    };
    const auto stop_at_5 = [&](std::int64_t done, std::int64_t) {
        if (done == 5) {
            stop.request_stop(2);
        }
    };
    try {
        train::prepare_motion_data(options, encode, stop_at_5, stop);
        FAIL("not stopped");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Interrupted);
    }
    int num_files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(options.out)) {
        CHECK(train::summarize_shard(entry.path().string()));
        ++num_files;
    }
    CHECK(num_files == 1);
    const auto report = train::prepare_motion_data(options, encode, {}, {});
    CHECK(report.num_shards == 3);
    CHECK(report.num_shards_reused == 1);
    CHECK(report.num_clips == 7);
}

TEST_CASE("options out of range and empty folders are refused", "[train]") {
    const TestFolder in, out;
    train::PrepareOptions options = recording_options(in, out);
    CHECK_THROWS_AS(train::prepare_motion_data(options, fake_features, {}, {}), core::Error);
    options.source = "a/b";
    CHECK_THROWS_AS(options.check(), core::Error);
    options.source = "a";
    options.tracks = "somewhere";
    CHECK_THROWS_AS(options.check(), core::Error);
}
