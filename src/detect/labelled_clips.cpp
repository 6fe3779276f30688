// SPDX-License-Identifier: Apache-2.0
#include "vasa/detect/labelled_clips.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/core/json_text.h"
#include "vasa/core/safetensors.h"
#include "vasa/detect/face_follower.h"
#include "vasa/models/file_marker.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace vasa::detect {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;
using nlohmann::json;

constexpr const char* kSeparator = "__";
constexpr const char* kClips = "clips";
constexpr const char* kFeatures = "features";
/// Clips after which the table is written: an interrupt loses no more than these.
constexpr int kSaveStep = 10;

std::vector<fs::path> clips_in(const std::string& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (core::extension_of(at->path().string()) == ".mp4") {
            paths.push_back(at->path());
        }
    }
    if (error) {
        throw Error(ErrorKind::Input, "cannot read folder '" + folder + "': " + error.message());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

LabelledClip clip_of_name(const std::string& name) {
    LabelledClip clip;
    clip.name = name;
    clip.person = name.substr(0, name.find(kSeparator));
    const std::size_t last = name.rfind(kSeparator);
    clip.encoding = last == std::string::npos ? "" : name.substr(last + 2);
    return clip;
}

std::vector<std::string> feature_names() {
    return {kFeatureNames.begin(), kFeatureNames.end()};
}

}  // namespace

FeatureTable::FeatureTable(std::string path) : path_(std::move(path)) {
    std::error_code error;
    if (path_.empty() || !fs::exists(path_, error)) {
        return;
    }
    const auto file = core::SafetensorsFile::load(path_, ErrorKind::Input);
    models::check_marker(file, models::FileKind::ClipFeatures);
    const auto refuse = [this](const std::string& cause) {
        throw Error(ErrorKind::Input,
                    "cannot use features '" + path_ + "': " + cause,
                    "remove the file to have the clips measured again");
    };
    const auto width = static_cast<std::int64_t>(kNumFeatures);
    const std::vector<float> values = file.floats("values", {-1, width});
    const json names = core::parse_json(file.metadata(kFeatures));
    const json clips = core::parse_json(file.metadata(kClips));
    if (names != json(feature_names())) {
        refuse("other features than this program measures");
    }
    if (!clips.is_array()) {
        refuse("expected a list of clips");
    }
    std::size_t row = 0;
    for (const json& clip : clips) {
        if (!clip.is_array() || clip.size() != 2 || !clip[0].is_string() ||
            !clip[1].is_number_unsigned()) {
            refuse("expected the name of a clip and the number of its parts");
        }
        std::vector<FeatureValues>& parts = clips_[clip[0].get<std::string>()];
        for (auto count = clip[1].get<std::uint64_t>(); count > 0; --count, ++row) {
            if ((row + 1) * kNumFeatures > values.size()) {
                refuse("fewer values than its clips have");
            }
            FeatureValues part{};
            std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row * kNumFeatures),
                        kNumFeatures,
                        part.begin());
            parts.push_back(part);
        }
    }
}

const std::vector<FeatureValues>* FeatureTable::find(const std::string& name) const {
    const auto found = clips_.find(name);
    return found != clips_.end() ? &found->second : nullptr;
}

void FeatureTable::add(const std::string& name, std::vector<FeatureValues> parts) {
    clips_[name] = std::move(parts);
}

void FeatureTable::save() const {
    if (path_.empty()) {
        return;
    }
    json clips = json::array();
    std::vector<float> values;
    for (const auto& [name, parts] : clips_) {
        clips.push_back({name, parts.size()});
        for (const FeatureValues& part : parts) {
            for (const double value : part) {
                values.push_back(static_cast<float>(value));
            }
        }
    }
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::ClipFeatures);
    writer.set_metadata(kFeatures, json(feature_names()).dump());
    writer.set_metadata(kClips, clips.dump());
    const auto rows = static_cast<std::int64_t>(values.size() / kNumFeatures);
    writer.add_f32("values", {rows, static_cast<std::int64_t>(kNumFeatures)}, values);
    writer.save(path_);
}

std::vector<LabelledClip> labelled_clips(const std::string& folder,
                                         bool is_rendered,
                                         const std::string& model_dir,
                                         FeatureTable& table,
                                         const core::ProgressFn& progress,
                                         const core::StopToken& stop) {
    std::vector<LabelledClip> clips;
    std::optional<FaceFollower> follower;
    const std::vector<fs::path> paths = clips_in(folder);
    int num_measured = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        LabelledClip clip = clip_of_name(paths[i].stem().string());
        if (table.find(clip.name) == nullptr) {
            if (!follower) {
                follower.emplace(model_dir);
            }
            table.add(clip.name, measure_clip(paths[i].string(), *follower, stop).parts);
            if (++num_measured % kSaveStep == 0) {
                table.save();
            }
        }
        clip.parts = *table.find(clip.name);
        clip.is_rendered = is_rendered;
        if (!clip.parts.empty()) {
            clips.push_back(std::move(clip));
        }
        if (progress) {
            progress(static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(paths.size()));
        }
    }
    if (num_measured > 0) {
        table.save();
    }
    if (clips.empty()) {
        throw Error(ErrorKind::Input, "folder '" + folder + "' holds no clip that can be judged");
    }
    return clips;
}

}  // namespace vasa::detect
