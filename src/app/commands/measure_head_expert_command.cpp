// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "motion_sets.h"

#include "vasa/core/error.h"
#include "vasa/core/name_list.h"
#include "vasa/models/model_files.h"
#include "vasa/sync/head_expert.h"
#include "vasa/sync/head_preference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct HeadExpertArguments {
    std::vector<std::string> sets;
    std::string names, expert;
};

/// Motion of one set, at 25 fps; clips long enough for the expert.
using Clips = std::vector<std::vector<motion::MotionFrame>>;

struct SetFigures {
    std::string name;
    sync::HeadPreference brief, full;  ///< stretches of 3 s and of 10 s
    std::array<double, sync::kNumHeadShifts> curve{};
    double near_zero = 0;  ///< share of clips whose best shift is within 2 frames of 0
    // Preference at 10 s for heads that do not belong to the mouth.
    double other_head = 0, still_head = 0, reversed_head = 0;
};

sync::HeadPreference brief_preference(const std::vector<sync::HeadEmbedding>& clips) {
    sync::HeadPreferenceParams params;
    params.length = params.min_length = sync::kHeadWindow;
    return sync::head_preference(clips, params);
}

/// The clips with other heads. @param head_of  head of clip i
std::vector<sync::HeadEmbedding> with_heads(const std::vector<sync::HeadEmbedding>& clips,
                                            const std::function<sync::Rows(std::size_t)>& head_of) {
    std::vector<sync::HeadEmbedding> changed;
    for (std::size_t i = 0; i < clips.size(); ++i) {
        sync::Rows head = head_of(i);
        const Eigen::Index count = std::min(clips[i].mouth.rows(), head.rows());
        changed.push_back({clips[i].mouth.topRows(count), head.topRows(count)});
    }
    return changed;
}

/// A frame's pose and brows in all frames.
std::vector<motion::MotionFrame> held_still(const std::vector<motion::MotionFrame>& frames) {
    return {frames.size(), frames.front()};
}

void add_curves(const std::vector<sync::HeadEmbedding>& clips, SetFigures& figures) {
    constexpr int kNear_frames = 2;
    int count = 0;
    for (const sync::HeadEmbedding& clip : clips) {
        if (clip.mouth.rows() <= sync::kMaxHeadShift) {
            continue;
        }
        const sync::HeadScore score = sync::head_score(clip);
        std::transform(figures.curve.begin(),
                       figures.curve.end(),
                       score.curve.begin(),
                       figures.curve.begin(),
                       [](double sum, float value) { return sum + static_cast<double>(value); });
        figures.near_zero += std::abs(score.offset_frames) <= kNear_frames ? 1.0 : 0.0;
        ++count;
    }
    for (double& value : figures.curve) {
        value /= count;
    }
    figures.near_zero /= count;
}

Clips frames_of(const MotionSet& set, const std::vector<std::string>& names) {
    Clips clips;
    for (const auto& [stem, clip] : set.clips) {
        if (!names.empty() && !core::is_listed(names, stem)) {
            continue;
        }
        const auto num_frames =
            static_cast<int>(std::lround(clip.duration_s() * motion::kMotionRate_hz));
        if (num_frames >= sync::kMinHeadClip) {
            clips.push_back(
                motion::resample_motion(clip, {motion::kMotionRate_hz, 1}, num_frames).frames);
        }
    }
    if (clips.size() < 2) {
        throw core::Error(core::ErrorKind::Input,
                          "set '" + set.name + "' has " + std::to_string(clips.size()) +
                              " clips of 4 s or more, expected at least 2");
    }
    return clips;
}

SetFigures measure_set(const sync::HeadExpert& expert,
                       const MotionSet& set,
                       const std::vector<std::string>& names,
                       Context& context) {
    const Clips clips = frames_of(set, names);
    std::vector<sync::HeadEmbedding> embedded;
    for (const auto& frames : clips) {
        context.stop.throw_if_stopped();
        embedded.push_back(expert.embed(frames));
    }
    SetFigures figures;
    figures.name = set.name;
    figures.brief = brief_preference(embedded);
    figures.full = sync::head_preference(embedded);
    add_curves(embedded, figures);
    const auto share = [&](const std::function<sync::Rows(std::size_t)>& head_of) {
        context.stop.throw_if_stopped();
        return sync::head_preference(with_heads(embedded, head_of)).share;
    };
    figures.other_head =
        share([&](std::size_t i) { return embedded[(i + 1) % embedded.size()].head; });
    figures.still_head =
        share([&](std::size_t i) { return expert.embed_head(held_still(clips[i])); });
    figures.reversed_head = share([&](std::size_t i) {
        return expert.embed_head({clips[i].rbegin(), clips[i].rend()});
    });
    return figures;
}

std::string table(const std::vector<SetFigures>& sets) {
    constexpr std::size_t kLabelWidth = 34;
    constexpr int kCurveStep = 5;
    std::string text(kLabelWidth, ' ');
    char cell[64];
    for (const SetFigures& set : sets) {
        std::snprintf(cell, sizeof cell, "%12s", set.name.substr(0, 11).c_str());
        text += cell;
    }
    text += "\n";
    const auto row = [&](std::string label, const char* format, const auto& value) {
        label.resize(kLabelWidth, ' ');
        text += label;
        for (const SetFigures& set : sets) {
            std::snprintf(cell, sizeof cell, format, value(set));
            text += cell;
        }
        text += "\n";
    };
    const auto percent = [&](const char* label, const auto& value) {
        row(label, "%12.1f", [&](const SetFigures& set) { return 100.0 * value(set); });
    };
    row("clips", "%12d", [](const SetFigures& set) { return set.full.num_clips; });
    row("- shorter than 10 s, taken whole", "%12d", [](const SetFigures& set) {
        return set.full.num_short_clips;
    });
    percent("own mouth preferred, 3 s, %", [](const SetFigures& set) { return set.brief.share; });
    percent("own mouth preferred, 10 s, %", [](const SetFigures& set) { return set.full.share; });
    percent("- to mouths of other clips",
            [](const SetFigures& set) { return set.full.other_clip; });
    percent("- to other places of the clip",
            [](const SetFigures& set) { return set.full.same_clip; });
    percent("10 s, head of another clip", [](const SetFigures& set) { return set.other_head; });
    percent("10 s, head held still", [](const SetFigures& set) { return set.still_head; });
    percent("10 s, head reversed in time", [](const SetFigures& set) { return set.reversed_head; });
    for (int shift = -sync::kMaxHeadShift; shift <= sync::kMaxHeadShift; shift += kCurveStep) {
        row("similarity, head late by " + std::to_string(shift),
            "%12.3f",
            [=](const SetFigures& set) {
                const int place = shift + sync::kMaxHeadShift;
                return set.curve[static_cast<std::size_t>(place)];
            });
    }
    percent("peak within 2 frames, % of clips",
            [](const SetFigures& set) { return set.near_zero; });
    return text;
}

nlohmann::json json_of(const SetFigures& set) {
    return {{"clips", set.full.num_clips},
            {"short_clips", set.full.num_short_clips},
            {"comparisons_10s", set.full.num_controls},
            {"preference_3s", set.brief.share},
            {"preference_10s", set.full.share},
            {"preference_10s_other_clips", set.full.other_clip},
            {"preference_10s_same_clip", set.full.same_clip},
            {"other_head", set.other_head},
            {"still_head", set.still_head},
            {"reversed_head", set.reversed_head},
            {"curve", set.curve},
            {"peak_within_2_frames", set.near_zero}};
}

void run_head_expert(const HeadExpertArguments& arguments, Context& context) {
    const std::string path = arguments.expert.empty()
                                 ? context.model_dir + "/" + models::kHeadExpertFile
                                 : arguments.expert;
    const auto expert =
        sync::HeadExpert::load(path, context.model_dir + "/" + models::kHeadModelFile);
    const std::vector<std::string> names = arguments.names.empty()
                                               ? std::vector<std::string>()
                                               : core::read_name_list(arguments.names);
    std::vector<SetFigures> results;
    nlohmann::json json;
    for (const MotionSet& set : load_motion_sets(arguments.sets, "")) {
        results.push_back(measure_set(expert, set, names, context));
        json["sets"][set.name] = json_of(results.back());
    }
    context.print_result(json, table(results));
}

}  // namespace

void add_measure_head_expert_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand(
        "head-expert",
        "How often the mouth-head expert prefers a head's own mouth, one column per folder");
    const auto arguments = std::make_shared<HeadExpertArguments>();
    command
        ->add_option("--set", arguments->sets, "Folder of motion files of 4 s or more (repeatable)")
        ->required()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--names", arguments->names, "File with the names to use, one a line");
    command->add_option("--expert", arguments->expert, "Weights (default: those of --models)");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_head_expert(*arguments, context); };
    });
}

}  // namespace vasa::app
