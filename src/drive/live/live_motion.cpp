// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/live_motion.h"

#include "vasa/core/error.h"
#include "vasa/core/smoothstep.h"
#include "vasa/motion/controlled_motion.h"
#include "vasa/motion/emotional_motion.h"
#include "vasa/speech/speech_rate.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vasa::drive {
namespace {

/// A frame's moment and the frame after it.
constexpr double kLookahead_s = 0.08;
constexpr double kBreath_s = 4.0;
constexpr float kBreath_rad = 0.006F;
/// Levels of the speech at which the jaw is shut and open.
constexpr float kShut_db = -50.0F, kOpen_db = -20.0F;
constexpr float kOpenJaw = 0.35F;
/// A mouth shuts in two frames at 25 fps after an interruption.
constexpr double kShut_s = 0.08;
constexpr double kHalfWindow_s = 0.02;
/// Between blinks, and from closing to shut.
constexpr double kBlinkGap_s = 3.0, kBlink_s = 0.1;

}  // namespace

struct LiveModels::Impl {};

LiveModels::LiveModels(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveModels::~LiveModels() = default;

std::shared_ptr<const LiveModels> LiveModels::load(const std::string& /*model_dir*/,
                                                   const std::string& /*device*/) {
    return std::make_shared<const LiveModels>(std::make_unique<Impl>());
}

/// The first version: the jaw follows the level.
struct LiveMotion::State {
    LiveMotionOptions options;
    std::vector<float> recent;  ///< samples from first_sample on
    std::int64_t first_sample = 0;
    std::int64_t num_given = 0;   ///< frames
    double dropped_until_s = -1;  ///< speech up to here is not shown
    double interrupted_s = -1;    ///< moment of the frame after which the mouth shuts
    float jaw = 0;

    double pushed_s() const {
        return static_cast<double>(first_sample + static_cast<std::int64_t>(recent.size())) /
               speech::kSpeechRate_hz;
    }

    double time_of(std::int64_t frame) const {
        return static_cast<double>(frame) / options.fps.value();
    }

    float level_db(double time_s) const {
        const auto at = [&](double moment_s) {
            const auto i = std::llround(moment_s * speech::kSpeechRate_hz) - first_sample;
            return std::clamp<std::int64_t>(i, 0, static_cast<std::int64_t>(recent.size()));
        };
        double sum = 1e-10;
        const std::int64_t from = at(time_s - kHalfWindow_s), to = at(time_s + kHalfWindow_s);
        for (std::int64_t i = from; i < to; ++i) {
            const double x = recent[static_cast<std::size_t>(i)];
            sum += x * x / static_cast<double>(to - from);
        }
        return static_cast<float>(10.0 * std::log10(sum));
    }

    void forget() {
        const auto keep_from =
            static_cast<std::int64_t>((time_of(num_given) - 1.0) * speech::kSpeechRate_hz);
        if (keep_from > first_sample + speech::kSpeechRate_hz) {
            recent.erase(recent.begin(), recent.begin() + (keep_from - first_sample));
            first_sample = keep_from;
        }
    }
};

LiveMotion::LiveMotion(std::shared_ptr<const LiveModels> /*models*/,
                       const LiveMotionOptions& options)
    : state_(std::make_unique<State>()) {
    state_->options = options;
}
LiveMotion::~LiveMotion() = default;
LiveMotion::LiveMotion(LiveMotion&&) noexcept = default;
LiveMotion& LiveMotion::operator=(LiveMotion&&) noexcept = default;

void LiveMotion::push(const float* samples, std::size_t count) {
    state_->recent.insert(state_->recent.end(), samples, samples + count);
}

std::size_t LiveMotion::frames_ready() const {
    const double heard_s = state_->pushed_s() - kLookahead_s;
    const auto end =
        static_cast<std::int64_t>(std::floor(heard_s * state_->options.fps.value() + 1e-6)) + 1;
    return static_cast<std::size_t>(std::max<std::int64_t>(end - state_->num_given, 0));
}

motion::MotionFrame LiveMotion::next() {
    State& state = *state_;
    if (frames_ready() == 0) {
        throw core::Error(core::ErrorKind::Internal, "live motion: no frame is ready");
    }
    const double time_s = state.time_of(state.num_given++);
    motion::MotionFrame frame;
    frame.pose.pitch_rad =
        kBreath_rad * static_cast<float>(std::sin(2.0 * M_PI * time_s / kBreath_s));
    const float wanted = kOpenJaw * core::smoothstep(kShut_db, kOpen_db, state.level_db(time_s));
    const bool is_dropped = time_s < state.dropped_until_s;
    const float shut = core::smoothstep(
        0.0F, static_cast<float>(kShut_s), static_cast<float>(time_s - state.interrupted_s));
    state.jaw = 0.5F * (state.jaw + wanted);
    frame.actions[head::Action::JawOpen] = is_dropped ? state.jaw * (1.0F - shut) : state.jaw;
    const double phase = std::fmod(time_s, kBlinkGap_s) - (kBlinkGap_s - kBlink_s);
    const float lids = std::max(0.0F, 1.0F - static_cast<float>(std::abs(phase) / kBlink_s));
    frame.actions[head::Action::EyeBlinkLeft] = frame.actions[head::Action::EyeBlinkRight] = lids;
    frame.pose.z_cm += motion::asked_depth_cm(state.options.controls);
    motion::scale_amplitudes(frame, state.options.controls);
    head::set_gaze(frame.actions, state.options.controls.gaze, state.options.controls.gaze);
    motion::add_emotion(frame, state.options.controls.emotion, time_s);
    state.forget();
    return frame;
}

void LiveMotion::interrupt() {
    state_->dropped_until_s = state_->pushed_s();
    state_->interrupted_s = state_->time_of(state_->num_given - 1);
}

void LiveMotion::set_controls(const motion::ControlFrame& controls) {
    state_->options.controls = controls;
}

double LiveMotion::lookahead_s() const {
    return kLookahead_s;
}

}  // namespace vasa::drive
