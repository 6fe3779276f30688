// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/models/model_files.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#ifdef VASA_WITH_TORCH
#include "vasa/core/atomic_file.h"
#include "vasa/render/speech_input.h"
#include "vasa/speech/encoder_export.h"

#include <algorithm>
#include <filesystem>
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
/// Chooses files evenly over the folder, in order of their names.
std::vector<std::string> choose_files(const std::string& folder, int num_files) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
        const std::string extension = core::extension_of(entry.path().string());
        if (entry.is_regular_file() && (extension == ".mp3" || extension == ".opus" ||
                                        extension == ".wav" || extension == ".flac")) {
            files.push_back(entry.path().string());
        }
    }
    if (error || files.empty()) {
        throw core::Error(core::ErrorKind::Input, "no speech files in '" + folder + "'");
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> chosen;
    const std::size_t step = std::max<std::size_t>(1, files.size() / num_files);
    for (std::size_t i = 0; i < files.size() && chosen.size() < std::size_t(num_files); i += step) {
        chosen.push_back(files[i]);
    }
    return chosen;
}

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
    for (const std::string& file : choose_files(arguments.speech, arguments.num_clips)) {
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
