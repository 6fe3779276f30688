// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/speech_motion.h"

#include "rules/expression.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/drive/rules_driver.h"
#include "vasa/models/model_files.h"
#include "vasa/motion/controlled_motion.h"
#include "vasa/motion/emotional_motion.h"

#ifdef VASA_WITH_TORCH
#include "vasa/drive/diffusion_driver.h"
#include "vasa/models/network_inputs.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/torch_errors.h"

#include <optional>
#endif

#include <cstdint>
#include <utility>

namespace vasa::drive {
namespace {

using core::Error;
using core::ErrorKind;

motion::MotionClip drive_with_rules(const std::vector<float>& speech,
                                    const core::Rational& fps,
                                    int num_frames,
                                    const SpeechMotionOptions& options) {
    drive::RulesDriverOptions rules;
    rules.seed = performance_seed(options.seed.value(), options.performance);
    const motion::ControlFrame first = options.controls.at(0.0);
    rules.blink_rate_per_min = first.blink_rate_per_min;
    rules.head_tempo = motion::emotion_effect(first.emotion).head_tempo;
    motion::MotionClip clip = drive::drive_by_rules(speech, fps, rules);
    motion::apply_controls(clip, options.controls);
    drive::add_expression(clip, options.controls, rules.seed);
    clip.metadata["seed"] = std::to_string(options.seed.value());
    // Resampling may have rounded the length of the speech by a frame.
    return motion::extend_motion(clip, num_frames, false);
}

}  // namespace

std::uint64_t performance_seed(std::uint64_t seed, const std::string& performance) {
    if (performance.empty()) {
        return seed;
    }
    const std::string text = "performance\n" + std::to_string(seed) + "\n" + performance;
    return std::stoull(core::sha256_text(text).substr(0, 16), nullptr, 16);
}

struct SpeechMotion::State {
    core::Rational fps;
    motion::Controls controls;
    int num_frames = 0;       ///< total, at fps
    int num_given = 0;        ///< returned so far
    motion::MotionClip made;  ///< at the driver's own rate, as far as it is made
    bool is_made = false;     ///< completely
#ifdef VASA_WITH_TORCH
    std::optional<speech::SpeechStream> speech;
    std::optional<drive::DiffusionStream> diffusion;
    tensor::Device device;
    core::StopToken stop;

    template <typename Work>
    void on_device(const Work& work) {
        const std::string failure = "cannot make motion on '" + device.to_string() + "'";
        tensor::with_torch_errors(failure, device.is_cuda, work);
    }

    void make_window() {
        on_device([&] {
            const auto& features = speech->encode_to(diffusion->frames_heard(), stop);
            const std::vector<motion::MotionFrame> frames = diffusion->next(features.values);
            made.frames.insert(made.frames.end(), frames.begin(), frames.end());
        });
        is_made = diffusion->is_done();
    }
#else
    void make_window() {}
#endif

    std::vector<motion::MotionFrame> next() {
        std::vector<motion::MotionFrame> frames;
        while (frames.empty() && num_given < num_frames) {
            while (num_given < num_frames && is_decided(num_given)) {
                frames.push_back(motion::resampled_frame(made, fps, num_given));
                // Drivers make motion without emotions; this is the one place that adds them.
                const double time_s = num_given / fps.value();
                motion::add_emotion(frames.back(), controls.at(time_s).emotion, time_s);
                ++num_given;
            }
            if (frames.empty()) {
                make_window();
            }
        }
        return frames;
    }

    bool is_decided(int i) const {
        const auto count = static_cast<std::int64_t>(made.frames.size());
        return is_made || motion::frames_resampled(made.fps, fps, i) <= count;
    }
};

SpeechMotion::SpeechMotion(std::unique_ptr<State> state) : state_(std::move(state)) {}
SpeechMotion::~SpeechMotion() = default;
SpeechMotion::SpeechMotion(SpeechMotion&&) noexcept = default;
SpeechMotion& SpeechMotion::operator=(SpeechMotion&&) noexcept = default;

std::vector<motion::MotionFrame> SpeechMotion::next() {
    return state_->next();
}

const std::map<std::string, std::string>& SpeechMotion::metadata() const {
    return state_->made.metadata;
}

struct SpeechDriver::State {
    std::string model_dir;
#ifdef VASA_WITH_TORCH
    std::string device;  ///< of the networks
    std::optional<drive::DiffusionDriver> driver;
    std::optional<speech::SpeechEncoder> encoder;

    void load(const std::string& wanted) {
        if (!driver || !encoder || device != wanted) {
            driver.emplace(
                drive::DiffusionDriver::load(model_dir + "/" + models::kMotionFile, wanted));
            encoder.emplace(
                speech::SpeechEncoder::load(model_dir + "/" + models::kSpeechEncoderFile, wanted));
            models::check_speech_features(
                models::kMotionFile, driver->speech_features(), encoder->features());
            device = wanted;
        }
    }

    /// Runs up to the first window, which shows whether the device works.
    void start(const tensor::Device& wanted,
               const std::vector<float>& speech,
               const SpeechMotionOptions& options,
               const core::StopToken& stop,
               SpeechMotion::State& motion) {
        motion.device = wanted;
        motion.stop = stop;
        motion.on_device([&] {
            const tensor::SingleTorchThread single;
            load(wanted.to_string());
            drive::DiffusionDriverOptions diffusion;
            diffusion.seed = performance_seed(options.seed.value(), options.performance);
            diffusion.steps = options.steps;
            diffusion.style = options.style;
            diffusion.stop = stop;
            motion.speech.emplace(encoder->start(speech));
            motion.diffusion.emplace(
                driver->start(motion.speech->num_frames(), options.controls, diffusion));
        });
        motion.made.metadata = motion.diffusion->metadata();
        motion.made.metadata["seed"] = std::to_string(options.seed.value());
        motion.is_made = motion.diffusion->is_done();
        if (!motion.is_made) {
            motion.make_window();
        }
    }

    void start_somewhere(const std::vector<float>& speech,
                         const SpeechMotionOptions& options,
                         const core::StopToken& stop,
                         SpeechMotion::State& motion) {
        const tensor::Device chosen = tensor::choose_device(options.device);
        try {
            start(chosen, speech, options, stop, motion);
        } catch (const Error& error) {
            if (!chosen.is_cuda || options.device != "auto" ||
                error.kind() != ErrorKind::Resource) {
                throw;
            }
            core::log_warning(std::string("motion on the CPU: ") + error.what());
            motion.made.frames.clear();
            start(tensor::choose_device("cpu"), speech, options, stop, motion);
        }
    }
#endif
};

SpeechDriver::SpeechDriver(std::string model_dir) : state_(std::make_unique<State>()) {
    state_->model_dir = std::move(model_dir);
}
SpeechDriver::~SpeechDriver() = default;
SpeechDriver::SpeechDriver(SpeechDriver&&) noexcept = default;
SpeechDriver& SpeechDriver::operator=(SpeechDriver&&) noexcept = default;

SpeechMotion SpeechDriver::start(const std::vector<float>& speech,
                                 const core::Rational& fps,
                                 int num_frames,
                                 const SpeechMotionOptions& options,
                                 const core::StopToken& stop) {
    options.check();
    if (!options.seed) {
        throw Error(ErrorKind::Internal, "motion from speech: no seed, expected one");
    }
    auto motion = std::make_unique<SpeechMotion::State>();
    motion->fps = fps;
    motion->controls = options.controls;
    motion->num_frames = num_frames;
    if (options.driver == Driver::Rules) {
        motion->made = drive_with_rules(speech, fps, num_frames, options);
        motion->is_made = true;
        return SpeechMotion(std::move(motion));
    }
#ifdef VASA_WITH_TORCH
    state_->start_somewhere(speech, options, stop, *motion);
    return SpeechMotion(std::move(motion));
#else
    (void)stop;
    throw Error(ErrorKind::Resource,
                "this build has no libtorch, which the diffusion driver needs",
                "use --driver rules, or build with -DVASA_WITH_TORCH=ON");
#endif
}

motion::MotionClip SpeechDriver::drive(const std::vector<float>& speech,
                                       const core::Rational& fps,
                                       int num_frames,
                                       const SpeechMotionOptions& options,
                                       const core::StopToken& stop) {
    SpeechMotion motion = start(speech, fps, num_frames, options, stop);
    motion::MotionClip clip;
    clip.fps = fps;
    clip.metadata = motion.metadata();
    for (auto frames = motion.next(); !frames.empty(); frames = motion.next()) {
        clip.frames.insert(clip.frames.end(), frames.begin(), frames.end());
    }
    return clip;
}

void SpeechDriver::release() {
#ifdef VASA_WITH_TORCH
    state_->driver.reset();
    state_->encoder.reset();
#endif
}

}  // namespace vasa::drive
