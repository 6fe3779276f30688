// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/motion_dataset.h"

#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/model_version.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "support/catch.h"

namespace core = vasa::core;
namespace train = vasa::train;

namespace {

train::ShardClip make_clip(const std::string& name, int num_frames, float value) {
    train::ShardClip clip;
    clip.name = name;
    clip.motion.assign(static_cast<std::size_t>(num_frames) * train::kShardMotionWidth, value);
    clip.controls.assign(static_cast<std::size_t>(num_frames) * train::kShardControlWidth, 0.5F);
    std::vector<float> speech(static_cast<std::size_t>(num_frames) * train::kShardSpeechWidth);
    for (std::size_t i = 0; i < speech.size(); ++i) {
        speech[i] = value + static_cast<float>(i % 7);
    }
    clip.speech = std::make_shared<const std::vector<float>>(std::move(speech));
    return clip;
}

train::MotionShard make_shard(const std::string& source) {
    train::MotionShard shard;
    shard.source = source;
    shard.settings_hash = "abc";
    shard.dropped = {{"no face", 2}};
    shard.clips = {make_clip("one", 3, 0.25F), make_clip("two", 5, 0.75F)};
    return shard;
}

/// A shard's tensors, to be corrupted.
struct RawShard {
    std::vector<float> motion = std::vector<float>(4 * train::kShardMotionWidth, 0.1F);
    std::vector<float> controls = std::vector<float>(4 * train::kShardControlWidth, 1.0F);
    std::vector<float> speech = std::vector<float>(4 * train::kShardSpeechWidth, 1.0F);
    std::vector<std::int32_t> clip_start = {0, 1, 4}, speech_start = {0, 1};
    std::string names = R"(["a","b"])", fps = "25", version = "2";
    std::int64_t num_rows = 4;

    void save(const std::string& path) const {
        core::SafetensorsWriter writer;
        writer.set_metadata("kind", "motion_shard");
        writer.set_metadata("format_version", version);
        writer.set_metadata("fps", fps);
        writer.set_metadata("speech", "features");
        writer.set_metadata("source", "x");
        writer.set_metadata("held_out", "false");
        writer.set_metadata("settings", "");
        writer.set_metadata("dropped", "{}");
        writer.set_metadata("names", names);
        writer.add_f32("motion", {4, train::kShardMotionWidth}, motion);
        writer.add_f32("controls", {4, train::kShardControlWidth}, controls);
        writer.add_f16("speech", {num_rows, train::kShardSpeechWidth}, speech);
        const auto count = [](const auto& v) { return static_cast<std::int64_t>(v.size()); };
        writer.add_i32("clip_start", {count(clip_start)}, clip_start);
        writer.add_i32("speech_start", {count(speech_start)}, speech_start);
        writer.save(path);
    }
};

}  // namespace

TEST_CASE("shards come back clip by clip, sources in order", "[train]") {
    const TestFolder folder;
    train::save_motion_shard(folder / "train_b.safetensors", make_shard("beta"));
    train::MotionShard held_out = make_shard("alpha");
    held_out.is_held_out = true;
    train::save_motion_shard(folder / "held_out_a.safetensors", held_out);

    const auto paths = train::list_shards(folder / "", "train_");
    REQUIRE(paths.size() == 1);
    const auto data = train::MotionDataset::load({paths[0], folder / "held_out_a.safetensors"});
    REQUIRE(data.num_clips() == 4);
    CHECK(data.num_frames() == 16);
    CHECK(data.sources() == std::vector<std::string>{"alpha", "beta"});
    const train::ClipView& clip = data.clip(1);
    CHECK(clip.name == "two");
    CHECK(clip.num_frames == 5);
    CHECK(clip.source_index == 1);
    CHECK_FALSE(clip.is_held_out);
    CHECK(data.clip(2).is_held_out);
    CHECK(clip.motion[5 * train::kShardMotionWidth - 1] == 0.75F);
    CHECK(core::half_to_float(clip.speech_f16[6]) == 6.75F);

    const auto summary = train::summarize_shard(paths[0]);
    REQUIRE(summary);
    CHECK(summary->settings_hash == "abc");
    CHECK(summary->num_clips == 2);
    CHECK(summary->num_frames == 8);
    CHECK(summary->dropped.at("no face") == 2);
    CHECK_FALSE(train::summarize_shard(folder / "none.safetensors"));
}

TEST_CASE("shards name their speech features, and those of two encoders do not mix", "[train]") {
    const TestFolder folder;
    const std::string first = folder / "train_a.safetensors",
                      second = folder / "train_b.safetensors";
    train::MotionShard shard = make_shard("alpha");
    shard.speech_features = "block 3";
    train::save_motion_shard(first, shard);
    CHECK(train::MotionDataset::load({first}).speech_features() == "block 3");
    shard.speech_features = "block 4";
    train::save_motion_shard(second, shard);
    try {
        train::MotionDataset::load({first, second});
        FAIL("accepted");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        CHECK(std::string(error.what()).find("'block 4', expected") != std::string::npos);
    }
    // Version 1 does not name the features.
    RawShard raw;
    raw.version = "1";
    raw.save(first);
    CHECK(train::MotionDataset::load({first}).speech_features() == "whisper base, block 4");
}

TEST_CASE("shards give the tongue where it is known", "[train]") {
    const TestFolder folder;
    const std::string known = folder / "train_a.safetensors",
                      unknown = folder / "train_b.safetensors";
    train::MotionShard shard = make_shard("alpha");
    train::save_motion_shard(unknown, shard);
    for (train::ShardClip& clip : shard.clips) {
        clip.tongue.assign(static_cast<std::size_t>(clip.num_frames()) * 2, 0.5F);
    }
    shard.clips[1].tongue[3] = 0.75F;
    train::save_motion_shard(known, shard);
    const auto data = train::MotionDataset::load({known, unknown});
    REQUIRE(data.clip(1).tongue != nullptr);
    CHECK(data.clip(1).tongue[3] == 0.75F);
    CHECK(data.clip(3).tongue == nullptr);
    shard.clips[1].tongue[3] = 1.25F;
    CHECK_THROWS_AS(train::save_motion_shard(known, shard), core::Error);
    shard.clips[1].tongue.clear();
    CHECK_THROWS_AS(train::save_motion_shard(known, shard), core::Error);
}

TEST_CASE("takes of an utterance store its speech once", "[train]") {
    const TestFolder folder;
    train::MotionShard shard;
    shard.source = "natural";
    shard.clips = {make_clip("a", 40, 0.5F)};
    train::ShardClip second = make_clip("a#1", 40, 0.25F);
    second.speech = shard.clips[0].speech;
    shard.clips.push_back(second);
    const std::string path = folder / "train_natural_0000.safetensors";
    train::save_motion_shard(path, shard);
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Input);
    CHECK(file.tensor("speech").shape[0] == 40);
    const auto data = train::MotionDataset::load({path});
    CHECK(data.clip(0).speech_f16 == data.clip(1).speech_f16);
    CHECK(data.clip(0).motion[0] != data.clip(1).motion[0]);
}

TEST_CASE("damaged shards are input errors", "[train]") {
    const TestFolder folder;
    const std::string path = folder / "train_x.safetensors";
    RawShard().save(path);
    REQUIRE(train::MotionDataset::load({path}).num_clips() == 2);

    const std::vector<std::function<void(RawShard&)>> damages = {
        [](RawShard& s) { s.motion[7] = std::numeric_limits<float>::quiet_NaN(); },
        [](RawShard& s) { s.motion[6] = 1.5F; },    // an action
        [](RawShard& s) { s.motion[0] = 30.0F; },   // an angle in degrees
        [](RawShard& s) { s.controls[2] = 0.0F; },  // distance
        [](RawShard& s) { s.speech[5] = std::numeric_limits<float>::infinity(); },
        [](RawShard& s) {
            s.clip_start = {0, 1, 5};
        },
        [](RawShard& s) {
            s.clip_start = {0, 0, 4};
        },
        [](RawShard& s) {
            s.clip_start = {0, -2147483647, 4};
        },
        [](RawShard& s) {
            s.clip_start = {1, 2, 4};
        },
        [](RawShard& s) {
            s.clip_start = {0, 4};
        },
        [](RawShard& s) {
            s.speech_start = {0, 2};
        },
        [](RawShard& s) {
            s.speech_start = {-1, 1};
        },
        [](RawShard& s) {
            s.speech_start = {0, 2147483647};
        },
        [](RawShard& s) { s.names = R"(["a"])"; },
        [](RawShard& s) { s.names = R"({"a":1})"; },
        [](RawShard& s) { s.names = "[1,2]"; },
        [](RawShard& s) { s.fps = "30"; },
        [](RawShard& s) { s.version = std::to_string(vasa::models::kMotionShardVersion + 1); },
    };
    for (std::size_t i = 0; i < damages.size(); ++i) {
        INFO("damage " << i);
        RawShard shard;
        damages[i](shard);
        shard.save(path);
        try {
            train::MotionDataset::load({path});
            FAIL("accepted");
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Input);
            CHECK(std::string(error.what()).find("train_x") != std::string::npos);
        }
    }
    const auto bytes = [&] {
        RawShard().save(path);
        return core::read_file(path, 1U << 20U);
    }();
    core::write_file_atomic(path, std::string(bytes.begin(), bytes.end() - 1), true);
    CHECK_THROWS_AS(train::MotionDataset::load({path}), core::Error);
    CHECK_FALSE(train::summarize_shard(path));
}

TEST_CASE("a shard that could not be read back is not written", "[train]") {
    const TestFolder folder;
    const std::string path = folder / "train_x.safetensors";
    train::MotionShard shard = make_shard("x");
    shard.clips[1].motion[3] = std::nanf("");
    CHECK_THROWS_AS(train::save_motion_shard(path, shard), core::Error);
    shard = make_shard("x");
    shard.clips[0].controls.pop_back();
    CHECK_THROWS_AS(train::save_motion_shard(path, shard), core::Error);
    CHECK(folder.num_files() == 0);
}
