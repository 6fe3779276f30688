// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "decoder_argument.h"
#include "portrait_list.h"

#include "vasa/core/error.h"
#include "vasa/drive/speech_motion.h"
#include "vasa/eval/emotion_figures.h"
#include "vasa/eval/motion_metrics.h"
#include "vasa/head/head_model.h"
#include "vasa/media/audio_file.h"
#include "vasa/models/model_files.h"
#include "vasa/render/render_options.h"
#include "vasa/speech/speech_rate.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct EmotionArguments {
    std::string portraits, names, decoder = "fast";
    std::vector<std::string> speech;
    std::string driver = drive::driver_name(drive::default_driver());
    std::vector<float> strengths = {0.25F, 0.5F, 0.75F, 1.0F};
    int limit = 0, every = 5;
    std::uint64_t seed = 1;
};

/// Speech and, if they lie beside it, its phones.
struct Utterance {
    std::vector<float> speech;
    std::vector<speech::Phone> phones;
};

Utterance load_utterance(const std::string& file) {
    Utterance utterance;
    utterance.speech = media::resample_mono(media::load_audio(file), speech::kSpeechRate_hz);
    const auto phones = std::filesystem::path(file).replace_extension(".phones");
    if (std::filesystem::exists(phones)) {
        utterance.phones = speech::load_phones(phones.string());
    }
    return utterance;
}

/// Makes motion with one emotion or none.
class EmotionalDriver {
  public:
    EmotionalDriver(const EmotionArguments& arguments, Context& context)
        : context_(context), driver_(context.model_dir) {
        options_.driver = drive::find_driver(arguments.driver);
        options_.seed = arguments.seed;
    }

    motion::MotionClip neutral(const Utterance& utterance) {
        options_.controls = {};
        return drive(utterance);
    }

    motion::MotionClip with(motion::Emotion emotion, float strength, const Utterance& utterance) {
        options_.controls = {};
        options_.controls.set(motion::emotion_name(emotion), motion::ControlCurve(strength));
        return drive(utterance);
    }

  private:
    motion::MotionClip drive(const Utterance& utterance) {
        constexpr double kSamplesPerFrame =
            static_cast<double>(speech::kSpeechRate_hz) / motion::kMotionRate_hz;
        const auto num_frames = static_cast<int>(
            std::ceil(static_cast<double>(utterance.speech.size()) / kSamplesPerFrame));
        return driver_.drive(
            utterance.speech, {motion::kMotionRate_hz, 1}, num_frames, options_, context_.stop);
    }

    Context& context_;
    drive::SpeechDriver driver_;
    drive::SpeechMotionOptions options_;
};

/// Closures of P, B and M over the utterances with phones; `drive` makes the motion.
template <typename Drive>
eval::MotionMetrics closures_of(const eval::MotionMeter& meter,
                                const std::vector<Utterance>& utterances,
                                const Drive& drive) {
    std::vector<eval::MotionMetrics> clips;
    for (const Utterance& utterance : utterances) {
        if (!utterance.phones.empty()) {
            clips.push_back(
                meter.measure({drive(utterance), utterance.speech, utterance.phones, {}}));
        }
    }
    return eval::median_metrics(clips);
}

std::string closure_text(const eval::MotionMetrics& metrics) {
    char text[96];
    std::snprintf(text,
                  sizeof text,
                  "P B M that close: %.1f %% of %d\n",
                  100 * metrics.closures,
                  metrics.num_bilabials);
    return metrics.num_bilabials > 0 ? text : "";
}

nlohmann::json json_of(const eval::EmotionFigures& figures, const eval::MotionMetrics& spoken) {
    nlohmann::json actions = nlohmann::json::object();
    for (const eval::ShownAction& shown : figures.actions) {
        actions[std::string(head::action_name(shown.action))] = {
            {"gain", shown.gain},
            {"least_gain", shown.least_gain},
            {"order", shown.order},
            {"least_order", shown.least_order}};
    }
    nlohmann::json result = {{"strengths", figures.strengths}, {"actions", actions}};
    if (spoken.num_bilabials > 0) {
        result["closures"] = spoken.closures;
    }
    return result;
}

std::string text_of(const eval::EmotionFigures& figures, const eval::MotionMetrics& spoken) {
    std::string text = std::string(motion::emotion_name(figures.emotion)) + ": " +
                       (spoken.num_bilabials > 0 ? closure_text(spoken) : "\n");
    char part[128];
    for (const eval::ShownAction& shown : figures.actions) {
        std::snprintf(
            part, sizeof part, "  %-18s", std::string(head::action_name(shown.action)).c_str());
        text += part;
        for (std::size_t s = 0; s < figures.strengths.size(); ++s) {
            std::snprintf(part,
                          sizeof part,
                          " %.2f:%+.2f(%+.2f)",
                          static_cast<double>(figures.strengths[s]),
                          shown.gain[s],
                          shown.least_gain[s]);
            text += part;
        }
        std::snprintf(part, sizeof part, "  order %.2f(%.2f)\n", shown.order, shown.least_order);
        text += part;
    }
    return text;
}

void run_emotions(const EmotionArguments& arguments, Context& context) {
    std::vector<Utterance> utterances;
    for (const std::string& file : arguments.speech) {
        utterances.push_back(load_utterance(file));
    }
    EmotionalDriver driver(arguments, context);
    const Utterance& rendered = utterances.front();
    std::vector<eval::EmotionalClip> clips;
    for (int e = 0; e < motion::kNumEmotions; ++e) {
        const auto emotion = static_cast<motion::Emotion>(e);
        for (const float strength : arguments.strengths) {
            clips.push_back({emotion, strength, driver.with(emotion, strength, rendered)});
        }
    }
    eval::EmotionMeasuring measuring;
    measuring.model_dir = context.model_dir;
    measuring.portraits = chosen_portraits(arguments.portraits, arguments.names, arguments.limit);
    measuring.network = load_decoder(arguments.decoder, "auto", context);
    measuring.keep_expression = render::RenderOptions{}.keep_expression;
    measuring.every = arguments.every;
    const std::vector<eval::EmotionFigures> figures = eval::measure_emotions(
        measuring, driver.neutral(rendered), clips, context.progress(0), context.stop);

    const head::HeadModel model =
        head::HeadModel::load(context.model_dir + "/" + models::kHeadModelFile);
    const eval::MotionMeter meter(model);
    const eval::MotionMetrics neutral = closures_of(
        meter, utterances, [&](const Utterance& spoken) { return driver.neutral(spoken); });
    nlohmann::json result = nlohmann::json::object();
    std::string text =
        "tracked in frames, beyond neutral: mean (least) over portraits at each strength\n";
    text += "neutral: " + (neutral.num_bilabials > 0 ? closure_text(neutral) : "\n");
    for (const eval::EmotionFigures& of_emotion : figures) {
        const eval::MotionMetrics spoken =
            closures_of(meter, utterances, [&](const Utterance& utterance) {
                return driver.with(of_emotion.emotion, of_emotion.strengths.back(), utterance);
            });
        result[std::string(motion::emotion_name(of_emotion.emotion))] = json_of(of_emotion, spoken);
        text += text_of(of_emotion, spoken);
    }
    context.print_result({{"portraits", measuring.portraits.size()}, {"emotions", result}}, text);
}

}  // namespace

void add_measure_emotions_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand(
        "emotions", "How clearly rendered frames show each emotion, and whether lips still meet");
    const auto arguments = std::make_shared<EmotionArguments>();
    command->add_option("--portraits", arguments->portraits, "Folder of portraits")->required();
    command->add_option("--names", arguments->names, "File with the names to use, one a line")
        ->required();
    command
        ->add_option("--audio",
                     arguments->speech,
                     "Sound files: the first is rendered; those with an alignment (.phones) beside "
                     "them give P, B and M")
        ->required();
    command->add_option("--strengths", arguments->strengths, "Strengths, 0 to 1")
        ->check(CLI::Range(0.0F, 1.0F))
        ->capture_default_str();
    command->add_option("--driver", arguments->driver, "diffusion or rules")->capture_default_str();
    command->add_option("--decoder", arguments->decoder, "fast, full or geometry")
        ->check(CLI::IsMember({"fast", "full", "geometry"}))
        ->capture_default_str();
    command->add_option("--limit", arguments->limit, "Portraits at most, 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--every", arguments->every, "One frame in this many is tracked")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    command->add_option("--seed", arguments->seed, "Of the motion")->capture_default_str();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_emotions(*arguments, context); };
    });
}

}  // namespace vasa::app
