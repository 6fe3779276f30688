// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/live_motion.h"

#include "live/live_controls.h"

#include "vasa/core/error.h"
#include "vasa/motion/motion_interpolation.h"
#include "vasa/speech/speech_rate.h"

#ifdef VASA_WITH_TORCH
#include "live/live_frames.h"
#endif

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

namespace vasa::drive {

using core::Error;
using core::ErrorKind;

namespace {

constexpr double kMaxLiveRate_hz = 240.0;

}  // namespace

#ifdef VASA_WITH_TORCH

struct LiveModels::Impl {
    std::shared_ptr<const LiveNetworks> networks;
};

std::shared_ptr<const LiveModels> LiveModels::load(const std::string& model_dir,
                                                   const std::string& device) {
    return std::make_shared<const LiveModels>(
        std::make_unique<Impl>(Impl{LiveNetworks::load(model_dir, device)}));
}

#else

struct LiveModels::Impl {};

std::shared_ptr<const LiveModels> LiveModels::load(const std::string& /*model_dir*/,
                                                   const std::string& /*device*/) {
    throw Error(ErrorKind::Resource, "this build has no libtorch, which live motion needs");
}

#endif

LiveModels::LiveModels(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveModels::~LiveModels() = default;

struct LiveMotion::State {
    std::shared_ptr<const LiveModels> models;
    core::Rational fps;
    LiveControls controls;
#ifdef VASA_WITH_TORCH
    LiveFrames source;
#endif
    std::deque<motion::MotionFrame> made = {};  ///< at kMotionRate_hz, from first_made on
    std::int64_t first_made = 0;
    std::int64_t num_given = 0;  ///< frames that next() returned
    std::int64_t num_samples = 0;

    double time_of(std::int64_t frame) const {
        return static_cast<double>(frame) / fps.value();
    }

    /// Position of a frame among those made; whole where both rates have a frame.
    double position_of(std::int64_t frame) const {
        return static_cast<double>(frame) * motion::kMotionRate_hz * static_cast<double>(fps.den) /
               static_cast<double>(fps.num);
    }

    std::int64_t end_of_made() const {
        return first_made + static_cast<std::int64_t>(made.size());
    }

    bool is_ready(std::int64_t frame) const {
        return static_cast<std::int64_t>(std::ceil(position_of(frame))) < end_of_made();
    }

    /// A frame between those made. The fourth frame of an interpolation is taken to equal the
    /// third: waiting for it would cost 40 ms.
    motion::MotionFrame frame_at(double position) const {
        const auto index = static_cast<std::int64_t>(std::floor(position));
        const auto at = [&](std::int64_t i) -> const motion::MotionFrame& {
            return made[static_cast<std::size_t>(std::clamp<std::int64_t>(
                i - first_made, 0, static_cast<std::int64_t>(made.size()) - 1))];
        };
        const auto share = static_cast<float>(position - static_cast<double>(index));
        if (share == 0.0F) {
            return at(index);
        }
        return motion::interpolate_frame(
            {&at(index - 1), &at(index), &at(index + 1), &at(index + 1)}, share);
    }

    void forget_before(std::int64_t frame) {
        while (first_made < frame && made.size() > 1) {
            made.pop_front();
            ++first_made;
        }
    }
};

LiveMotion::LiveMotion(std::shared_ptr<const LiveModels> models, const LiveMotionOptions& options) {
    const double fps = options.fps.value();
    if (!(fps > 0.0 && fps <= kMaxLiveRate_hz)) {
        throw Error(ErrorKind::Usage,
                    "live motion: frame rate is " + core::to_string(options.fps) +
                        ", expected above 0 to 240");
    }
#ifdef VASA_WITH_TORCH
    LiveFrames source(models->impl().networks, options.seed, options.style);
    state_ = std::make_unique<State>(State{std::move(models),
                                           options.fps,
                                           LiveControls(options.controls, 1.0 / fps),
                                           std::move(source)});
#else
    state_ = std::make_unique<State>(
        State{std::move(models), options.fps, LiveControls(options.controls, 1.0 / fps)});
#endif
}
LiveMotion::~LiveMotion() = default;
LiveMotion::LiveMotion(LiveMotion&&) noexcept = default;
LiveMotion& LiveMotion::operator=(LiveMotion&&) noexcept = default;

void LiveMotion::push(const float* samples, std::size_t count) {
    state_->num_samples += static_cast<std::int64_t>(count);
#ifdef VASA_WITH_TORCH
    const auto frames =
        state_->source.push(samples, count, state_->controls.wanted().blink_rate_per_min);
    state_->made.insert(state_->made.end(), frames.begin(), frames.end());
#else
    (void)samples;
#endif
}

std::size_t LiveMotion::frames_ready() const {
    std::size_t count = 0;
    while (state_->is_ready(state_->num_given + static_cast<std::int64_t>(count))) {
        ++count;
    }
    return count;
}

motion::MotionFrame LiveMotion::next() {
    State& state = *state_;
    if (!state.is_ready(state.num_given)) {
        throw Error(ErrorKind::Internal, "live motion: no frame is ready");
    }
    const double position = state.position_of(state.num_given);
    motion::MotionFrame frame = state.frame_at(position);
    state.controls.apply(state.time_of(state.num_given), frame);
    ++state.num_given;
    // Interpolation needs the frame before a position, too.
    state.forget_before(static_cast<std::int64_t>(std::floor(position)) - 1);
    return frame;
}

void LiveMotion::interrupt() {
    state_->controls.shut_until(static_cast<double>(state_->num_samples) / speech::kSpeechRate_hz);
}

void LiveMotion::set_controls(const motion::ControlFrame& controls) {
    state_->controls.set(controls);
}

double LiveMotion::lookahead_s() const {
    const bool is_resampled = state_->fps.num != motion::kMotionRate_hz * state_->fps.den;
#ifdef VASA_WITH_TORCH
    return state_->source.lookahead_s() + (is_resampled ? 1.0 / motion::kMotionRate_hz : 0.0);
#else
    return is_resampled ? 1.0 / motion::kMotionRate_hz : 0.0;
#endif
}

}  // namespace vasa::drive
