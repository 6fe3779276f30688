// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/motion_dataset.h"

#include "vasa/core/error.h"
#include "vasa/core/json_text.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using core::SafetensorsFile;

/// Frame rate of all shards, as written in their metadata.
std::string shard_fps() {
    return std::to_string(motion::kMotionRate_hz);
}
constexpr float kMaxAngle_rad = 3.2F;
constexpr float kMaxShift_cm = 1000.0F;
constexpr std::size_t kMaxName = 400;
constexpr std::int64_t kMaxSpeechWidth = 8192;
constexpr const char* kTongueTensor = "tongue";

Error broken(const std::string& path, const std::string& what) {
    return {ErrorKind::Input, "shard '" + path + "': " + what};
}

void check_range(const std::string& path,
                 const char* tensor,
                 const std::vector<float>& values,
                 int width,
                 const std::vector<std::pair<float, float>>& ranges) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto column = i % static_cast<std::size_t>(width);
        const auto [low, high] = ranges[std::min(column, ranges.size() - 1)];
        if (!(values[i] >= low && values[i] <= high)) {  // also false for NaN
            throw broken(path,
                         std::string(tensor) + " of frame " +
                             std::to_string(i / static_cast<std::size_t>(width)) + ", column " +
                             std::to_string(column) + " is " + std::to_string(values[i]) +
                             ", expected " + std::to_string(low) + " to " + std::to_string(high));
        }
    }
}

void check_motion(const std::string& path, const std::vector<float>& motion) {
    const std::pair<float, float> angle = {-kMaxAngle_rad, kMaxAngle_rad};
    const std::pair<float, float> shift = {-kMaxShift_cm, kMaxShift_cm};
    check_range(path,
                "motion",
                motion,
                kShardMotionWidth,
                {angle, angle, angle, shift, shift, shift, {0.0F, 1.0F}});
}

void check_tongue(const std::string& path, const std::vector<float>& tongue) {
    check_range(path, kTongueTensor, tongue, head::kNumTongueValues, {{0.0F, 1.0F}});
}

void check_controls(const std::string& path, const std::vector<float>& controls) {
    const std::pair<float, float> angle = {-kMaxAngle_rad, kMaxAngle_rad};
    check_range(path,
                "controls",
                controls,
                kShardControlWidth,
                {angle, angle, {0.1F, 10.0F}, {0.0F, 1.0F}});
}

/// @param width  set to the number of features per frame
std::vector<std::uint16_t> load_speech(const SafetensorsFile& file,
                                       const std::string& path,
                                       int& width) {
    const core::TensorView view = file.tensor("speech", {-1, -1});
    if (view.shape[1] < 1 || view.shape[1] > kMaxSpeechWidth) {
        throw broken(path,
                     "speech has " + std::to_string(view.shape[1]) +
                         " features per frame, expected 1 to " + std::to_string(kMaxSpeechWidth));
    }
    width = static_cast<int>(view.shape[1]);
    if (view.dtype != core::DType::F16) {
        throw broken(path,
                     std::string("speech is ") + core::dtype_name(view.dtype) + ", expected F16");
    }
    std::vector<std::uint16_t> speech(view.num_bytes / 2);
    if (!speech.empty()) {
        std::memcpy(speech.data(), view.data, view.num_bytes);
    }
    constexpr std::uint16_t exponent = 0x7C00U;  // all ones: infinite or NaN
    if (std::any_of(speech.begin(), speech.end(), [](std::uint16_t half) {
            return (half & exponent) == exponent;
        })) {
        throw broken(path, "speech is not finite");
    }
    return speech;
}

std::vector<std::string> clip_names(const SafetensorsFile& file, const std::string& path) {
    const nlohmann::json json =
        nlohmann::json::parse(file.metadata("names"), nullptr, /*allow_exceptions=*/false);
    std::vector<std::string> names;
    if (!json.is_array()) {
        throw broken(path, "names are not a JSON array");
    }
    for (const nlohmann::json& name : json) {
        if (!name.is_string() || name.get_ref<const std::string&>().size() > kMaxName) {
            throw broken(path, "names are not all texts of at most 400 bytes");
        }
        names.push_back(name.get<std::string>());
    }
    return names;
}

/// @return  names the speech features
std::string check_format(const SafetensorsFile& file, const std::string& path) {
    const int version = models::check_marker(file, models::FileKind::MotionShard);
    if (file.metadata("fps") != shard_fps()) {
        throw broken(
            path, "frame rate " + core::quote(file.metadata("fps")) + ", expected " + shard_fps());
    }
    // Version 1 does not name them; it had only one encoder.
    return version == 1 ? "whisper base, block 4" : file.metadata("speech");
}

/// A parsed file; the spans of its clips are checked.
struct ParsedShard {
    std::string source, speech_features;
    bool is_held_out = false;
    std::vector<std::string> names;
    std::vector<std::int32_t> clip_start;    ///< [N + 1]
    std::vector<std::int32_t> speech_start;  ///< [N]
    std::vector<float> motion, controls;
    std::vector<float> tongue;  ///< empty where it is not known
    std::vector<std::uint16_t> speech;
    int speech_width = 0;
};

void check_spans(const ParsedShard& shard, const std::string& path) {
    const auto num_frames = static_cast<std::int64_t>(shard.motion.size()) / kShardMotionWidth;
    const auto num_rows = static_cast<std::int64_t>(shard.speech.size()) / shard.speech_width;
    if (shard.clip_start.front() != 0 || shard.clip_start.back() != num_frames) {
        throw broken(path,
                     "clips cover frames " + std::to_string(shard.clip_start.front()) + " to " +
                         std::to_string(shard.clip_start.back()) + ", expected 0 to " +
                         std::to_string(num_frames));
    }
    for (std::size_t i = 0; i < shard.names.size(); ++i) {
        const std::int64_t length =
            std::int64_t{shard.clip_start[i + 1]} - std::int64_t{shard.clip_start[i]};
        if (length < 1) {
            throw broken(path, "clip '" + shard.names[i] + "' has no frames");
        }
        const std::int64_t first_row = shard.speech_start[i];
        if (first_row < 0 || first_row > num_rows - length) {
            throw broken(path,
                         "clip '" + shard.names[i] + "' has its speech at row " +
                             std::to_string(first_row) + ", there are " + std::to_string(num_rows));
        }
    }
}

ParsedShard parse_shard(const std::string& path) {
    const SafetensorsFile file = SafetensorsFile::load(path, ErrorKind::Input);
    ParsedShard shard;
    shard.speech_features = check_format(file, path);
    shard.source = file.metadata("source");
    shard.is_held_out = file.metadata("held_out") == "true";
    shard.names = clip_names(file, path);
    const auto num_clips = static_cast<std::int64_t>(shard.names.size());
    shard.clip_start = file.ints("clip_start", {num_clips + 1});
    shard.speech_start = file.ints("speech_start", {num_clips});
    shard.motion = file.floats("motion", {-1, kShardMotionWidth});
    const auto num_frames = static_cast<std::int64_t>(shard.motion.size()) / kShardMotionWidth;
    shard.controls = file.floats("controls", {num_frames, kShardControlWidth});
    shard.speech = load_speech(file, path, shard.speech_width);
    if (file.contains(kTongueTensor)) {
        shard.tongue = file.floats(kTongueTensor, {num_frames, head::kNumTongueValues});
        check_tongue(path, shard.tongue);
    }
    check_spans(shard, path);
    check_motion(path, shard.motion);
    check_controls(path, shard.controls);
    return shard;
}

Error mismatch(const ShardClip& clip, const std::string& what) {
    return {ErrorKind::Internal, "clip '" + clip.name + "': " + what};
}

}  // namespace

void save_motion_shard(const std::string& path, const MotionShard& shard) {
    std::vector<float> motion, controls, tongue, speech;
    std::vector<std::int32_t> clip_start = {0}, speech_start;
    std::map<const void*, std::int32_t> stored;
    nlohmann::json names = nlohmann::json::array();
    const auto speech_width = static_cast<std::size_t>(shard.speech_width);
    for (const ShardClip& clip : shard.clips) {
        const auto num_frames = static_cast<std::size_t>(clip.num_frames());
        if (num_frames == 0 || clip.motion.size() != num_frames * kShardMotionWidth ||
            clip.controls.size() != num_frames * kShardControlWidth || clip.speech == nullptr ||
            clip.speech->size() < num_frames * speech_width ||
            clip.speech->size() % speech_width != 0) {
            throw mismatch(clip, "motion, controls and speech are not of the same length");
        }
        if (clip.tongue.empty() != shard.clips.front().tongue.empty() ||
            (!clip.tongue.empty() && clip.tongue.size() != num_frames * head::kNumTongueValues)) {
            throw mismatch(clip, "the tongue is not known in all frames of the shard or in none");
        }
        tongue.insert(tongue.end(), clip.tongue.begin(), clip.tongue.end());
        const auto row = static_cast<std::int32_t>(speech.size() / speech_width);
        const auto [at, is_new] = stored.emplace(clip.speech.get(), row);
        if (is_new) {
            speech.insert(speech.end(), clip.speech->begin(), clip.speech->end());
        }
        speech_start.push_back(at->second);
        motion.insert(motion.end(), clip.motion.begin(), clip.motion.end());
        controls.insert(controls.end(), clip.controls.begin(), clip.controls.end());
        clip_start.push_back(static_cast<std::int32_t>(motion.size() / kShardMotionWidth));
        names.push_back(clip.name);
    }
    try {
        check_motion(path, motion);
        check_controls(path, controls);
        check_tongue(path, tongue);
    } catch (const Error& error) {
        throw Error(ErrorKind::Internal, error.what());
    }
    for (float& value : speech) {
        if (!std::isfinite(value)) {
            throw Error(ErrorKind::Internal, "shard '" + path + "': speech is not finite");
        }
        value = std::clamp(value, -60000.0F, 60000.0F);  // f16 ends at 65504
    }
    const auto num_frames = static_cast<std::int64_t>(clip_start.back());
    const auto num_clips = static_cast<std::int64_t>(shard.clips.size());
    const auto num_rows = static_cast<std::int64_t>(speech.size()) / shard.speech_width;
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::MotionShard);
    writer.set_metadata("fps", shard_fps());
    writer.set_metadata("speech", shard.speech_features);
    writer.set_metadata("source", shard.source);
    writer.set_metadata("held_out", shard.is_held_out ? "true" : "false");
    writer.set_metadata("names", names.dump(-1, ' ', true));
    writer.set_metadata("settings", shard.settings_hash);
    writer.set_metadata("dropped", nlohmann::json(shard.dropped).dump(-1, ' ', true));
    writer.add_f32("motion", {num_frames, kShardMotionWidth}, motion);
    writer.add_f32("controls", {num_frames, kShardControlWidth}, controls);
    if (!tongue.empty()) {
        writer.add_f32(kTongueTensor, {num_frames, head::kNumTongueValues}, tongue);
    }
    writer.add_f16("speech", {num_rows, shard.speech_width}, speech);
    writer.add_i32("clip_start", {num_clips + 1}, clip_start);
    writer.add_i32("speech_start", {num_clips}, speech_start);
    writer.save(path);
}

std::optional<ShardSummary> summarize_shard(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return std::nullopt;
    }
    try {
        const SafetensorsFile file = SafetensorsFile::load(path, ErrorKind::Input);
        check_format(file, path);
        ShardSummary summary;
        summary.settings_hash = file.metadata("settings");
        summary.num_clips = static_cast<int>(clip_names(file, path).size());
        summary.num_frames = file.tensor("motion", {-1, kShardMotionWidth}).shape[0];
        const nlohmann::json dropped =
            nlohmann::json::parse(file.metadata("dropped"), nullptr, /*allow_exceptions=*/false);
        if (!dropped.is_object()) {
            return std::nullopt;
        }
        for (const auto& [reason, count] : dropped.items()) {
            summary.dropped[reason] = count.is_number_integer() ? count.get<int>() : 0;
        }
        return summary;
    } catch (const Error&) {
        return std::nullopt;  // not a shard, or damaged: it will be rewritten
    }
}

motion::MotionFrame frame_of_shard(const float* motion) {
    motion::MotionFrame frame;
    frame.pose = head::pose_from_values(motion);
    std::copy_n(motion + head::kNumPoseValues, head::kNumActions, frame.actions.values.begin());
    return frame;
}

MotionDataset MotionDataset::load(const std::vector<std::string>& shard_paths) {
    MotionDataset dataset;
    std::vector<std::string> source_of_clip;
    for (const std::string& path : shard_paths) {
        ParsedShard shard = parse_shard(path);
        if (shard.names.empty()) {
            continue;
        }
        if (dataset.clips_.empty()) {
            dataset.speech_features_ = shard.speech_features;
            dataset.speech_width_ = shard.speech_width;
        } else if (shard.speech_features != dataset.speech_features_ ||
                   shard.speech_width != dataset.speech_width_) {
            throw broken(path,
                         "speech features " + core::quote(shard.speech_features) +
                             ", expected those of the shards before, " +
                             core::quote(dataset.speech_features_));
        }
        const auto block = std::make_shared<Block>();
        block->motion = std::move(shard.motion);
        block->controls = std::move(shard.controls);
        block->tongue = std::move(shard.tongue);
        block->speech = std::move(shard.speech);
        for (std::size_t i = 0; i < shard.names.size(); ++i) {
            const auto start = static_cast<std::size_t>(shard.clip_start[i]);
            const auto row = static_cast<std::size_t>(shard.speech_start[i]);
            ClipView view;
            view.motion = block->motion.data() + start * kShardMotionWidth;
            view.controls = block->controls.data() + start * kShardControlWidth;
            view.tongue = block->tongue.empty()
                              ? nullptr
                              : block->tongue.data() + start * head::kNumTongueValues;
            view.speech_f16 =
                block->speech.data() + row * static_cast<std::size_t>(shard.speech_width);
            view.num_frames = shard.clip_start[i + 1] - shard.clip_start[i];
            view.name = shard.names[i];
            view.is_held_out = shard.is_held_out;
            dataset.clips_.push_back(view);
            source_of_clip.push_back(shard.source);
        }
        dataset.blocks_.push_back(block);
    }
    if (dataset.clips_.empty()) {
        throw Error(ErrorKind::Input,
                    "no clips in " + std::to_string(shard_paths.size()) + " shards");
    }
    const std::set<std::string> sources(source_of_clip.begin(), source_of_clip.end());
    dataset.sources_.assign(sources.begin(), sources.end());
    for (std::size_t i = 0; i < dataset.clips_.size(); ++i) {
        dataset.clips_[i].source_index =
            static_cast<int>(std::distance(sources.begin(), sources.find(source_of_clip[i])));
    }
    return dataset;
}

std::int64_t MotionDataset::num_frames() const {
    std::int64_t total = 0;
    for (const ClipView& clip : clips_) {
        total += clip.num_frames;
    }
    return total;
}

MotionDataset MotionDataset::load_folder(const std::string& folder) {
    std::vector<std::string> paths = list_shards(folder, "train_");
    for (std::string& path : list_shards(folder, "held_out_")) {
        paths.push_back(std::move(path));
    }
    return load(paths);
}

std::pair<std::vector<int>, std::vector<int>> MotionDataset::split() const {
    std::pair<std::vector<int>, std::vector<int>> sides;
    for (int i = 0; i < num_clips(); ++i) {
        (clip(i).is_held_out ? sides.second : sides.first).push_back(i);
    }
    if (sides.first.empty() || sides.second.empty()) {
        throw Error(ErrorKind::Input,
                    "shards: expected clips to train on and clips held out, found " +
                        std::to_string(sides.first.size()) + " and " +
                        std::to_string(sides.second.size()));
    }
    return sides;
}

std::vector<std::string> list_shards(const std::string& folder, const std::string& prefix) {
    std::vector<std::string> paths;
    try {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const std::string name = entry.path().filename().string();
            if (entry.is_regular_file() && entry.path().extension() == ".safetensors" &&
                name.compare(0, prefix.size(), prefix) == 0) {
                paths.push_back(entry.path().string());
            }
        }
    } catch (const std::filesystem::filesystem_error& error) {
        throw Error(ErrorKind::Input,
                    "cannot read folder '" + folder + "': " + error.code().message());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace vasa::train
