// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "motion_sets.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/parallel.h"
#include "vasa/eval/motion_metrics.h"
#include "vasa/head/head_model.h"
#include "vasa/models/model_files.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;
using eval::MotionMetricField;
using eval::MotionMetrics;
using eval::MotionSample;

struct MotionArguments {
    std::vector<std::string> sets;
    std::string speech, names, reference;
    int joint_every = 0;
};

const MotionSet* find_reference(const std::vector<MotionSet>& sets, const std::string& name) {
    if (name.empty()) {
        return nullptr;
    }
    for (const MotionSet& set : sets) {
        if (set.name == name) {
            return &set;
        }
    }
    std::string known;
    for (const MotionSet& set : sets) {
        known += (known.empty() ? "'" : ", '") + set.name + "'";
    }
    throw Error(
        ErrorKind::Usage,
        "no set has the name '" + name + "' that --reference gives, expected one of " + known);
}

MotionSample sample_of(const MotionArguments& arguments,
                       const MotionSample& utterance,
                       const motion::MotionClip& clip) {
    MotionSample sample = utterance;
    sample.motion = clip;
    const auto num_frames = static_cast<int>(clip.duration_s() * eval::kMetricRate_hz);
    for (int joint = arguments.joint_every; joint > 0 && joint < num_frames;
         joint += arguments.joint_every) {
        sample.joints.push_back(joint);
    }
    return sample;
}

/// Measures one set's clips that have speech, in parallel.
void measure_set(const MotionArguments& arguments,
                 const eval::MotionMeter& meter,
                 const Utterances& utterances,
                 const eval::PhoneOpenings& openings,
                 const MotionSet* reference,
                 MotionSet& set,
                 Context& context) {
    std::vector<std::string> stems;
    for (const auto& item : set.clips) {
        if (utterances.count(item.first) != 0) {
            stems.push_back(item.first);
        }
    }
    if (stems.empty()) {
        throw Error(ErrorKind::Input,
                    "set '" + set.name + "' has no motion file named like a speech file of '" +
                        arguments.speech + "'");
    }
    std::vector<MotionMetrics> metrics(stems.size());
    core::parallel_for(static_cast<int>(stems.size()), [&](int i) {
        context.stop.throw_if_stopped();
        const std::string& stem = stems[i];
        const motion::MotionClip* other = nullptr;
        if (reference != nullptr && reference != &set) {
            const auto found = reference->clips.find(stem);
            other = found == reference->clips.end() ? nullptr : &found->second;
        }
        metrics[i] = meter.measure(
            sample_of(arguments, utterances.at(stem), set.clips.at(stem)), openings, other);
    });
    set.median = eval::median_metrics(metrics);
    set.num_clips = static_cast<int>(stems.size());
}

std::string cell(double value) {
    char text[32];
    if (std::isnan(value)) {
        return "-";
    }
    std::snprintf(text, sizeof text, std::abs(value) < 1 && value != 0 ? "%.3f" : "%.2f", value);
    return text;
}

std::string table(const std::vector<MotionSet>& sets) {
    constexpr std::size_t kLabel = 28, kMinWidth = 9;
    std::string text(kLabel, ' ');
    std::vector<std::size_t> widths;
    const auto append = [&](const std::string& value, std::size_t width) {
        text += std::string(width > value.size() ? width - value.size() : 0, ' ') + value;
    };
    for (const MotionSet& set : sets) {
        widths.push_back(std::max(kMinWidth, set.name.size() + 2));
        append(set.name, widths.back());
    }
    append("GRID", kMinWidth + 3);
    append("VASA-1", kMinWidth);
    text += "\nclips" + std::string(kLabel - 5, ' ');
    for (std::size_t i = 0; i < sets.size(); ++i) {
        append(std::to_string(sets[i].num_clips), widths[i]);
    }
    for (const MotionMetricField& field : eval::motion_metric_fields()) {
        const std::string label = field.text;
        text += "\n" + label + std::string(kLabel - std::min(kLabel, label.size()), ' ');
        for (std::size_t i = 0; i < sets.size(); ++i) {
            append(cell(sets[i].median.*field.value), widths[i]);
        }
        append(cell(field.grid), kMinWidth + 3);
        append(cell(field.vasa1), kMinWidth);
    }
    return text + "\n";
}

nlohmann::json number(double value) {
    return std::isnan(value) ? nlohmann::json() : nlohmann::json(value);
}

nlohmann::json as_json(const std::vector<MotionSet>& sets) {
    nlohmann::json result;
    for (const MotionSet& set : sets) {
        nlohmann::json& column = result["sets"][set.name];
        column["clips"] = set.num_clips;
        for (const MotionMetricField& field : eval::motion_metric_fields()) {
            column[field.name] = number(set.median.*field.value);
        }
    }
    for (const MotionMetricField& field : eval::motion_metric_fields()) {
        result["grid"][field.name] = number(field.grid);
        result["vasa1"][field.name] = number(field.vasa1);
    }
    return result;
}

void run_motion(const MotionArguments& arguments, Context& context) {
    std::vector<MotionSet> sets = load_motion_sets(arguments.sets, arguments.names);
    const MotionSet* reference = find_reference(sets, arguments.reference);
    const Utterances utterances = load_utterances(arguments.speech, sets, context);
    const eval::MotionMeter meter(
        head::HeadModel::load(context.model_dir + "/" + models::kHeadModelFile));
    eval::PhoneOpenings openings;
    if (reference != nullptr) {
        std::vector<MotionSample> learned;
        for (const auto& [stem, clip] : reference->clips) {
            const auto found = utterances.find(stem);
            if (found != utterances.end()) {
                learned.push_back(sample_of(arguments, found->second, clip));
            }
        }
        openings = meter.learn_phones(learned);
    }
    const auto progress = context.progress(0);
    std::int64_t done = 0;
    for (MotionSet& set : sets) {
        measure_set(arguments, meter, utterances, openings, reference, set, context);
        if (progress) {
            progress(++done, static_cast<std::int64_t>(sets.size()));
        }
    }
    context.print_result(as_json(sets), table(sets));
}

}  // namespace

void add_measure_motion_command(CLI::App& measure, Context& context) {
    CLI::App* command =
        measure.add_subcommand("motion", "Metrics of motion files, one column per folder");
    const auto arguments = std::make_shared<MotionArguments>();
    add_motion_set_options(*command, arguments->sets, arguments->names);
    command
        ->add_option("--speech",
                     arguments->speech,
                     "Folder of speech (sound or video files) and alignments (.phones)")
        ->required();
    command->add_option("--reference",
                        arguments->reference,
                        "Set (its folder's name) with the true motion, for phone offset and "
                        "correlation");
    command
        ->add_option("--joint-every",
                     arguments->joint_every,
                     "Frames (25 Hz) between window joints, 0 = none")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_motion(*arguments, context); };
    });
}

}  // namespace vasa::app
