// SPDX-License-Identifier: Apache-2.0
#include "data/prepare_plan.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/core/name_list.h"
#include "vasa/motion/mouth_activity.h"
#include "vasa/train/motion_dataset.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <sstream>

namespace vasa::train {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

/// Increased when the same input would give a different shard.
const char* const kRecipeVersion = "3";

const std::set<std::string> kSound = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"};
const std::set<std::string> kVideo = {".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v", ".mpg"};

/// Files below a folder by name (see PrepareItem), then by extension.
std::map<std::string, std::map<std::string, std::string>> files_by_name(const std::string& folder) {
    std::map<std::string, std::map<std::string, std::string>> files;
    try {
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (entry.is_regular_file()) {
                fs::path name = entry.path().lexically_relative(folder);
                name.replace_extension();
                files[name.generic_string()][core::extension_of(entry.path().string())] =
                    entry.path().string();
            }
        }
    } catch (const fs::filesystem_error& error) {
        throw Error(ErrorKind::Input,
                    "cannot read folder '" + folder + "': " + error.code().message());
    }
    return files;
}

std::string first_of(const std::map<std::string, std::string>& files,
                     const std::set<std::string>& extensions) {
    for (const auto& [extension, path] : files) {
        if (extensions.count(extension) != 0) {
            return path;
        }
    }
    return {};
}

/// The existing track of a video in `tracks`, by its name or, without subfolders, by its stem.
std::string find_track(const std::string& tracks, const std::string& name) {
    for (const fs::path& stem : {fs::path(name), fs::path(name).filename()}) {
        for (const char* extension : {".safetensors", ".csv"}) {
            const fs::path path = fs::path(tracks) / (stem.string() + extension);
            std::error_code ignored;
            if (fs::is_regular_file(path, ignored)) {
                return path.string();
            }
        }
    }
    return {};
}

std::string second_file(const PrepareOptions& options,
                        const std::string& name,
                        const std::map<std::string, std::string>& files) {
    switch (options.input) {
        case PrepareInput::Videos:
            return options.tracks.empty() ? std::string() : find_track(options.tracks, name);
        case PrepareInput::Recordings: {
            const std::string motion = first_of(files, {".safetensors"});
            return motion.empty() ? first_of(files, {".csv"}) : motion;
        }
        case PrepareInput::Phones:
            return first_of(files, {".phones"});
        case PrepareInput::Facegood:
            return first_of(files, {".npz"});
        case PrepareInput::Silent:
            break;
    }
    return {};
}

const char* expected_files(PrepareInput input) {
    switch (input) {
        case PrepareInput::Videos:
            return "videos";
        case PrepareInput::Recordings:
            return "pairs of sound and motion (.safetensors or .csv)";
        case PrepareInput::Phones:
            return "pairs of sound and .phones";
        case PrepareInput::Facegood:
            return "pairs of sound and .npz";
        case PrepareInput::Silent:
            return "motion files (.safetensors or .csv)";
    }
    return "";
}

int sha256_first_byte(const std::string& text) {
    return std::stoi(core::sha256_text(text).substr(0, 2), nullptr, 16);
}

/// Size and modification time represent a file's content.
std::string file_state(const std::string& path) {
    if (path.empty()) {
        return "none";
    }
    std::error_code ignored;
    const auto size = fs::file_size(path, ignored);
    const auto time = fs::last_write_time(path, ignored).time_since_epoch().count();
    return std::to_string(size) + "@" + std::to_string(time);
}

std::string settings_hash(const PrepareOptions& options, const PlannedShard& shard) {
    std::ostringstream text;
    text.precision(17);
    text << kRecipeVersion << '\n'
         << static_cast<int>(options.input) << '\n'
         << options.source << '\n'
         << options.encoder_hash << '\n'
         << options.performer_hash << '\n'
         << options.num_takes << '\n'
         << options.seed << '\n'
         << options.min_duration_s << ' ' << options.max_lost_share << ' ' << options.max_fit_error
         << ' ' << options.min_sharpness << '\n'
         << shard.is_held_out << '\n';
    for (const PrepareItem& item : shard.items) {
        text << item.name << '\n'
             << file_state(item.sound) << '\n'
             << file_state(item.second) << '\n';
    }
    return core::sha256_text(text.str());
}

std::string shard_prefix(const PrepareOptions& options, bool is_held_out) {
    return (is_held_out ? "held_out_" : "train_") + options.source + "_";
}

void add_shards(const PrepareOptions& options,
                const std::vector<PrepareItem>& items,
                bool is_held_out,
                std::vector<PlannedShard>& shards) {
    const int takes = options.input == PrepareInput::Phones ? options.num_takes : 1;
    const auto per_shard = static_cast<std::size_t>(std::max(1, options.clips_per_shard / takes));
    for (std::size_t begin = 0; begin < items.size(); begin += per_shard) {
        const std::size_t end = std::min(begin + per_shard, items.size());
        PlannedShard shard;
        char number[32];
        std::snprintf(number, sizeof number, "%04zu", begin / per_shard);
        shard.path =
            (fs::path(options.out) / (shard_prefix(options, is_held_out) + number + ".safetensors"))
                .string();
        shard.is_held_out = is_held_out;
        shard.items.assign(items.begin() + static_cast<std::ptrdiff_t>(begin),
                           items.begin() + static_cast<std::ptrdiff_t>(end));
        shard.settings_hash = settings_hash(options, shard);
        shards.push_back(std::move(shard));
    }
}

/// Whether `name` consists of `prefix`, digits and ".safetensors".
bool is_shard_name(const std::string& name, const std::string& prefix) {
    const std::string extension = ".safetensors";
    if (name.size() <= prefix.size() + extension.size() ||
        name.compare(0, prefix.size(), prefix) != 0 ||
        name.compare(name.size() - extension.size(), extension.size(), extension) != 0) {
        return false;
    }
    return std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()),
                       name.end() - static_cast<std::ptrdiff_t>(extension.size()),
                       [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

int PrepareOptions::speech_width() const {
    return input == PrepareInput::Silent ? motion::kMouthActivityWidth : kShardSpeechWidth;
}

void PrepareOptions::check() const {
    const auto fail = [](const std::string& message) { throw Error(ErrorKind::Usage, message); };
    const bool is_plain = std::all_of(source.begin(), source.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-';
    });
    if (source.empty() || source.size() > 64 || !is_plain) {
        fail("source is '" + source + "', expected 1 to 64 letters, digits, '_' or '-'");
    }
    if (num_takes < 1 || num_takes > 1000) {
        fail("takes are " + std::to_string(num_takes) + ", expected 1..1000");
    }
    if (clips_per_shard < 1 || clips_per_shard > 1000) {
        fail("clips per shard are " + std::to_string(clips_per_shard) + ", expected 1..1000");
    }
    if (!(min_duration_s >= 0.04 && min_duration_s <= 600)) {
        fail("least duration is " + std::to_string(min_duration_s) + " s, expected 0.04..600");
    }
    if (!(max_lost_share >= 0 && max_lost_share <= 1)) {
        fail("share of lost frames is " + std::to_string(max_lost_share) + ", expected 0..1");
    }
    if (!(max_fit_error > 0 && std::isfinite(max_fit_error)) ||
        !(min_sharpness >= 0 && std::isfinite(min_sharpness))) {
        fail("fit error and sharpness must be positive");
    }
    if (!tracks.empty() && input != PrepareInput::Videos) {
        fail("ready tracks go with videos only");
    }
}

bool is_held_out_by_rule(const std::string& name) {
    constexpr int limit = 16;
    const std::size_t slash = name.find('/');
    const std::size_t dash = name.find('-');
    const bool is_number = name.size() == 9 && std::all_of(name.begin(), name.end(), [](char c) {
                               return c >= '0' && c <= '9';
                           });
    if (slash != std::string::npos || dash != std::string::npos) {
        return sha256_first_byte("speaker " + name.substr(0, std::min(slash, dash))) < limit;
    }
    return sha256_first_byte(is_number ? "speaker " + name.substr(0, 5) : name) < limit;
}

std::vector<PrepareItem> list_items(const PrepareOptions& options) {
    const bool is_video = options.input == PrepareInput::Videos;
    const bool is_silent = options.input == PrepareInput::Silent;
    std::vector<PrepareItem> items;
    for (const auto& [name, files] : files_by_name(options.folder)) {
        const std::string sound = first_of(files, is_video ? kVideo : kSound);
        const std::string second = second_file(options, name, files);
        if (is_silent) {
            const std::string motion = first_of(files, {".safetensors", ".csv"});
            if (!motion.empty()) {
                items.push_back({name, "", motion});
            }
        } else if (!sound.empty() && (is_video || !second.empty())) {
            items.push_back({name, sound, second});
        }
    }
    if (items.empty()) {
        throw Error(ErrorKind::Input,
                    "folder '" + options.folder + "' has no " + expected_files(options.input));
    }
    return items;
}

std::vector<PlannedShard> plan_shards(const PrepareOptions& options,
                                      const std::vector<PrepareItem>& items) {
    const bool has_list = !options.held_out_list.empty();
    const std::vector<std::string> list =
        has_list ? core::read_name_list(options.held_out_list) : std::vector<std::string>();
    const std::set<std::string> names(list.begin(), list.end());
    const auto is_listed = [&](const std::string& name) {
        // A recording's shots are listed by its name.
        return names.count(name) != 0 ||
               (options.input == PrepareInput::Silent && core::is_listed(list, name));
    };
    std::vector<PrepareItem> train, held_out;
    for (const PrepareItem& item : items) {
        const bool is_held_out =
            has_list ? is_listed(item.name) || is_listed(fs::path(item.name).filename().string())
                     : is_held_out_by_rule(item.name);
        (is_held_out ? held_out : train).push_back(item);
    }
    std::vector<PlannedShard> shards;
    add_shards(options, train, false, shards);
    add_shards(options, held_out, true, shards);
    return shards;
}

void remove_stale_shards(const PrepareOptions& options, const std::vector<PlannedShard>& planned) {
    std::set<std::string> keep;
    for (const PlannedShard& shard : planned) {
        keep.insert(shard.path);
    }
    for (const bool is_held_out : {false, true}) {
        const std::string prefix = shard_prefix(options, is_held_out);
        for (const std::string& path : list_shards(options.out, prefix)) {
            if (keep.count(path) == 0 &&
                is_shard_name(fs::path(path).filename().string(), prefix) &&
                summarize_shard(path)) {
                std::error_code error;
                fs::remove(path, error);
                core::log_info("removed stale shard '" + path + "'");
            }
        }
    }
}

}  // namespace vasa::train
