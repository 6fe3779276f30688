// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/performer.h"

#include "vasa/drive/diffusion_driver.h"
#include "vasa/head/head_model.h"
#include "vasa/models/network_inputs.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/mouth_activity.h"

#include <utility>

namespace vasa::drive {

struct Performer::Impl {
    DiffusionDriver driver;
    head::HeadModel model;
};

Performer::Performer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Performer::~Performer() = default;
Performer::Performer(Performer&&) noexcept = default;
Performer& Performer::operator=(Performer&&) noexcept = default;

Performer Performer::load(const std::string& path, const std::string& head_model) {
    DiffusionDriver driver = DiffusionDriver::load(path);
    models::check_speech_features(path, driver.speech_features(), motion::kMouthActivityFeatures);
    return Performer(
        std::make_unique<Impl>(Impl{std::move(driver), head::HeadModel::load(head_model)}));
}

motion::MotionClip Performer::perform(const motion::MotionClip& mouth, std::uint64_t seed) const {
    constexpr int kSteps = 10;
    DiffusionDriverOptions options;
    options.seed = seed;
    options.steps = kSteps;
    options.finish = false;
    motion::Controls controls;
    controls.set("cfg_gaze", motion::ControlCurve(0.0F));  // landmarks do not show the gaze
    return impl_->driver.drive(motion::mouth_activity(mouth.frames, impl_->model),
                               static_cast<int>(mouth.frames.size()),
                               controls,
                               options);
}

PerformFn load_performer(const std::string& path, const std::string& head_model) {
    const auto performer = std::make_shared<const Performer>(Performer::load(path, head_model));
    return [performer](const motion::MotionClip& mouth, std::uint64_t seed) {
        return performer->perform(mouth, seed);
    };
}

}  // namespace vasa::drive
