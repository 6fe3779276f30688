// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/performer.h"

#include "vasa/drive/diffusion_driver.h"
#include "vasa/head/head_model.h"
#include "vasa/models/network_inputs.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/mouth_activity.h"

#include <memory>
#include <utility>

namespace vasa::drive {
namespace {

struct Performer {
    DiffusionDriver driver;
    head::HeadModel model;

    motion::MotionClip perform(const motion::MotionClip& mouth, std::uint64_t seed) const {
        constexpr int kSteps = 10;
        DiffusionDriverOptions options;
        options.seed = seed;
        options.steps = kSteps;
        options.finish = false;
        motion::Controls controls;
        controls.set("cfg_gaze", motion::ControlCurve(0.0F));  // landmarks do not show the gaze
        return driver.drive(motion::mouth_activity(mouth.frames, model),
                            static_cast<int>(mouth.frames.size()),
                            controls,
                            options);
    }
};

}  // namespace

PerformFn load_performer(const std::string& path, const std::string& head_model) {
    DiffusionDriver driver = DiffusionDriver::load(path);
    models::check_speech_features(path, driver.speech_features(), motion::kMouthActivityFeatures);
    const auto performer = std::make_shared<const Performer>(
        Performer{std::move(driver), head::HeadModel::load(head_model)});
    return [performer](const motion::MotionClip& mouth, std::uint64_t seed) {
        return performer->perform(mouth, seed);
    };
}

}  // namespace vasa::drive
