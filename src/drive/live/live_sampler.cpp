// SPDX-License-Identifier: Apache-2.0
#include "live/live_sampler.h"

#include "diffusion/window_sampler.h"

#include "vasa/drive/diffusion.h"
#include "vasa/head/action_groups.h"
#include "vasa/motion/motion_space.h"

#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace vasa::drive {
namespace {

/// Share of a new window in each value of motion, [kMotionWidth].
at::Tensor shares_of(const LiveSamplerParams& params) {
    at::Tensor shares = at::full({motion::kMotionWidth}, params.mouth_share);
    float* out = shares.data_ptr<float>();
    for (int k = 0; k < motion::kTongueIndex; ++k) {
        if (k < motion::kGazeIndex) {
            out[k] = params.head_share;
        } else if (k < motion::kFirstActionIndex ||
                   !head::is_speech_action(motion::plain_actions()[static_cast<std::size_t>(
                       k - motion::kFirstActionIndex)])) {
            out[k] = params.face_share;
        }
    }
    return shares;
}

}  // namespace

LiveSampler::LiveSampler(MotionTransformer network,
                         const at::Tensor& start,
                         int style,
                         std::uint64_t seed,
                         at::Device device,
                         const LiveSamplerParams& params)
    : network_(std::move(network)),
      style_(style),
      seed_(seed),
      device_(device),
      params_(params),
      history_(start.unsqueeze(0).expand({network_->config().history, -1}).contiguous()),
      shares_(shares_of(params_)) {}

int LiveSampler::num_rows() const {
    return history() + params_.hop + params_.ahead;
}

/// Two copies: with the speech and without it.
MotionConditions LiveSampler::conditions(const at::Tensor& speech) const {
    constexpr std::int64_t kCopies = 2;
    const MotionTransformerConfig& config = network_->config();
    const std::int64_t length = config.history + config.window;
    const at::TensorOptions options = at::TensorOptions(at::kFloat).device(device_);
    MotionConditions result;
    at::Tensor rows = at::zeros({length, config.speech_width}, options);
    rows.slice(0, 0, num_rows()).copy_(speech);
    result.speech = rows.unsqueeze(0).expand({kCopies, -1, -1});
    result.speech_known = at::zeros({kCopies, length}, options);
    result.speech_known[0].slice(0, 0, num_rows()).fill_(1.0);
    result.history = history_.to(device_).unsqueeze(0).expand({kCopies, -1, -1});
    result.has_history = at::ones({kCopies}, options);
    // Motion is relative to the controls, which are added to it: the network need not know them.
    result.controls = at::zeros({kCopies, length, motion::kControlWidth}, options);
    result.gaze_known = at::ones({kCopies}, options);
    result.distance_known = at::ones({kCopies}, options);
    result.emotion_known = at::ones({kCopies}, options);
    result.style = at::full({kCopies}, style_, options.dtype(at::kLong));
    return result;
}

at::Tensor LiveSampler::next(const at::Tensor& speech) {
    const MotionTransformerConfig& config = network_->config();
    MotionConditions both = conditions(speech);
    if (params_.guidance == 0.0F) {
        both = both.item(0);
    }
    // VASA-1, equation 2.
    const auto denoise = [&](const at::Tensor& x, double step) {
        const std::int64_t copies = both.style.size(0);
        const at::Tensor clean = network_(
            x.unsqueeze(0).expand({copies, -1, -1}), at::full({copies}, step, x.options()), both);
        return copies == 1 ? clean[0] : clean[0] + params_.guidance * (clean[0] - clean[1]);
    };
    const at::Tensor noise = frame_noise(seed_, first_, config.window).to(device_);
    at::Tensor window =
        sample_ddim(denoise, noise, params_.steps).to(at::kCPU).contiguous();  // [W, 54]
    if (forecast_.defined()) {
        at::Tensor known = window.slice(0, 0, config.window - params_.hop);
        known.copy_(forecast_ + shares_ * (known - forecast_));
    }
    forecast_ = window.slice(0, params_.hop).clone();
    history_ = at::cat({history_, window.slice(0, 0, params_.hop)}).slice(0, params_.hop);
    first_ += params_.hop;
    return window;
}

}  // namespace vasa::drive
