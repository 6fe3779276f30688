// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "performer_argument.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/motion/mouth_activity.h"
#include "vasa/train/prepare.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#ifdef VASA_WITH_TORCH
#include "vasa/models/model_files.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/tensor/device.h"

#include <mutex>
#endif

namespace vasa::app {
namespace {

struct PrepareArguments {
    train::PrepareOptions options;
    std::string videos, recordings, phones, facegood, silent, performer;
    std::string device = "auto";
};

#ifdef VASA_WITH_TORCH
/// The speech encoder; calls run one at a time, since each uses all of torch's threads.
train::EncodeSpeechFn make_encoder(PrepareArguments& arguments, Context& context) {
    const std::string path = context.model_dir + "/" + models::kSpeechEncoderFile;
    const auto encoder = std::make_shared<speech::SpeechEncoder>(
        speech::SpeechEncoder::load(path, tensor::choose_device(arguments.device).to_string()));
    arguments.options.encoder_hash = core::sha256_file(path);
    arguments.options.speech_features = encoder->features();
    const auto mutex = std::make_shared<std::mutex>();
    return [encoder, mutex, stop = context.stop](const std::vector<float>& speech) {
        const std::lock_guard<std::mutex> lock(*mutex);
        return encoder->encode(speech, stop).values;
    };
}
#else
train::EncodeSpeechFn make_encoder(PrepareArguments&, Context&) {
    throw core::Error(core::ErrorKind::Resource,
                      "this build has no libtorch, which the speech encoder needs",
                      "build with -DVASA_WITH_TORCH=ON");
}
#endif

void choose_input(PrepareArguments& arguments) {
    const std::vector<std::pair<std::string, train::PrepareInput>> inputs = {
        {arguments.videos, train::PrepareInput::Videos},
        {arguments.recordings, train::PrepareInput::Recordings},
        {arguments.phones, train::PrepareInput::Phones},
        {arguments.facegood, train::PrepareInput::Facegood},
        {arguments.silent, train::PrepareInput::Silent}};
    int num_given = 0;
    for (const auto& [folder, input] : inputs) {
        if (!folder.empty()) {
            arguments.options.input = input;
            arguments.options.folder = folder;
            ++num_given;
        }
    }
    if (num_given != 1) {
        throw core::Error(core::ErrorKind::Usage,
                          std::to_string(num_given) +
                              " kinds of input, expected one of --videos, --recordings, --phones, "
                              "--facegood, --silent");
    }
}

std::string report_text(const train::PrepareReport& report) {
    char text[160];
    std::snprintf(text,
                  sizeof text,
                  "%d inputs: %d clips (%d held out), %.1f min, in %d shards (%d as before)\n",
                  report.num_inputs,
                  report.num_clips,
                  report.num_held_out,
                  static_cast<double>(report.num_frames) / (motion::kMotionRate_hz * 60.0),
                  report.num_shards,
                  report.num_shards_reused);
    std::string result = text;
    for (const auto& [reason, count] : report.dropped) {
        result += "dropped, " + reason + ": " + std::to_string(count) + "\n";
    }
    return result;
}

void run_prepare(PrepareArguments& arguments, Context& context) {
    choose_input(arguments);
    arguments.options.model_dir = context.model_dir;
    arguments.options.check();
    train::EncodeSpeechFn encoder;
    if (arguments.options.input == train::PrepareInput::Silent) {
        arguments.options.speech_features = motion::kMouthActivityFeatures;
    } else {
        encoder = make_encoder(arguments, context);
    }
    if (!arguments.performer.empty()) {
        arguments.options.perform = load_performer(arguments.performer, context);
        arguments.options.performer_hash = core::sha256_file(arguments.performer);
    }
    const train::PrepareReport report =
        train::prepare_motion_data(arguments.options, encoder, context.progress(0.0), context.stop);
    context.print_result({{"out", arguments.options.out},
                          {"source", arguments.options.source},
                          {"inputs", report.num_inputs},
                          {"kept", report.num_clips},
                          {"held_out", report.num_held_out},
                          {"frames", report.num_frames},
                          {"shards", report.num_shards},
                          {"shards_reused", report.num_shards_reused},
                          {"dropped", report.dropped}},
                         context.quiet ? "" : report_text(report));
}

void add_limits(CLI::App& command, train::PrepareOptions& options) {
    command.add_option("--min-duration", options.min_duration_s, "Shortest clip, s")
        ->capture_default_str();
    command
        .add_option("--max-lost", options.max_lost_share, "Videos: share of frames without a face")
        ->capture_default_str();
    command
        .add_option("--max-fit-error",
                    options.max_fit_error,
                    "Videos: mean landmark error over the distance of the eyes")
        ->capture_default_str();
    command
        .add_option("--min-sharpness",
                    options.min_sharpness,
                    "Videos: squared gradient over variance of the face")
        ->capture_default_str();
}

}  // namespace

void add_prepare_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("prepare", "Speech with motion to training shards");
    const auto arguments = std::make_shared<PrepareArguments>();
    train::PrepareOptions& options = arguments->options;
    command->add_option("--videos", arguments->videos, "Folder of talking heads with sound");
    command->add_option(
        "--recordings", arguments->recordings, "Folder of sound and motion of the same stem");
    command->add_option(
        "--phones", arguments->phones, "Folder of sound and .phones of the same stem");
    command->add_option(
        "--facegood", arguments->facegood, "Folder of sound and FACEGOOD's .npz of the same stem");
    command->add_option(
        "--silent", arguments->silent, "Folder of motion files without sound, for a performer");
    command->add_option("--performer",
                        arguments->performer,
                        "Phones: network trained on --silent shards that moves head, brows, lids");
    command->add_option("--out", options.out, "Folder for the shards")->required();
    command->add_option("--source", options.source, "Name of the data, a style of the network")
        ->required();
    command->add_option("--tracks", options.tracks, "Videos: folder of motion already tracked");
    command->add_option(
        "--held-out", options.held_out_list, "File of names kept for measuring (default: by rule)");
    command->add_option("--takes", options.num_takes, "Phones: motions an utterance")
        ->capture_default_str();
    command->add_option("--seed", options.seed, "Phones: of the motions")->capture_default_str();
    command->add_option("--device", arguments->device, "auto, cpu, cuda or cuda:n")
        ->capture_default_str();
    add_limits(*command, options);
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_prepare(*arguments, context); };
    });
}

}  // namespace vasa::app
