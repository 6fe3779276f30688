// SPDX-License-Identifier: Apache-2.0
#include "sync/sync_batch.h"

#include "vasa/motion/motion_space.h"
#include "vasa/sync/sync_network.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/stack.h>

namespace vasa::train {
namespace {

using sync::kSyncWindow;

constexpr float kLipNoise_cm = 0.01F;
constexpr float kSpeechNoise = 0.2F;

at::Tensor motion_rows(const ClipView& clip) {
    at::Tensor rows = at::empty({clip.num_frames, sync::kSyncMotionWidth}, at::kFloat);
    float* out = rows.data_ptr<float>();
    for (int t = 0; t < clip.num_frames; ++t) {
        const motion::MotionVector vector = motion::to_motion_vector(
            frame_of_shard(clip.motion + static_cast<std::ptrdiff_t>(t) * kShardMotionWidth));
        out = std::copy_n(vector.begin(), sync::kSyncMotionWidth, out);
    }
    return rows;
}

}  // namespace

SyncClips load_sync_clips(const MotionDataset& dataset,
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
                                    {view.num_frames, dataset.speech_width()},
                                    at::kHalf);
        clips[source].push_back(std::move(clip));
    }
    return clips;
}

SyncBatch sample_windows(const std::vector<const SyncClip*>& clips,
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

SyncBatch to_device(const SyncBatch& batch, at::Device device) {
    return {batch.lips.to(device), batch.speech.to(device)};
}

const SyncClip* sample_clip(const SyncClips& clips,
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

}  // namespace vasa::train
