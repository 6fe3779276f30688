// SPDX-License-Identifier: Apache-2.0
#include "diffusion/window_sampler.h"

#include "diffusion/window_joint.h"

#include "vasa/core/parallel.h"
#include "vasa/core/rng.h"
#include "vasa/drive/diffusion.h"
#include "vasa/motion/motion_space.h"
#include "vasa/tensor/device.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

namespace vasa::drive {
namespace {

double time_of(int frame) {
    return frame / static_cast<double>(motion::kMotionRate_hz);
}

/// Copies of a window that guidance compares: one with all conditions, then one for each dropped
/// condition. Copies whose guidance is 0 are omitted.
enum class Branch { All, WithoutSpeech, WithoutGaze };

/// Rows [first, first + count) of a tensor with `num_known` valid rows, zeros elsewhere;
/// [count, ...].
at::Tensor padded_rows(const at::Tensor& rows, int num_known, int first, int count) {
    at::Tensor out = at::zeros({count, rows.size(1)}, rows.options());
    const int from = std::max(first, 0);
    const int to = std::min(first + count, num_known);
    if (to > from) {
        out.slice(0, from - first, to - first).copy_(rows.slice(0, from, to));
    }
    return out;
}

at::Tensor control_rows(const motion::Controls& controls, int first, int count) {
    at::Tensor rows = at::empty({count, motion::kControlWidth}, at::kFloat);
    float* out = rows.data_ptr<float>();
    for (int i = 0; i < count; ++i) {
        motion::ControlFrame control = controls.at(time_of(std::max(first + i, 0)));
        // Emotions are added exactly to the network's motion. Weights that learned their actions
        // with this condition must not show them as well.
        control.emotion = {};
        const motion::ControlVector vector = motion::to_control_vector(control);
        out = std::copy(vector.begin(), vector.end(), out);
    }
    return rows;
}

/// Position in a clip at which a window is sampled.
struct WindowPlace {
    int first;       ///< of the new frames
    int num_frames;  ///< of the clip
    int style;
    at::Device device;
};

/// Conditions of one window, [branches, ...].
MotionConditions window_conditions(const MotionTransformerConfig& config,
                                   const at::Tensor& speech,
                                   const at::Tensor& history,
                                   const motion::Controls& controls,
                                   const WindowPlace& place,
                                   const std::vector<Branch>& branches) {
    const int length = config.history + config.window;
    const int first = place.first;
    const auto num_branches = static_cast<std::int64_t>(branches.size());
    const at::TensorOptions options = at::TensorOptions(at::kFloat).device(place.device);
    const auto repeated = [&](const at::Tensor& x) {
        std::vector<std::int64_t> shape = x.sizes().vec();
        shape.insert(shape.begin(), num_branches);
        return x.unsqueeze(0).expand(shape);
    };
    MotionConditions conditions;
    const int end = std::min(first + config.window, place.num_frames);
    conditions.speech =
        repeated(padded_rows(speech, end, first - config.history, length).to(place.device));
    at::Tensor known = at::zeros({num_branches, length}, options);
    const int from = std::max(config.history - first, 0);
    const int to = end - first + config.history;
    known.slice(1, from, to).fill_(1.0);
    conditions.speech_known = known;
    const bool has_history = history.defined();
    conditions.history =
        has_history ? repeated(history.to(place.device))
                    : at::zeros({num_branches, config.history, motion::kMotionWidth}, options);
    conditions.has_history = at::full({num_branches}, has_history ? 1.0 : 0.0, options);
    conditions.controls =
        repeated(control_rows(controls, first - config.history, length).to(place.device));
    conditions.gaze_known = at::ones({num_branches}, options);
    conditions.distance_known = at::ones({num_branches}, options);
    conditions.emotion_known = at::ones({num_branches}, options);
    conditions.style = at::full({num_branches}, place.style, options.dtype(at::kLong));
    for (std::size_t i = 0; i < branches.size(); ++i) {
        if (branches[i] == Branch::WithoutSpeech) {
            conditions.speech_known[static_cast<std::int64_t>(i)].zero_();
        } else if (branches[i] == Branch::WithoutGaze) {
            conditions.gaze_known[static_cast<std::int64_t>(i)].zero_();
        }
    }
    return conditions;
}

/// Strength of guidance in each new frame, [W, 1] each.
struct Guidance {
    at::Tensor audio, gaze;

    std::vector<Branch> branches() const {
        std::vector<Branch> result = {Branch::All};
        if (audio.abs().max().item<float>() > 0.0F) {
            result.push_back(Branch::WithoutSpeech);
        }
        if (gaze.abs().max().item<float>() > 0.0F) {
            result.push_back(Branch::WithoutGaze);
        }
        return result;
    }
};

Guidance window_guidance(const motion::Controls& controls,
                         int first,
                         int count,
                         at::Device device) {
    Guidance guidance{at::empty({count, 1}), at::empty({count, 1})};
    for (int i = 0; i < count; ++i) {
        const motion::ControlFrame control = controls.at(time_of(first + i));
        guidance.audio.data_ptr<float>()[i] = control.cfg_audio;
        guidance.gaze.data_ptr<float>()[i] = control.cfg_gaze;
    }
    guidance.audio = guidance.audio.to(device);
    guidance.gaze = guidance.gaze.to(device);
    return guidance;
}

/// Each branch's prediction of the clean window, [W, 52] each. On the CPU each has one thread: it
/// could not use more, and sums do not depend on the number of threads.
std::vector<at::Tensor> predict_branches(MotionTransformer network,
                                         const at::Tensor& noisy,
                                         double step,
                                         const MotionConditions& conditions) {
    const std::int64_t num_branches = conditions.style.size(0);
    std::vector<at::Tensor> clean(static_cast<std::size_t>(num_branches));
    const at::Tensor steps = at::full({num_branches}, step, noisy.options());
    if (!noisy.is_cpu()) {
        const at::Tensor all =
            network(noisy.unsqueeze(0).expand({num_branches, -1, -1}), steps, conditions);
        return all.unbind(0);
    }
    core::parallel_for(static_cast<int>(num_branches), [&](int branch) {
        const c10::InferenceMode inference;
        const tensor::SingleTorchThread single;
        clean[static_cast<std::size_t>(branch)] = network(
            noisy.unsqueeze(0), steps.slice(0, branch, branch + 1), conditions.item(branch))[0];
    });
    return clean;
}

}  // namespace

at::Tensor frame_noise(std::uint64_t seed, int first, int count) {
    const core::Rng root(seed);
    at::Tensor noise = at::empty({count, motion::kMotionWidth}, at::kFloat);
    float* out = noise.data_ptr<float>();
    for (int i = 0; i < count; ++i) {
        core::Rng rng = root.fork(static_cast<std::uint64_t>(first + i) + 1);
        for (int k = 0; k < motion::kMotionWidth; ++k) {
            *out++ = static_cast<float>(rng.normal());
        }
    }
    return noise;
}

WindowSampler::WindowSampler(MotionTransformer network,
                             int num_frames,
                             motion::Controls controls,
                             int style,
                             DiffusionDriverOptions options,
                             at::Device device)
    : network_(std::move(network)),
      num_frames_(num_frames),
      controls_(std::move(controls)),
      style_(style),
      options_(std::move(options)),
      device_(device) {}

int WindowSampler::frames_heard() const {
    return std::min(first_ + network_->config().window, num_frames_);
}

at::Tensor WindowSampler::next(const at::Tensor& speech) {
    options_.stop.throw_if_stopped();
    const MotionTransformerConfig& config = network_->config();
    const Guidance guidance = window_guidance(controls_, first_, config.window, device_);
    const std::vector<Branch> branches = guidance.branches();
    const MotionConditions conditions = window_conditions(
        config, speech, history_, controls_, {first_, num_frames_, style_, device_}, branches);
    // VASA-1, equation 2.
    const auto denoise = [&](const at::Tensor& x, double step) {
        const std::vector<at::Tensor> clean = predict_branches(network_, x, step, conditions);
        at::Tensor guided = clean[0];
        for (std::size_t i = 1; i < branches.size(); ++i) {
            const bool is_speech = branches[i] == Branch::WithoutSpeech;
            guided = guided + (is_speech ? guidance.audio : guidance.gaze) * (clean[0] - clean[i]);
        }
        return guided;
    };
    const at::Tensor noise = frame_noise(options_.seed, first_, config.window).to(device_);
    at::Tensor window =
        sample_ddim(denoise, noise, options_.steps).to(at::kCPU).contiguous();  // [W, 52]
    if (history_.defined()) {
        const at::Tensor before = history_.slice(0, -2).contiguous();
        join_window(before.const_data_ptr<float>(), window.data_ptr<float>(), config.window);
    }
    history_ = window.slice(0, config.window - config.history);
    const int count = std::min(config.window, num_frames_ - first_);
    first_ += config.window;
    return window.slice(0, 0, count).contiguous();
}

}  // namespace vasa::drive
