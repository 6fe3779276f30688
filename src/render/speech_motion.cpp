// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/speech_motion.h"

#include "vasa/core/error.h"
#include "vasa/motion/controlled_motion.h"
#include "vasa/motion/rules_driver.h"

#ifdef VASA_WITH_TORCH
#include "vasa/motion/diffusion_driver.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/tensor/device.h"
#endif

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
    // Resampling may have rounded the length of the speech by a frame.
    return motion::extend_motion(clip, num_frames, false);
}

#ifdef VASA_WITH_TORCH
motion::MotionClip drive_with_diffusion(const std::vector<float>& speech,
                                        const core::Rational& fps,
                                        int num_frames,
                                        const SpeechMotionOptions& options,
                                        const std::string& model_dir,
                                        const core::StopToken& stop) {
    const std::string device = tensor::choose_device(options.device).to_string();
    const tensor::SingleTorchThread single;
    motion::DiffusionDriverOptions diffusion;
    diffusion.seed = options.seed;
    diffusion.steps = options.steps;
    diffusion.style = options.style;
    diffusion.stop = stop;
    const auto driver = motion::DiffusionDriver::load(model_dir + "/" + kMotionFile, device);
    speech::SpeechFeatures features;
    {
        const auto encoder =
            speech::SpeechEncoder::load(model_dir + "/" + kSpeechEncoderFile, device);
        features = encoder.encode(speech, stop);
    }
    const motion::MotionClip clip =
        driver.drive(features.values, features.num_frames, options.controls, diffusion);
    return motion::resample_motion(clip, fps, num_frames);
}
#endif

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

motion::MotionClip make_speech_motion(const std::vector<float>& speech,
                                      const core::Rational& fps,
                                      int num_frames,
                                      const SpeechMotionOptions& options,
                                      const std::string& model_dir,
                                      const core::StopToken& stop) {
    options.check();
    if (options.driver == Driver::Rules) {
        return drive_with_rules(speech, fps, num_frames, options);
    }
#ifdef VASA_WITH_TORCH
    return drive_with_diffusion(speech, fps, num_frames, options, model_dir, stop);
#else
    (void)model_dir;
    (void)stop;
    throw Error(ErrorKind::Resource,
                "this build has no libtorch, which the diffusion driver needs",
                "use --driver rules, or build with -DVASA_WITH_TORCH=ON");
#endif
}

}  // namespace vasa::render
