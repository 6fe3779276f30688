// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/diffusion_driver.h"

#include "diffusion/motion_network.h"
#include "diffusion/window_sampler.h"
#include "finish/motion_finish.h"

#include "vasa/core/error.h"
#include "vasa/drive/diffusion.h"
#include "vasa/drive/speech_motion_options.h"
#include "vasa/motion/motion_space.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/tensor/device.h"

#include <optional>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

namespace vasa::drive {

using core::Error;
using core::ErrorKind;

static_assert(motion::kMotionRate_hz == speech::kFeatureRate_hz,
              "a row of speech features for each frame of motion");

struct DiffusionDriver::Impl : MotionNetwork {};

struct DiffusionStream::Impl {
    const DiffusionDriver::Impl* driver;
    int num_frames;
    motion::Controls controls;
    WindowSampler sampler;
    std::optional<MotionFinisher> finisher = {};
    std::map<std::string, std::string> metadata = {};
    int num_sampled = 0;

    void check(const std::vector<float>& speech) const {
        const auto width = static_cast<std::size_t>(speech_width());
        if (speech.size() != width * static_cast<std::size_t>(num_frames)) {
            throw Error(ErrorKind::Input,
                        "speech features: " + std::to_string(speech.size()) + " values, expected " +
                            std::to_string(num_frames) + " frames of " + std::to_string(width));
        }
    }

    std::int64_t speech_width() const { return driver->network->config().speech_width; }

    /// Frames sampled from the network.
    std::vector<motion::MotionFrame> sample(const std::vector<float>& speech) {
        const at::Tensor features =
            at::from_blob(const_cast<float*>(speech.data()), {num_frames, speech_width()});
        const at::Tensor window = sampler.next(features);  // [count, 52]
        const float* values = window.const_data_ptr<float>();
        std::vector<motion::MotionFrame> frames;
        for (std::int64_t i = 0; i < window.size(0); ++i) {
            const motion::MotionVector vector = driver->motion_of(values);
            values += motion::kMotionWidth;
            const double time_s = num_sampled++ / static_cast<double>(motion::kMotionRate_hz);
            const motion::ControlVector control = motion::to_control_vector(controls.at(time_s));
            frames.push_back(motion::from_motion_vector(motion::with_control(vector, control)));
        }
        return frames;
    }
};

DiffusionStream::DiffusionStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DiffusionStream::~DiffusionStream() = default;
DiffusionStream::DiffusionStream(DiffusionStream&&) noexcept = default;
DiffusionStream& DiffusionStream::operator=(DiffusionStream&&) noexcept = default;

bool DiffusionStream::is_done() const {
    return impl_->sampler.is_done();
}

int DiffusionStream::frames_heard() const {
    return impl_->sampler.frames_heard();
}

const std::map<std::string, std::string>& DiffusionStream::metadata() const {
    return impl_->metadata;
}

std::vector<motion::MotionFrame> DiffusionStream::next(const std::vector<float>& speech) {
    impl_->check(speech);
    if (is_done()) {
        return {};
    }
    const c10::InferenceMode inference;
    const tensor::SingleTorchThread single;
    std::vector<motion::MotionFrame> frames = impl_->sample(speech);
    return impl_->finisher ? impl_->finisher->add(frames, is_done()) : frames;
}

DiffusionDriver::DiffusionDriver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DiffusionDriver::~DiffusionDriver() = default;
DiffusionDriver::DiffusionDriver(DiffusionDriver&&) noexcept = default;
DiffusionDriver& DiffusionDriver::operator=(DiffusionDriver&&) noexcept = default;

void DiffusionDriverOptions::check() const {
    static_assert(kMaxSteps == kNumDiffusionSteps, "the sampler may visit every step once");
    if (steps < 1 || steps > kMaxSteps) {
        throw Error(
            ErrorKind::Usage,
            "--steps is " + std::to_string(steps) + ", expected 1 to " + std::to_string(kMaxSteps));
    }
}

DiffusionDriver DiffusionDriver::load(const std::string& path, const std::string& device) {
    auto impl = std::make_unique<Impl>(Impl{load_motion_network(path, device)});
    return DiffusionDriver(std::move(impl));
}

const std::vector<std::string>& DiffusionDriver::styles() const {
    return impl_->network->config().styles;
}

const std::string& DiffusionDriver::speech_features() const {
    return impl_->speech_features;
}

int DiffusionDriver::window() const {
    return impl_->network->config().window;
}

DiffusionStream DiffusionDriver::start(int num_frames,
                                       const motion::Controls& controls,
                                       const DiffusionDriverOptions& options) const {
    options.check();
    const int style = impl_->find_style(options.style);
    if (num_frames < 0) {
        throw Error(ErrorKind::Input, "motion of " + std::to_string(num_frames) + " frames");
    }
    auto impl = std::make_unique<DiffusionStream::Impl>(DiffusionStream::Impl{
        impl_.get(),
        num_frames,
        controls,
        WindowSampler(impl_->network, num_frames, controls, style, options, impl_->device)});
    if (options.finish) {
        impl->finisher.emplace(controls, options.seed);
    }
    impl->metadata["driver"] = "diffusion";
    impl->metadata["seed"] = std::to_string(options.seed);
    impl->metadata["steps"] = std::to_string(options.steps);
    return DiffusionStream(std::move(impl));
}

motion::MotionClip DiffusionDriver::drive(const std::vector<float>& speech,
                                          int num_frames,
                                          const motion::Controls& controls,
                                          const DiffusionDriverOptions& options) const {
    DiffusionStream stream = start(num_frames, controls, options);
    stream.impl_->check(speech);
    motion::MotionClip clip;
    clip.metadata = stream.metadata();
    while (!stream.is_done()) {
        const std::vector<motion::MotionFrame> frames = stream.next(speech);
        clip.frames.insert(clip.frames.end(), frames.begin(), frames.end());
    }
    return clip;
}

}  // namespace vasa::drive
