// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/diffusion_driver.h"

#include "../motion_finish.h"
#include "window_sampler.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/motion/motion_space.h"
#include "vasa/motion/motion_transformer.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

namespace vasa::motion {

using core::Error;
using core::ErrorKind;

struct DiffusionDriver::Impl {
    MotionTransformer network{nullptr};
    std::vector<float> mean, scale;  ///< [kMotionWidth]
    at::Device device{at::kCPU};
};

DiffusionDriver::DiffusionDriver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DiffusionDriver::~DiffusionDriver() = default;
DiffusionDriver::DiffusionDriver(DiffusionDriver&&) noexcept = default;
DiffusionDriver& DiffusionDriver::operator=(DiffusionDriver&&) noexcept = default;

void DiffusionDriverOptions::check() const {
    if (steps < 1 || steps > 1000) {
        throw Error(ErrorKind::Usage,
                    "--steps is " + std::to_string(steps) + ", expected 1 to 1000");
    }
}

DiffusionDriver DiffusionDriver::load(const std::string& path, const std::string& device) {
    const c10::InferenceMode inference;
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Model);
    if (file.metadata("format") != "vasa motion network" || file.metadata("version") != "1") {
        throw Error(ErrorKind::Model, "'" + path + "' is no motion network of version 1");
    }
    auto impl = std::make_unique<Impl>();
    const auto config = MotionTransformerConfig::from_json(file.metadata("config"), path);
    impl->network = MotionTransformer(config);
    tensor::load_weights(*impl->network, file, "network.");
    impl->mean = file.floats("motion.mean", {kMotionWidth});
    impl->scale = file.floats("motion.scale", {kMotionWidth});
    for (const float scale : impl->scale) {
        if (!(scale > 0.0F)) {
            throw Error(ErrorKind::Model,
                        "motion network '" + path + "': motion.scale is not positive");
        }
    }
    impl->device = at::Device(device);
    impl->network->to(impl->device);
    impl->network->eval();
    return DiffusionDriver(std::move(impl));
}

const std::vector<std::string>& DiffusionDriver::styles() const {
    return impl_->network->config().styles;
}

int DiffusionDriver::window() const {
    return impl_->network->config().window;
}

MotionClip DiffusionDriver::drive(const std::vector<float>& speech,
                                  int num_frames,
                                  const Controls& controls,
                                  const DiffusionDriverOptions& options) const {
    options.check();
    const MotionTransformerConfig& config = impl_->network->config();
    const auto place = std::find(config.styles.begin(), config.styles.end(), options.style);
    if (!options.style.empty() && place == config.styles.end()) {
        std::string known;
        for (const std::string& style : config.styles) {
            known += (known.empty() ? "" : ", ") + style;
        }
        throw Error(ErrorKind::Usage, "unknown style '" + options.style + "', known: " + known);
    }
    const auto width = static_cast<std::size_t>(config.speech_width);
    if (num_frames < 0 || speech.size() != width * static_cast<std::size_t>(num_frames)) {
        throw Error(ErrorKind::Input,
                    "speech features: " + std::to_string(speech.size()) + " values, expected " +
                        std::to_string(num_frames) + " frames of " + std::to_string(width));
    }
    MotionClip clip;
    clip.metadata["driver"] = "diffusion";
    clip.metadata["seed"] = std::to_string(options.seed);
    clip.metadata["steps"] = std::to_string(options.steps);
    if (num_frames == 0) {
        return clip;
    }
    const c10::InferenceMode inference;
    const tensor::SingleTorchThread single;
    const at::Tensor features =
        at::from_blob(const_cast<float*>(speech.data()), {num_frames, config.speech_width})
            .to(impl_->device);
    const int style = options.style.empty() ? 0 : static_cast<int>(place - config.styles.begin());
    const at::Tensor motion =
        sample_windows(impl_->network, features, controls, style, options);  // [N, 52]
    const float* values = motion.const_data_ptr<float>();
    for (int i = 0; i < num_frames; ++i) {
        MotionVector vector;
        for (int k = 0; k < kMotionWidth; ++k) {
            vector[k] = impl_->mean[k] + impl_->scale[k] * *values++;
        }
        const ControlVector control =
            to_control_vector(controls.at(i / static_cast<double>(clip.fps.value())));
        clip.frames.push_back(from_motion_vector(with_control(vector, control)));
    }
    if (options.finish) {
        finish_motion(clip, controls, options.seed);
    }
    return clip;
}

}  // namespace vasa::motion
