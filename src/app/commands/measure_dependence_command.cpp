// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "motion_sets.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/eval/speech_dependence.h"
#include "vasa/head/head_model.h"
#include "vasa/models/model_files.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;
using eval::FaceBehaviour;
using eval::FaceChannel;

struct DependenceArguments {
    std::vector<std::string> sets;
    std::string speech, names;
};

/// Results of one folder; the last two only with speech.
struct SetDependence {
    std::string name;
    int num_clips = 0;
    double duration_s = 0;
    eval::Likeness likeness;
    eval::SpeechLocking locking;
    eval::BehaviourTiming timing;
};

struct ChannelName {
    FaceChannel channel;
    const char *key, *text;
};
constexpr std::array<ChannelName, eval::kNumFaceChannels> kChannels = {{
    {FaceChannel::Yaw, "yaw", "yaw"},
    {FaceChannel::Pitch, "pitch", "pitch"},
    {FaceChannel::Roll, "roll", "roll"},
    {FaceChannel::Brow, "brow", "brows"},
    {FaceChannel::GazeYaw, "gaze_yaw", "gaze yaw"},
    {FaceChannel::GazePitch, "gaze_pitch", "gaze pitch"},
    {FaceChannel::Blink, "blink", "blinks"},
}};

struct LockingName {
    eval::Locking eval::SpeechLocking::*value;
    const char *key, *text;
};
constexpr std::array<LockingName, 4> kLockings = {{
    {&eval::SpeechLocking::nods_at_stresses, "nods_at_stresses", "nods at stresses"},
    {&eval::SpeechLocking::nods_at_onsets, "nods_at_onsets", "nods at onsets"},
    {&eval::SpeechLocking::raises_at_stresses, "raises_at_stresses", "brow raises at stresses"},
    {&eval::SpeechLocking::raises_at_onsets, "raises_at_onsets", "brow raises at onsets"},
}};

struct TimingName {
    eval::Timing eval::BehaviourTiming::*value;
    const char *key, *text;
};
constexpr std::array<TimingName, 4> kTimings = {{
    {&eval::BehaviourTiming::blinks_at_onsets, "blinks_at_onsets", "blinks a minute, onsets"},
    {&eval::BehaviourTiming::blinks_at_offsets, "blinks_at_offsets", "blinks a minute, offsets"},
    {&eval::BehaviourTiming::averted_at_onsets, "averted_at_onsets", "gaze averted, onsets"},
    {&eval::BehaviourTiming::averted_at_offsets, "averted_at_offsets", "gaze averted, offsets"},
}};

std::vector<FaceBehaviour> observe_set(const eval::MotionMeter& meter,
                                       const DependenceArguments& arguments,
                                       const MotionSet& set,
                                       const Utterances& utterances,
                                       Context& context) {
    std::vector<eval::MotionSample> samples;
    for (const auto& [stem, clip] : set.clips) {
        const auto spoken = utterances.find(stem);
        if (arguments.speech.empty() || spoken != utterances.end()) {
            samples.push_back({clip, {}, {}, {}});
            if (spoken != utterances.end()) {
                samples.back().speech = spoken->second.speech;
            }
        }
    }
    if (samples.empty()) {
        throw Error(ErrorKind::Input,
                    "set '" + set.name + "' has no motion file" +
                        (arguments.speech.empty()
                             ? ""
                             : " named like a speech file of '" + arguments.speech + "'"));
    }
    std::vector<FaceBehaviour> clips(samples.size());
    core::parallel_for(static_cast<int>(samples.size()), [&](int i) {
        context.stop.throw_if_stopped();
        clips[i] = meter.observe(samples[i]);
    });
    return clips;
}

std::string cell(int count) {
    return std::to_string(count);
}

std::string cell(double value) {
    char text[32];
    std::snprintf(text, sizeof text, std::abs(value) < 10 ? "%.2f" : "%.1f", value);
    return std::isnan(value) ? "-" : text;
}

/// Lines of a label and a value per set.
class Table {
  public:
    explicit Table(const std::vector<SetDependence>& sets) : sets_(sets) {
        text_.assign(kLabel, ' ');
        for (const SetDependence& set : sets_) {
            append(set.name, width_of(set));
        }
        text_ += "\n";
    }
    /// @param value  of a set: a number, or a count if it is an int
    template <class Value>
    void row(const std::string& label, const Value& value) {
        text_ += label + std::string(kLabel - std::min(kLabel, label.size()), ' ');
        for (const SetDependence& set : sets_) {
            append(cell(value(set)), width_of(set));
        }
        text_ += "\n";
    }
    /// The histogram of each set and of people, a line each.
    void histogram(const TimingName& timing) {
        std::string bins = timing.text;
        bins.resize(kLabel, ' ');
        text_ += "\n" + bins;
        for (std::size_t i = 0; i < eval::kNumTimingBins; ++i) {
            append(cell(eval::kTimingStart_s + eval::kTimingBin_s * static_cast<double>(i)), kBin);
        }
        append("corr.", kBin);
        text_ += "\n";
        for (const SetDependence& set : sets_) {
            line(set.name, set.timing.*timing.value);
        }
        line("people", eval::reference_timing().*timing.value);
    }
    const std::string& text() const { return text_; }

  private:
    static constexpr std::size_t kLabel = 32, kMinWidth = 9, kBin = 7;

    static std::size_t width_of(const SetDependence& set) {
        return std::max(kMinWidth, set.name.size() + 2);
    }
    void append(const std::string& value, std::size_t width) {
        text_ += std::string(width > value.size() ? width - value.size() : 0, ' ') + value;
    }
    void line(const std::string& name, const eval::Timing& timing) {
        std::string label = "  " + name;
        label.resize(kLabel, ' ');
        text_ += label;
        for (const double value : timing.histogram) {
            append(cell(value), kBin);
        }
        append(cell(timing.reference_corr), kBin);
        text_ += "\n";
    }

    const std::vector<SetDependence>& sets_;
    std::string text_;
};

void add_likeness_rows(Table& table) {
    table.row("clips", [](const auto& set) { return set.num_clips; });
    table.row("pairs", [](const auto& set) { return set.likeness.num_pairs; });
    for (const ChannelName& name : kChannels) {
        const bool is_blink = name.channel == FaceChannel::Blink;
        const std::string label =
            is_blink ? "overlap of blinks" : std::string("|r| of ") + name.text;
        const auto channel = [&](const SetDependence& set) -> const eval::ChannelLikeness& {
            return set.likeness.channel(name.channel);
        };
        table.row(label, [&](const auto& set) { return channel(set).value; });
        table.row("  chance", [&](const auto& set) { return channel(set).chance; });
        if (!is_blink) {
            table.row(label + " above 0.5 Hz", [&](const auto& set) { return channel(set).fast; });
            table.row("  chance", [&](const auto& set) { return channel(set).fast_chance; });
        }
    }
}

void add_locking_rows(Table& table) {
    for (const LockingName& name : kLockings) {
        const auto locking = [&](const SetDependence& set) -> const eval::Locking& {
            return set.locking.*name.value;
        };
        table.row(std::string(name.text) + ", share",
                  [&](const auto& s) { return locking(s).own; });
        table.row("  other speech", [&](const auto& s) { return locking(s).other; });
        table.row("  ratio", [&](const auto& s) { return locking(s).ratio; });
        table.row("  standard error", [&](const auto& s) { return locking(s).ratio_error; });
        table.row("  a minute",
                  [&](const auto& s) { return 60.0 * locking(s).num_events / s.duration_s; });
    }
    table.row("head speed, talk / pause", [](const auto& s) { return s.locking.talk_pause.own; });
    table.row("  other speech", [](const auto& s) { return s.locking.talk_pause.other; });
}

nlohmann::json number(double value) {
    return std::isnan(value) ? nlohmann::json() : nlohmann::json(value);
}

nlohmann::json timing_json(const eval::BehaviourTiming& timing) {
    nlohmann::json json;
    for (const TimingName& name : kTimings) {
        nlohmann::json& bins = json[name.key]["histogram"];
        for (const double value : (timing.*name.value).histogram) {
            bins.push_back(number(value));
        }
        json[name.key]["reference_corr"] = number((timing.*name.value).reference_corr);
    }
    return json;
}

nlohmann::json as_json(const SetDependence& set, bool has_speech) {
    nlohmann::json json = {{"clips", set.num_clips}, {"pairs", set.likeness.num_pairs}};
    for (const ChannelName& name : kChannels) {
        const eval::ChannelLikeness& channel = set.likeness.channel(name.channel);
        json["likeness"][name.key] = {{"value", number(channel.value)},
                                      {"chance", number(channel.chance)},
                                      {"fast", number(channel.fast)},
                                      {"fast_chance", number(channel.fast_chance)}};
    }
    if (has_speech) {
        for (const LockingName& name : kLockings) {
            const eval::Locking& locking = set.locking.*name.value;
            json["locking"][name.key] = {{"events", locking.num_events},
                                         {"own", number(locking.own)},
                                         {"other", number(locking.other)},
                                         {"ratio", number(locking.ratio)},
                                         {"ratio_error", number(locking.ratio_error)}};
        }
        json["talk_pause"] = {{"own", number(set.locking.talk_pause.own)},
                              {"other", number(set.locking.talk_pause.other)}};
        json["timing"] = timing_json(set.timing);
    }
    return json;
}

void run_dependence(const DependenceArguments& arguments, Context& context) {
    const bool has_speech = !arguments.speech.empty();
    const std::vector<MotionSet> sets = load_motion_sets(arguments.sets, arguments.names);
    Utterances utterances;
    if (has_speech) {
        utterances = load_utterances(arguments.speech, sets, context);
    }
    const eval::MotionMeter meter(
        head::HeadModel::load(context.model_dir + "/" + models::kHeadModelFile));
    const auto progress = context.progress(0);
    std::vector<SetDependence> results;
    nlohmann::json json;
    for (const MotionSet& set : sets) {
        const auto clips = observe_set(meter, arguments, set, utterances, context);
        SetDependence result;
        result.name = set.name;
        result.num_clips = static_cast<int>(clips.size());
        for (const FaceBehaviour& clip : clips) {
            result.duration_s += clip.duration_s;
        }
        result.likeness = eval::measure_likeness(clips);
        result.locking = eval::measure_locking(clips);
        result.timing = eval::measure_timing(clips);
        json["sets"][set.name] = as_json(result, has_speech);
        results.push_back(std::move(result));
        if (progress) {
            progress(static_cast<std::int64_t>(results.size()),
                     static_cast<std::int64_t>(sets.size()));
        }
    }
    Table table(results);
    add_likeness_rows(table);
    if (has_speech) {
        add_locking_rows(table);
        for (const TimingName& name : kTimings) {
            table.histogram(name);
        }
        json["people"] = timing_json(eval::reference_timing());
    }
    context.print_result(json, table.text());
}

}  // namespace

void add_measure_dependence_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand("dependence",
                                               "Whether motion belongs to its speech: likeness of "
                                               "the clips of a folder, and events of face "
                                               "and speech that coincide; one column per folder");
    const auto arguments = std::make_shared<DependenceArguments>();
    command
        ->add_option("--set",
                     arguments->sets,
                     "Folder of motion files: of different speech with one seed, or of one speech "
                     "with different seeds (repeatable)")
        ->required()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--speech",
                        arguments->speech,
                        "Folder of sound or video files named like the motion files; without it, "
                        "only likeness is measured");
    command->add_option("--names", arguments->names, "File with the names to use, one a line");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_dependence(*arguments, context); };
    });
}

}  // namespace vasa::app
