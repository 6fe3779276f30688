// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"
#include "speech_files.h"

#include "vasa/core/error.h"
#include "vasa/models/model_files.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#ifdef VASA_WITH_TORCH
#include "vasa/core/atomic_file.h"
#include "vasa/render/speech_input.h"
#include "vasa/speech/encoder_export.h"

#include <cstddef>
#include <vector>
#endif

namespace vasa::app {
namespace {

struct ExportArguments {
    std::string whisper, speech;
    std::string out = models::kSpeechEncoderFile;
    int num_blocks = 4;
    int num_clips = 120;
    bool force = false;
};

#ifdef VASA_WITH_TORCH
void run_export(const ExportArguments& arguments, Context& context) {
    { const core::AtomicFile probe(arguments.out, arguments.force); }
    speech::EncoderExportOptions options;
    options.whisper = arguments.whisper;
    options.out = arguments.out;
    options.num_blocks = arguments.num_blocks;
    options.command = command_text(context);
    options.revision = git_revision();
    options.check();
    std::vector<std::vector<float>> clips;
    const auto count = static_cast<std::size_t>(arguments.num_clips);
    for (const std::string& file : spread_files(find_speech_files(arguments.speech), count)) {
        context.stop.throw_if_stopped();
        clips.push_back(render::load_speech(file, false).mono);
    }
    speech::export_speech_encoder(options, clips);
    context.print_result({{"out", arguments.out}, {"clips", clips.size()}},
                         context.quiet ? "" : arguments.out + "\n");
}
#else
void run_export(const ExportArguments&, Context&) {
    throw core::Error(core::ErrorKind::Resource, "this build has no libtorch");
}
#endif

}  // namespace

void add_train_speech_encoder_command(CLI::App& train, Context& context) {
    CLI::App* command = train.add_subcommand(
        "speech-encoder", "Builds speech_encoder.safetensors from Whisper's encoder");
    const auto arguments = std::make_shared<ExportArguments>();
    command->add_option("--whisper", arguments->whisper, "Whisper base's encoder (.safetensors)")
        ->required();
    command->add_option("--speech", arguments->speech, "Folder of speech that sets the scales")
        ->required();
    command->add_option("--out", arguments->out, "Speech encoder")->capture_default_str();
    command->add_option("--blocks", arguments->num_blocks, "Blocks kept")->capture_default_str();
    command->add_option("--clips", arguments->num_clips, "Files of speech used")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_export(*arguments, context); };
    });
}

}  // namespace vasa::app
