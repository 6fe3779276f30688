// SPDX-License-Identifier: Apache-2.0
#include "commands/prepare_live_command.h"

#include "context.h"

#include "vasa/core/error.h"
#include "vasa/models/live_model_files.h"
#include "vasa/render/speech_input.h"
#include "vasa/speech/live_encoder.h"
#include "vasa/train/motion_dataset.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct PrepareLiveArguments {
    std::string shards, speech, out;
};

#ifdef VASA_WITH_TORCH
using Features = std::shared_ptr<const std::vector<float>>;

/// The sound file of a clip: its name in a folder, with any extension of sound.
std::string find_sound(const std::string& folder, const std::string& name) {
    for (const char* extension : {".mp3", ".opus", ".wav", ".flac", ".mp4"}) {
        std::string path = folder + "/" + name + extension;
        if (std::filesystem::exists(path)) {
            return path;
        }
    }
    throw core::Error(core::ErrorKind::Input,
                      "no sound of clip '" + name + "' in '" + folder + "'");
}

/// Features of a sound as a live stream gives them, as many rows as a clip has.
Features hear(const speech::LiveSpeechEncoder& encoder, const std::string& sound, int num_frames) {
    std::vector<float> values = encoder.encode(render::load_speech(sound, true).mono).values;
    values.resize(static_cast<std::size_t>(num_frames) * speech::kFeatureWidth, 0.0F);
    return std::make_shared<const std::vector<float>>(std::move(values));
}

train::MotionShard hear_shard(const train::MotionDataset& shard,
                              const PrepareLiveArguments& arguments,
                              const speech::LiveSpeechEncoder& encoder,
                              Context& context) {
    train::MotionShard result;
    result.source = shard.sources().at(0);
    result.speech_features = encoder.features();
    std::map<std::string, Features> heard;
    for (int i = 0; i < shard.num_clips(); ++i) {
        context.stop.throw_if_stopped();
        const train::ClipView& view = shard.clip(i);
        const auto count = [&](int width) {
            return static_cast<std::ptrdiff_t>(width) * view.num_frames;
        };
        train::ShardClip clip;
        clip.name = view.name;
        clip.motion.assign(view.motion, view.motion + count(train::kShardMotionWidth));
        clip.controls.assign(view.controls, view.controls + count(train::kShardControlWidth));
        if (view.tongue != nullptr) {
            clip.tongue.assign(view.tongue, view.tongue + count(head::kNumTongueValues));
        }
        Features& features = heard[view.name];
        if (features == nullptr) {
            features = hear(encoder, find_sound(arguments.speech, view.name), view.num_frames);
        }
        clip.speech = features;
        result.is_held_out = view.is_held_out;
        result.clips.push_back(std::move(clip));
    }
    return result;
}

void run_prepare_live(const PrepareLiveArguments& arguments, Context& context) {
    const auto encoder =
        speech::LiveSpeechEncoder::load(context.model_dir + "/" + models::kLiveSpeechEncoderFile);
    std::filesystem::create_directories(arguments.out);
    int num_clips = 0;
    for (const char* prefix : {"train_", "held_out_"}) {
        for (const std::string& path : train::list_shards(arguments.shards, prefix)) {
            const train::MotionDataset shard = train::MotionDataset::load({path});
            const std::string name = std::filesystem::path(path).filename();
            train::save_motion_shard(arguments.out + "/" + name,
                                     hear_shard(shard, arguments, encoder, context));
            num_clips += shard.num_clips();
        }
    }
    context.print_result({{"out", arguments.out}, {"clips", num_clips}},
                         context.quiet ? "" : std::to_string(num_clips) + " clips\n");
}
#else
void run_prepare_live(const PrepareLiveArguments&, Context&) {
    throw core::Error(core::ErrorKind::Resource, "this build has no libtorch");
}
#endif

}  // namespace

void add_prepare_live_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand(
        "prepare-live", "Training shards -> the same with the live encoder's speech features");
    const auto arguments = std::make_shared<PrepareLiveArguments>();
    command->add_option("--shards", arguments->shards, "Folder that `vasa prepare` filled")
        ->required();
    command
        ->add_option("--speech", arguments->speech, "Folder in which the clips' names are sounds")
        ->required();
    command->add_option("--out", arguments->out, "Folder for the shards")->required();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_prepare_live(*arguments, context); };
    });
}

}  // namespace vasa::app
