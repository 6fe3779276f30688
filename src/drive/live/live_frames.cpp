// SPDX-License-Identifier: Apache-2.0
#include "live/live_frames.h"

#include "diffusion/motion_network.h"
#include "live/live_finish.h"
#include "live/live_sampler.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/models/live_model_files.h"
#include "vasa/models/network_inputs.h"
#include "vasa/motion/motion_space.h"
#include "vasa/speech/live_encoder.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/torch_errors.h"

#include <utility>

#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

namespace vasa::drive {
namespace {

constexpr int kSamplesPerFrame = speech::kSpeechRate_hz / motion::kMotionRate_hz;
static_assert(motion::kMotionRate_hz == speech::kFeatureRate_hz,
              "a row of speech features for each frame of motion");

}  // namespace

struct LiveNetworks::Impl {
    tensor::Device device;
    speech::LiveSpeechEncoder encoder;
    MotionNetwork motion;
};

LiveNetworks::LiveNetworks(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveNetworks::~LiveNetworks() = default;

std::shared_ptr<const LiveNetworks> LiveNetworks::load(const std::string& model_dir,
                                                       const std::string& device) {
    const tensor::Device chosen = tensor::choose_device(device);
    const std::string name = chosen.to_string();
    std::unique_ptr<Impl> impl;
    tensor::with_torch_errors("cannot load live motion on '" + name + "'", chosen.is_cuda, [&] {
        impl = std::make_unique<Impl>(Impl{
            chosen,
            speech::LiveSpeechEncoder::load(model_dir + "/" + models::kLiveSpeechEncoderFile, name),
            load_motion_network(model_dir + "/" + models::kLiveMotionFile, name)});
    });
    models::check_speech_features(
        models::kLiveMotionFile, impl->motion.speech_features, impl->encoder.features());
    return std::shared_ptr<const LiveNetworks>(new LiveNetworks(std::move(impl)));
}

struct LiveFrames::State {
    std::shared_ptr<const LiveNetworks> shared;
    const LiveNetworks::Impl* networks;
    speech::LiveSpeechStream speech;
    LiveSampler sampler;
    LiveFinisher finisher;
    /// Features from history() frames before the next hop on.
    std::vector<float> rows = {};

    motion::MotionFrame frame_of(const float* values) const {
        return motion::from_motion_vector(networks->motion.motion_of(values));
    }

    void make_hop(float blink_rate_per_min, std::vector<motion::MotionFrame>& frames) {
        const at::Tensor window =
            sampler.next(at::from_blob(rows.data(), {sampler.num_rows(), speech::kFeatureWidth}));
        std::vector<motion::MotionFrame> sampled;
        for (std::int64_t i = 0; i < window.size(0); ++i) {
            sampled.push_back(frame_of(window[i].const_data_ptr<float>()));
        }
        for (int i = 0; i < sampler.hop(); ++i) {
            const std::vector<motion::MotionFrame> forecast(sampled.begin() + i + 1, sampled.end());
            frames.push_back(
                finisher.add(sampled[static_cast<std::size_t>(i)], forecast, blink_rate_per_min));
        }
        rows.erase(
            rows.begin(),
            rows.begin() + static_cast<std::ptrdiff_t>(sampler.hop()) * speech::kFeatureWidth);
    }

    std::vector<motion::MotionFrame> push(const float* samples,
                                          std::size_t count,
                                          float blink_rate_per_min) {
        std::vector<motion::MotionFrame> frames;
        const std::string& device = networks->device.to_string();
        tensor::with_torch_errors(
            "cannot make live motion on '" + device + "'", networks->device.is_cuda, [&] {
                const c10::InferenceMode inference;
                const tensor::SingleTorchThread single;
                const std::vector<float> heard = speech.push(samples, count);
                rows.insert(rows.end(), heard.begin(), heard.end());
                const auto needed = static_cast<std::size_t>(sampler.num_rows()) *
                                    static_cast<std::size_t>(speech::kFeatureWidth);
                while (rows.size() >= needed) {
                    make_hop(blink_rate_per_min, frames);
                }
            });
        return frames;
    }
};

LiveFrames::LiveFrames(std::shared_ptr<const LiveNetworks> networks,
                       std::uint64_t seed,
                       const std::string& style) {
    const LiveNetworks::Impl& impl = *networks->impl_;
    const MotionNetwork& motion = impl.motion;
    state_ =
        std::make_unique<State>(State{std::move(networks),
                                      &impl,
                                      impl.encoder.start(),
                                      LiveSampler(motion.network,
                                                  motion.values_of(motion::to_motion_vector({})),
                                                  motion.find_style(style),
                                                  seed,
                                                  motion.device),
                                      LiveFinisher(seed),
                                      {}});
    // The head has been silent before it is spoken to. The encoder's rows come in twos, so that one
    // more row makes an odd number of rows needed come out with no row waiting.
    const int silent =
        state_->sampler.history() + (state_->sampler.num_rows() - state_->sampler.history()) % 2;
    const std::vector<float> silence(static_cast<std::size_t>(silent) * kSamplesPerFrame, 0.0F);
    state_->push(silence.data(), silence.size(), 0.0F);
}
LiveFrames::~LiveFrames() = default;
LiveFrames::LiveFrames(LiveFrames&&) noexcept = default;
LiveFrames& LiveFrames::operator=(LiveFrames&&) noexcept = default;

std::vector<motion::MotionFrame> LiveFrames::push(const float* samples,
                                                  std::size_t count,
                                                  float blink_rate_per_min) {
    return state_->push(samples, count, blink_rate_per_min);
}

double LiveFrames::lookahead_s() const {
    const int frames = state_->sampler.num_rows() - state_->sampler.history() - 1;
    return frames / static_cast<double>(motion::kMotionRate_hz) + speech::kLiveFuture_s;
}

}  // namespace vasa::drive
