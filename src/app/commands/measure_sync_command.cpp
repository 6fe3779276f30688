// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "motion_sets.h"

#include "vasa/core/error.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#ifdef VASA_WITH_TORCH
#include "vasa/models/model_files.h"
#include "vasa/models/network_inputs.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/sync/sync_expert.h"
#endif

namespace vasa::app {
namespace {

struct SyncArguments {
    std::vector<std::string> sets;
    std::string speech, names;
};

#ifdef VASA_WITH_TORCH

/// Means over the clips of a set.
struct SetSync {
    std::string name;
    int num_clips = 0;
    std::array<double, sync::kNumSyncLags> curve{};
    double confidence = 0, within_one = 0;
    /// With the speech of another clip: the curve's peak and the confidence.
    double shuffled_peak = 0, shuffled_confidence = 0;
};

/// Speech features by stem.
using Features = std::map<std::string, std::vector<float>>;

/// The first rows of features, repeated from the start if there are too few.
std::vector<float> fitted(const std::vector<float>& rows, std::size_t num_frames) {
    const std::size_t width = speech::kFeatureWidth;
    std::vector<float> result(num_frames * width);
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = rows[i % rows.size()];
    }
    return result;
}

void add_score(const sync::SyncScore& score, SetSync& sum) {
    for (std::size_t i = 0; i < sum.curve.size(); ++i) {
        sum.curve[i] += static_cast<double>(score.curve[i]);
    }
    sum.confidence += static_cast<double>(score.confidence);
    sum.within_one += std::abs(score.offset_frames) <= 1 ? 1 : 0;
    ++sum.num_clips;
}

SetSync measure_set(const sync::SyncExpert& expert,
                    const MotionSet& set,
                    const Features& features,
                    Context& context) {
    SetSync sum;
    sum.name = set.name;
    for (const auto& [stem, clip] : set.clips) {
        const auto own = features.find(stem);
        if (own == features.end() || clip.frames.size() < sync::kSyncWindow + sync::kMaxSyncLag) {
            continue;
        }
        context.stop.throw_if_stopped();
        auto other = std::next(own);
        other = other == features.end() ? features.begin() : other;
        const std::size_t num_frames = clip.frames.size();
        add_score(expert.score(clip, fitted(own->second, num_frames)), sum);
        const sync::SyncScore wrong = expert.score(clip, fitted(other->second, num_frames));
        sum.shuffled_peak +=
            static_cast<double>(*std::max_element(wrong.curve.begin(), wrong.curve.end()));
        sum.shuffled_confidence += static_cast<double>(wrong.confidence);
    }
    if (sum.num_clips == 0) {
        throw core::Error(core::ErrorKind::Input,
                          "set '" + set.name + "' has no motion file for any of the speech files");
    }
    for (double& value : sum.curve) {
        value /= sum.num_clips;
    }
    for (double* value :
         {&sum.confidence, &sum.within_one, &sum.shuffled_peak, &sum.shuffled_confidence}) {
        *value /= sum.num_clips;
    }
    return sum;
}

std::string table(const std::vector<SetSync>& sets) {
    std::string text;
    char cell[64];
    const auto row = [&](const std::string& label, const auto& value) {
        text += label + std::string(26 - std::min<std::size_t>(26, label.size()), ' ');
        for (const SetSync& set : sets) {
            std::snprintf(cell, sizeof cell, "%12.3f", value(set));
            text += cell;
        }
        text += "\n";
    };
    text += std::string(26, ' ');
    for (const SetSync& set : sets) {
        std::snprintf(cell, sizeof cell, "%12s", set.name.substr(0, 11).c_str());
        text += cell;
    }
    text += "\n";
    row("clips", [](const SetSync& set) { return static_cast<double>(set.num_clips); });
    for (int i = 0; i < sync::kNumSyncLags; ++i) {
        row("lips late by " + std::to_string(i - sync::kMaxSyncLag),
            [i](const SetSync& set) { return set.curve[static_cast<std::size_t>(i)]; });
    }
    row("confidence", [](const SetSync& set) { return set.confidence; });
    row("peak within 1 frame", [](const SetSync& set) { return set.within_one; });
    row("other speech: peak", [](const SetSync& set) { return set.shuffled_peak; });
    row("other speech: confidence", [](const SetSync& set) { return set.shuffled_confidence; });
    return text;
}

void run_sync(const SyncArguments& arguments, Context& context) {
    const std::vector<MotionSet> sets = load_motion_sets(arguments.sets, arguments.names);
    const Utterances utterances = load_utterances(arguments.speech, sets, context);
    const auto expert = sync::SyncExpert::load(context.model_dir + "/" + models::kSyncExpertFile);
    const auto encoder =
        speech::SpeechEncoder::load(context.model_dir + "/" + models::kSpeechEncoderFile);
    models::check_speech_features(
        models::kSyncExpertFile, expert.speech_features(), encoder.features());
    Features features;
    const auto progress = context.progress(0);
    for (const auto& [stem, sample] : utterances) {
        features[stem] = encoder.encode(sample.speech, context.stop).values;
        if (progress) {
            progress(static_cast<std::int64_t>(features.size()),
                     static_cast<std::int64_t>(utterances.size()));
        }
    }
    std::vector<SetSync> results;
    nlohmann::json json;
    for (const MotionSet& set : sets) {
        const SetSync result = measure_set(expert, set, features, context);
        json["sets"][set.name] = {{"clips", result.num_clips},
                                  {"curve", result.curve},
                                  {"confidence", result.confidence},
                                  {"within_one_frame", result.within_one},
                                  {"other_speech_peak", result.shuffled_peak},
                                  {"other_speech_confidence", result.shuffled_confidence}};
        results.push_back(result);
    }
    context.print_result(json, table(results));
}
#else
void run_sync(const SyncArguments&, Context&) {
    throw core::Error(core::ErrorKind::Resource, "this build has no libtorch");
}
#endif

}  // namespace

void add_measure_sync_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand(
        "sync", "Shift curve of the lip-sync expert over motion files, one column per folder");
    const auto arguments = std::make_shared<SyncArguments>();
    add_motion_set_options(*command, arguments->sets, arguments->names);
    command->add_option("--speech", arguments->speech, "Folder of sound or video files")
        ->required();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_sync(*arguments, context); };
    });
}

}  // namespace vasa::app
