// SPDX-License-Identifier: Apache-2.0
#include "vasa/sync/sync_expert.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"
#include "vasa/motion/motion_space.h"
#include "vasa/sync/sync_network.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <utility>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

namespace vasa::sync {

using core::Error;
using core::ErrorKind;

struct SyncExpert::Impl {
    SyncConfig config;
    SyncNetwork network{nullptr};
    at::Tensor basis;  ///< [lip_width, kSyncMotionWidth]
    std::string speech_features;
};

SyncExpert::SyncExpert(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SyncExpert::~SyncExpert() = default;
SyncExpert::SyncExpert(SyncExpert&&) noexcept = default;
SyncExpert& SyncExpert::operator=(SyncExpert&&) noexcept = default;

SyncExpert SyncExpert::load(const std::string& path) {
    const c10::InferenceMode inference;
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Model);
    models::check_marker(file, models::FileKind::SyncExpert);
    auto impl = std::make_unique<Impl>();
    impl->speech_features = models::one_input(file, "speech");
    models::check_inputs(file, sync_expert_inputs(impl->speech_features));
    impl->network = SyncNetwork(impl->config);
    tensor::load_weights(*impl->network, file, "network.");
    impl->network->eval();
    std::vector<float> basis =
        file.floats("lips.basis", {impl->config.lip_width, kSyncMotionWidth});
    impl->basis =
        at::from_blob(basis.data(), {impl->config.lip_width, kSyncMotionWidth}, at::kFloat).clone();
    return SyncExpert(std::move(impl));
}

const std::string& SyncExpert::speech_features() const {
    return impl_->speech_features;
}

SyncScore SyncExpert::score(const motion::MotionClip& clip,
                            const std::vector<float>& speech) const {
    const auto num_frames = static_cast<std::int64_t>(clip.frames.size());
    const std::int64_t width = impl_->config.speech_width;
    if (clip.fps.value() != motion::kMotionRate_hz || num_frames < kSyncWindow + kMaxSyncLag) {
        throw Error(ErrorKind::Input,
                    "lip sync: " + std::to_string(num_frames) + " frames at " +
                        core::to_string(clip.fps) + " fps, expected at least " +
                        std::to_string(kSyncWindow + kMaxSyncLag) + " at " +
                        std::to_string(motion::kMotionRate_hz));
    }
    if (static_cast<std::int64_t>(speech.size()) != num_frames * width) {
        throw Error(ErrorKind::Input,
                    "lip sync: " + std::to_string(speech.size()) + " speech features, expected " +
                        std::to_string(num_frames) + " frames of " + std::to_string(width));
    }
    const c10::InferenceMode inference;
    at::Tensor motion = at::empty({num_frames, kSyncMotionWidth}, at::kFloat);
    float* out = motion.data_ptr<float>();
    for (const motion::MotionFrame& frame : clip.frames) {
        const motion::MotionVector vector = motion::to_motion_vector(frame);
        out = std::copy_n(vector.begin(), kSyncMotionWidth, out);
    }
    const at::Tensor features =
        at::from_blob(const_cast<float*>(speech.data()), {num_frames, width}, at::kFloat);
    SyncScore score;
    score.curve =
        sync_curve(impl_->network->embed_lips(sync_windows(sync_lips(motion, impl_->basis))),
                   impl_->network->embed_speech(sync_windows(features)));
    const auto best = std::max_element(score.curve.begin(), score.curve.end());
    score.offset_frames = static_cast<int>(best - score.curve.begin()) - kMaxSyncLag;
    score.similarity = score.curve[kMaxSyncLag];
    std::array<float, kNumSyncLags> sorted = score.curve;
    std::nth_element(sorted.begin(), sorted.begin() + kMaxSyncLag, sorted.end());
    score.confidence = *best - sorted[kMaxSyncLag];
    return score;
}

}  // namespace vasa::sync
