// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/sync_trainer.h"

#include "motion/lip_geometry.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/training_summary.h"
#include "vasa/motion/motion_space.h"
#include "vasa/sync/sync_network.h"
#include "vasa/tensor/weights.h"
#include "vasa/train/motion_dataset.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/stack.h>
#include <torch/optim/adamw.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using sync::kSyncWindow;

constexpr double kMaxScale = 50.0;
constexpr float kLipNoise_cm = 0.01F;
constexpr float kSpeechNoise = 0.2F;
constexpr int kAccuracyWindows = 16;

/// A clip as the expert sees it.
struct SyncClip {
    at::Tensor lips;    ///< [T, lip_width]
    at::Tensor speech;  ///< [T, speech_width] f16, a view into the data set
    int source = 0;
};

/// Clips of one side, by source.
using SyncClips = std::map<std::string, std::vector<SyncClip>>;

at::Tensor motion_rows(const ClipView& clip) {
    at::Tensor rows = at::empty({clip.num_frames, motion::kMotionWidth}, at::kFloat);
    float* out = rows.data_ptr<float>();
    for (int t = 0; t < clip.num_frames; ++t) {
        const motion::MotionVector vector = motion::to_motion_vector(
            frame_of_shard(clip.motion + static_cast<std::ptrdiff_t>(t) * kShardMotionWidth));
        out = std::copy(vector.begin(), vector.end(), out);
    }
    return rows;
}

SyncClips load_clips(const MotionDataset& dataset,
                     const SyncTrainOptions& options,
                     const at::Tensor& basis,
                     bool is_held_out) {
    SyncClips clips;
    for (int i = 0; i < dataset.num_clips(); ++i) {
        const ClipView& view = dataset.clip(i);
        const std::string& source = dataset.sources()[static_cast<std::size_t>(view.source_index)];
        const auto share = options.source_shares.find(source);
        if (view.is_held_out != is_held_out || view.num_frames < 4 * kSyncWindow ||
            share == options.source_shares.end() || !(share->second > 0)) {
            continue;
        }
        SyncClip clip;
        clip.lips = sync::sync_lips(motion_rows(view), basis);
        clip.speech = at::from_blob(const_cast<std::uint16_t*>(view.speech_f16),
                                    {view.num_frames, kShardSpeechWidth},
                                    at::kHalf);
        clips[source].push_back(std::move(clip));
    }
    return clips;
}

/// Windows that belong together, in the same order.
struct SyncBatch {
    at::Tensor lips, speech;  ///< [B, kSyncWindow, width]
};

SyncBatch draw_windows(const std::vector<const SyncClip*>& clips,
                       int windows_per_clip,
                       core::Rng& rng) {
    std::vector<at::Tensor> lips, speech;
    for (const SyncClip* clip : clips) {
        const auto last = static_cast<std::uint64_t>(clip->lips.size(0) - kSyncWindow);
        for (int k = 0; k < windows_per_clip; ++k) {
            const auto begin = static_cast<std::int64_t>(rng.below(last + 1));
            lips.push_back(clip->lips.slice(0, begin, begin + kSyncWindow));
            speech.push_back(clip->speech.slice(0, begin, begin + kSyncWindow));
        }
    }
    return {at::stack(lips), at::stack(speech).to(at::kFloat)};
}

const SyncClip* draw_clip(const SyncClips& clips,
                          const std::map<std::string, double>& shares,
                          core::Rng& rng) {
    double total = 0;
    for (const auto& [source, list] : clips) {
        total += shares.at(source);
    }
    double left = rng.uniform() * total;
    const std::vector<SyncClip>* chosen = &clips.begin()->second;
    for (const auto& [source, list] : clips) {
        chosen = &list;
        left -= shares.at(source);
        if (left < 0) {
            break;
        }
    }
    return &(*chosen)[static_cast<std::size_t>(rng.below(chosen->size()))];
}

/// Mouths of other sizes, trackers of other noise.
void vary(SyncBatch& batch, int windows_per_clip, at::Generator& generator) {
    const std::int64_t num_clips = batch.lips.size(0) / windows_per_clip;
    const at::Tensor size =
        (at::rand({num_clips, 1, 1}, generator, at::TensorOptions()) * 0.9 + 0.55)
            .repeat_interleave(windows_per_clip, 0);
    batch.lips = batch.lips * size +
                 at::randn(batch.lips.sizes(), generator, at::TensorOptions()) * kLipNoise_cm;
    batch.speech = batch.speech +
                   at::randn(batch.speech.sizes(), generator, at::TensorOptions()) * kSpeechNoise;
}

at::Tensor contrastive_loss(sync::SyncNetwork& network, const SyncBatch& batch) {
    const at::Tensor lips = network->embed_lips(batch.lips);
    const at::Tensor speech = network->embed_speech(batch.speech);
    const at::Tensor scale = network->log_scale().exp().clamp_max(kMaxScale);
    const at::Tensor similarity = at::matmul(lips, speech.t()) * scale;  // [B, B]
    const at::Tensor own = at::arange(lips.size(0), at::kLong);
    return 0.5 *
           (at::cross_entropy_loss(similarity, own) + at::cross_entropy_loss(similarity.t(), own));
}

double measure_accuracy(sync::SyncNetwork& network, const std::vector<SyncClip>& clips) {
    const torch::NoGradGuard guard;
    core::Rng rng(7);
    int num_right = 0, num = 0;
    for (const SyncClip& clip : clips) {
        const SyncBatch batch = draw_windows({&clip}, kAccuracyWindows, rng);
        const at::Tensor similarity =
            at::matmul(network->embed_lips(batch.lips), network->embed_speech(batch.speech).t());
        const at::Tensor own = at::arange(kAccuracyWindows, at::kLong);
        num_right += (similarity.argmax(1) == own).sum().item<int>();
        num += kAccuracyWindows;
    }
    return num == 0 ? 0.0 : static_cast<double>(num_right) / num;
}

void save_expert(const SyncTrainOptions& options,
                 sync::SyncNetwork& network,
                 const at::Tensor& basis,
                 const std::string& speech_features) {
    core::SafetensorsWriter writer;
    tensor::add_weights(writer, *network, "network.", core::DType::F16);
    writer.add_f32("lips.basis",
                   {basis.size(0), motion::kMotionWidth},
                   {basis.const_data_ptr<float>(), basis.const_data_ptr<float>() + basis.numel()});
    models::write_marker(writer, models::FileKind::SyncExpert);
    models::write_inputs(writer, sync::sync_expert_inputs(speech_features));
    models::TrainingSummary training;
    training.num_steps = options.num_steps;
    training.command = options.command;
    models::write_training(writer, training);
    writer.save(options.out);
}

/// x and y of the landmarks.
at::Tensor plane_basis(const std::string& head_model) {
    const at::Tensor basis = lip_basis(head_model);  // [3 P, 52]
    return basis.view({-1, 3, motion::kMotionWidth})
        .slice(1, 0, 2)
        .reshape({-1, motion::kMotionWidth})
        .contiguous();
}

}  // namespace

void SyncTrainOptions::check() const {
    if (shards.empty() || num_steps < 1 || clips_per_batch < 2 || windows_per_clip < 1 ||
        !(learning_rate > 0)) {
        throw Error(ErrorKind::Usage,
                    "lip-sync training: expected shards, at least 1 step, 2 clips and 1 window, "
                    "and a learning rate above 0");
    }
    if (source_shares.empty()) {
        throw Error(ErrorKind::Usage, "lip-sync training: no sources given");
    }
}

SyncTrainResult train_sync_expert(const SyncTrainOptions& options) {
    options.check();
    std::vector<std::string> paths = list_shards(options.shards, "train_");
    for (std::string& path : list_shards(options.shards, "held_out_")) {
        paths.push_back(std::move(path));
    }
    const MotionDataset dataset = MotionDataset::load(paths);
    const at::Tensor basis = plane_basis(options.head_model);
    const SyncClips training = load_clips(dataset, options, basis, false);
    const SyncClips held_out = load_clips(dataset, options, basis, true);
    if (training.empty()) {
        throw Error(ErrorKind::Input,
                    "shards in '" + options.shards + "': no clips of the sources asked for");
    }
    core::Rng rng(options.seed);
    torch::manual_seed(options.seed);
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(options.seed);
    sync::SyncNetwork network{sync::SyncConfig{}};
    torch::optim::AdamW optimizer(
        network->parameters(),
        torch::optim::AdamWOptions(options.learning_rate).weight_decay(0.05));
    for (int step = 0; step < options.num_steps; ++step) {
        options.stop.throw_if_stopped();
        const double done = static_cast<double>(step) / options.num_steps;
        for (auto& group : optimizer.param_groups()) {
            group.options().set_lr(options.learning_rate * 0.5 * (1.0 + std::cos(M_PI * done)));
        }
        std::vector<const SyncClip*> clips;
        for (int k = 0; k < options.clips_per_batch; ++k) {
            clips.push_back(draw_clip(training, options.source_shares, rng));
        }
        SyncBatch batch = draw_windows(clips, options.windows_per_clip, rng);
        vary(batch, options.windows_per_clip, generator);
        const at::Tensor loss = contrastive_loss(network, batch);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        if (options.progress) {
            options.progress(step + 1, options.num_steps);
        }
    }
    save_expert(options, network, basis, dataset.speech_features());
    SyncTrainResult result;
    result.num_steps = options.num_steps;
    for (const auto& [source, clips] : held_out) {
        result.accuracy[source] = measure_accuracy(network, clips);
    }
    return result;
}

}  // namespace vasa::train
