// SPDX-License-Identifier: Apache-2.0
#include "api_data.h"
#include "live_state.h"
#include "with_errors.h"

#include <utility>

namespace vasa {

Live::Live(std::unique_ptr<State> state) : state_(std::move(state)) {}
Live::~Live() = default;
Live::Live(Live&&) noexcept = default;
Live& Live::operator=(Live&&) noexcept = default;

std::int64_t Live::room() const {
    return api::with_errors([&] { return state_->session.room(); });
}

void Live::push(const float* samples, std::int64_t num_frames) {
    api::with_errors([&] {
        if (num_frames < 0 || (samples == nullptr && num_frames > 0)) {
            throw Error(ErrorKind::Usage, "live speech without samples");
        }
        state_->session.push(samples, num_frames);
    });
}

void Live::end() {
    api::with_errors([&] { state_->session.end(); });
}

LiveStatus Live::next(LiveFrame& frame, double wait_s) {
    return api::with_errors([&] {
        render::LiveFrame& made = state_->frame;
        const LiveStatus status = state_->session.next(made, wait_s);
        frame = {};
        if (status == LiveStatus::Frame) {
            frame.index = made.index;
            frame.time_s = made.time_s;
            frame.is_skipped = made.is_skipped;
            frame.width_px = made.rgb.width;
            frame.height_px = made.rgb.height;
            frame.rgb = made.is_skipped ? nullptr : made.rgb.data.data();
            frame.sound = made.sound.data();
            frame.num_sound_frames = static_cast<std::int64_t>(made.sound.size()) / made.channels;
        }
        return status;
    });
}

std::int64_t Live::interrupt() {
    return api::with_errors([&] { return state_->session.interrupt(); });
}

void Live::pause(bool is_paused) {
    api::with_errors([&] { state_->session.pause(is_paused); });
}

void Live::set_controls(const Controls& controls) {
    api::with_errors([&] { state_->session.set_controls(controls); });
}

std::int64_t Live::show(const Face& face) {
    return api::with_errors([&] { return state_->session.show_face(face.data_->code); });
}

}  // namespace vasa
