// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"
#include "commands/training_arguments.h"
#include "speech_files.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/models/model_files.h"
#include "vasa/render/speech_input.h"
#include "vasa/speech/speech_rate.h"
#include "vasa/train/live_encoder_trainer.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrainLiveEncoderArguments {
    train::LiveEncoderTrainOptions options;
    std::vector<std::string> speech;
    std::string held_out;
    double minutes = 40.0;
};

#ifdef VASA_WITH_TORCH
using Clips = std::vector<std::vector<float>>;

/// Speech of files spread over folders, about `minutes` of each.
Clips load_clips(const TrainLiveEncoderArguments& arguments,
                 bool is_held_out,
                 double minutes,
                 Context& context) {
    Clips clips;
    for (const std::string& folder : arguments.speech) {
        const auto files =
            files_in_list(find_speech_files(folder), arguments.held_out, is_held_out);
        // Every file once, in an order that is spread over the folder whenever it is cut off.
        constexpr std::size_t kStride = 37;
        double seconds = 0;
        for (std::size_t first = 0; first < kStride && seconds < 60.0 * minutes; ++first) {
            for (std::size_t i = first; i < files.size() && seconds < 60.0 * minutes;
                 i += kStride) {
                context.stop.throw_if_stopped();
                clips.push_back(render::load_speech(files[i], true).mono);
                seconds += static_cast<double>(clips.back().size()) / speech::kSpeechRate_hz;
            }
        }
    }
    return clips;
}

void report(const train::LiveEncoderValidation& row) {
    char text[160];
    std::snprintf(text,
                  sizeof text,
                  "step %d: loss %.4f, held-out error %.4f, cosine %.4f",
                  row.step,
                  row.train_loss,
                  row.error,
                  row.cosine);
    core::log_info(text);
}

void run_train_live_encoder(TrainLiveEncoderArguments arguments, Context& context) {
    train::LiveEncoderTrainOptions& options = arguments.options;
    options.encoder = context.model_dir + "/" + models::kSpeechEncoderFile;
    connect_training(options, context);
    options.validated = [](const auto& rows) { report(rows.back()); };
    options.check();
    const auto folders = static_cast<double>(arguments.speech.size());
    const Clips clips = load_clips(arguments, false, arguments.minutes / folders, context);
    const Clips held_out =
        load_clips(arguments, true, 2.0 * options.held_out_s / 60.0 / folders, context);
    const train::LiveEncoderTrainResult result =
        train::train_live_encoder(options, clips, held_out);
    const train::LiveEncoderValidation last =
        result.curves.empty() ? train::LiveEncoderValidation{} : result.curves.back();
    context.print_result(
        {{"out", options.out},
         {"steps", result.num_steps},
         {"error", last.error},
         {"cosine", last.cosine}},
        context.quiet ? "" : options.out + ": " + std::to_string(result.num_steps) + " steps\n");
}
#else
void run_train_live_encoder(const TrainLiveEncoderArguments&, Context&) {
    throw core::Error(core::ErrorKind::Resource, "this build has no libtorch");
}
#endif

}  // namespace

void add_train_live_encoder_command(CLI::App& train, Context& context) {
    CLI::App* command = train.add_subcommand(
        "live-encoder", "Teaches the live speech encoder to do with little of the future");
    const auto arguments = std::make_shared<TrainLiveEncoderArguments>();
    train::LiveEncoderTrainOptions& options = arguments->options;
    const auto add = [&](const char* name, auto& value, const char* help) {
        command->add_option(name, value, help)->capture_default_str();
    };
    command->add_option("--speech", arguments->speech, "Folder of speech (repeatable)")->required();
    command->add_option("--held-out", arguments->held_out, "File of names kept for measuring")
        ->required();
    add("--minutes", arguments->minutes, "Speech to train on, minutes");
    add_training_options(*command, options);
    add("--batch", options.batch_size, "Stretches of 5 s a step");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_live_encoder(*arguments, context); };
    });
}

}  // namespace vasa::app
