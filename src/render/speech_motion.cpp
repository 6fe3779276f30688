// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/speech_motion.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/motion/controlled_motion.h"
#include "vasa/motion/expression.h"
#include "vasa/motion/rules_driver.h"

#ifdef VASA_WITH_TORCH
#include "vasa/motion/diffusion_driver.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/torch_errors.h"

#include <optional>
#endif

#include <utility>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;

motion::MotionClip drive_with_rules(const std::vector<float>& speech,
                                    const core::Rational& fps,
                                    int num_frames,
                                    const SpeechMotionOptions& options) {
    motion::RulesDriverOptions rules;
    rules.seed = options.seed;
    rules.blink_rate_per_min = options.controls.at(0.0).blink_rate_per_min;
    motion::MotionClip clip = motion::drive_by_rules(speech, fps, rules);
    motion::apply_controls(clip, options.controls);
    motion::add_expression(clip, options.controls, options.seed);
    // Resampling may have rounded the length of the speech by a frame.
    return motion::extend_motion(clip, num_frames, false);
}

}  // namespace

Driver default_driver() {
#ifdef VASA_WITH_TORCH
    return Driver::Diffusion;
#else
    return Driver::Rules;
#endif
}

const char* driver_name(Driver driver) {
    return driver == Driver::Diffusion ? "diffusion" : "rules";
}

Driver find_driver(const std::string& name) {
    for (const Driver driver : {Driver::Diffusion, Driver::Rules}) {
        if (name == driver_name(driver)) {
            return driver;
        }
    }
    throw Error(ErrorKind::Usage, "unknown driver '" + name + "', expected diffusion or rules");
}

void SpeechMotionOptions::check() const {
    if (steps < 1 || steps > 1000) {
        throw Error(ErrorKind::Usage, "steps is " + std::to_string(steps) + ", expected 1 to 1000");
    }
    if (driver == Driver::Rules && !style.empty()) {
        throw Error(ErrorKind::Usage, "the rules driver has no styles");
    }
}

struct SpeechDriver::State {
    std::string model_dir;
#ifdef VASA_WITH_TORCH
    std::string device;  ///< of the networks
    std::optional<motion::DiffusionDriver> driver;
    std::optional<speech::SpeechEncoder> encoder;

    motion::MotionClip drive(const std::vector<float>& speech,
                             const core::Rational& fps,
                             int num_frames,
                             const SpeechMotionOptions& options,
                             const core::StopToken& stop) {
        const tensor::Device chosen = tensor::choose_device(options.device);
        motion::MotionClip clip;
        const auto drive_on = [&](const std::string& wanted, bool is_gpu) {
            tensor::with_torch_errors("cannot make motion on '" + wanted + "'", is_gpu, [&] {
                clip = drive_there(wanted, speech, fps, num_frames, options, stop);
            });
        };
        try {
            drive_on(chosen.to_string(), chosen.is_cuda);
        } catch (const Error& error) {
            if (!chosen.is_cuda || options.device != "auto" ||
                error.kind() != ErrorKind::Resource) {
                throw;
            }
            core::log_warning(std::string("motion on the CPU: ") + error.what());
            drive_on("cpu", false);
        }
        return clip;
    }

    motion::MotionClip drive_there(const std::string& wanted,
                                   const std::vector<float>& speech,
                                   const core::Rational& fps,
                                   int num_frames,
                                   const SpeechMotionOptions& options,
                                   const core::StopToken& stop) {
        const tensor::SingleTorchThread single;
        if (!driver || !encoder || device != wanted) {
            driver.emplace(motion::DiffusionDriver::load(model_dir + "/" + kMotionFile, wanted));
            encoder.emplace(
                speech::SpeechEncoder::load(model_dir + "/" + kSpeechEncoderFile, wanted));
            device = wanted;
        }
        motion::DiffusionDriverOptions diffusion;
        diffusion.seed = options.seed;
        diffusion.steps = options.steps;
        diffusion.style = options.style;
        diffusion.stop = stop;
        const speech::SpeechFeatures features = encoder->encode(speech, stop);
        const motion::MotionClip clip =
            driver->drive(features.values, features.num_frames, options.controls, diffusion);
        return motion::resample_motion(clip, fps, num_frames);
    }
#endif
};

SpeechDriver::SpeechDriver(std::string model_dir) : state_(std::make_unique<State>()) {
    state_->model_dir = std::move(model_dir);
}
SpeechDriver::~SpeechDriver() = default;
SpeechDriver::SpeechDriver(SpeechDriver&&) noexcept = default;
SpeechDriver& SpeechDriver::operator=(SpeechDriver&&) noexcept = default;

motion::MotionClip SpeechDriver::drive(const std::vector<float>& speech,
                                       const core::Rational& fps,
                                       int num_frames,
                                       const SpeechMotionOptions& options,
                                       const core::StopToken& stop) {
    options.check();
    if (options.driver == Driver::Rules) {
        return drive_with_rules(speech, fps, num_frames, options);
    }
#ifdef VASA_WITH_TORCH
    return state_->drive(speech, fps, num_frames, options, stop);
#else
    (void)stop;
    throw Error(ErrorKind::Resource,
                "this build has no libtorch, which the diffusion driver needs",
                "use --driver rules, or build with -DVASA_WITH_TORCH=ON");
#endif
}

void SpeechDriver::release() {
#ifdef VASA_WITH_TORCH
    state_->driver.reset();
    state_->encoder.reset();
#endif
}

}  // namespace vasa::render
