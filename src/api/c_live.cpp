// SPDX-License-Identifier: Apache-2.0
#include "c_handles.h"

#include <utility>

using vasa::Error;
using vasa::ErrorKind;
using vasa::api::make_handle;
using vasa::api::options_of;
using vasa::api::require;
using vasa::api::with_status;

vasa_status vasa_live_new(vasa_session* session,
                          const vasa_face* face,
                          const vasa_options* options,
                          vasa_pace pace,
                          int32_t sample_rate,
                          int32_t channels,
                          vasa_live** live) {
    return make_handle(live, [&] {
        if (pace != VASA_PACE_REAL && pace != VASA_PACE_INPUT) {
            throw Error(ErrorKind::Usage,
                        "pace is " + std::to_string(static_cast<int>(pace)) + ", expected 0 or 1");
        }
        vasa::LiveOptions all;
        all.render = options_of(options);
        all.pace = pace == VASA_PACE_REAL ? vasa::Pace::Real : vasa::Pace::Input;
        all.sample_rate = sample_rate;
        all.channels = channels;
        return require(session, "session").session.live(require(face, "face").face, all);
    });
}

void vasa_live_free(vasa_live* live) {
    delete live;
}

vasa_status vasa_live_room(const vasa_live* live, int64_t* num_frames) {
    return with_status(
        [&] { require(num_frames, "pointer for the result") = require(live, "live").live.room(); });
}

vasa_status vasa_live_push(vasa_live* live, const float* samples, int64_t num_frames) {
    return with_status([&] { require(live, "live").live.push(samples, num_frames); });
}

vasa_status vasa_live_end(vasa_live* live) {
    return with_status([&] { require(live, "live").live.end(); });
}

vasa_status vasa_live_next(vasa_live* live, double wait_s, vasa_live_frame* frame) {
    return with_status([&] {
        vasa_live_frame& result = require(frame, "pointer for the result");
        result = {};
        vasa::LiveFrame made;
        const vasa::LiveStatus status = require(live, "live").live.next(made, wait_s);
        result.status = status == vasa::LiveStatus::Frame   ? VASA_LIVE_FRAME
                        : status == vasa::LiveStatus::Ended ? VASA_LIVE_ENDED
                                                            : VASA_LIVE_WAITING;
        result.index = made.index;
        result.time_s = made.time_s;
        result.width_px = made.width_px;
        result.height_px = made.height_px;
        result.rgb = made.rgb;
        result.sound = made.sound;
        result.num_sound_frames = made.num_sound_frames;
    });
}

vasa_status vasa_live_interrupt(vasa_live* live, int64_t* first_frame) {
    return with_status([&] {
        const int64_t first = require(live, "live").live.interrupt();
        if (first_frame != nullptr) {
            *first_frame = first;
        }
    });
}

vasa_status vasa_live_pause(vasa_live* live, int is_paused) {
    return with_status([&] { require(live, "live").live.pause(is_paused != 0); });
}

vasa_status vasa_live_set_controls(vasa_live* live, const vasa_options* options) {
    return with_status([&] {
        require(live, "live").live.set_controls(require(options, "options").options.drive.controls);
    });
}

vasa_status vasa_live_show(vasa_live* live, const vasa_face* face, int64_t* first_frame) {
    return with_status([&] {
        const int64_t first = require(live, "live").live.show(require(face, "face").face);
        if (first_frame != nullptr) {
            *first_frame = first;
        }
    });
}
