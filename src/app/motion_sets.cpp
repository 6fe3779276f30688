// SPDX-License-Identifier: Apache-2.0
#include "motion_sets.h"

#include "context.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/core/name_list.h"
#include "vasa/core/parallel.h"
#include "vasa/media/audio_file.h"
#include "vasa/speech/speech_rate.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <CLI/CLI.hpp>

namespace vasa::app {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

std::map<std::string, std::string> files_by_stem(const std::string& folder,
                                                 const std::set<std::string>& extensions) {
    std::map<std::string, std::string> files;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        if (extensions.count(core::extension_of(entry.path().string())) != 0) {
            files[entry.path().stem().string()] = entry.path().string();
        }
    }
    if (ec) {
        throw Error(ErrorKind::Input, "cannot read folder '" + folder + "': " + ec.message());
    }
    return files;
}

/// The folder's own name, preceded by its parent's if two folders share it.
std::vector<std::string> set_names(const std::vector<std::string>& folders) {
    std::vector<std::string> names;
    for (const std::string& folder : folders) {
        fs::path path = fs::path(folder).lexically_normal();
        path = path.has_filename() ? path : path.parent_path();
        std::string name = path.filename().string();
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            name = path.parent_path().filename().string() + "/" + name;
        }
        names.push_back(name);
    }
    return names;
}

std::set<std::string> wanted_stems(const std::string& names) {
    std::set<std::string> stems;
    if (!names.empty()) {
        for (const std::string& name : core::read_name_list(names)) {
            stems.insert(fs::path(name).stem().string());
        }
    }
    return stems;
}

}  // namespace

void add_motion_set_options(CLI::App& command,
                            std::vector<std::string>& folders,
                            std::string& names_file) {
    command
        .add_option(
            "--set", folders, "Folder of motion files named like the speech files (repeatable)")
        ->required()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command.add_option("--names", names_file, "File with the names to use, one a line");
}

std::vector<MotionSet> load_motion_sets(const std::vector<std::string>& folders,
                                        const std::string& names_file) {
    const std::set<std::string> wanted = wanted_stems(names_file);
    const std::vector<std::string> names = set_names(folders);
    std::vector<MotionSet> sets;
    for (std::size_t i = 0; i < folders.size(); ++i) {
        MotionSet set;
        set.name = names[i];
        for (const auto& [stem, path] : files_by_stem(folders[i], {".safetensors", ".csv"})) {
            if (wanted.empty() || wanted.count(stem) != 0) {
                set.clips[stem] = motion::load_motion(path);
            }
        }
        sets.push_back(std::move(set));
    }
    return sets;
}

Utterances load_utterances(const std::string& folder,
                           const std::vector<MotionSet>& sets,
                           Context& context) {
    const auto sounds = files_by_stem(
        folder, {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".mp4", ".mkv", ".webm"});
    const auto phones = files_by_stem(folder, {".phones"});
    Utterances utterances;
    for (const MotionSet& set : sets) {
        for (const auto& item : set.clips) {
            if (sounds.count(item.first) != 0) {
                utterances[item.first];
            }
        }
    }
    std::vector<Utterances::value_type*> items;
    for (auto& item : utterances) {
        items.push_back(&item);
    }
    core::parallel_for(static_cast<int>(items.size()), [&](int i) {
        context.stop.throw_if_stopped();
        auto& [stem, sample] = *items[i];
        sample.speech =
            media::resample_mono(media::load_audio(sounds.at(stem)), speech::kSpeechRate_hz);
        const auto found = phones.find(stem);
        if (found != phones.end()) {
            sample.phones = speech::load_phones(found->second);
        }
    });
    return utterances;
}

}  // namespace vasa::app
