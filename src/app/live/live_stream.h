// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.h"
#include "live/frame_writer.h"
#include "live/output_thread.h"

#include "vasa/media/raw_sound.h"
#include "vasa/render/live_options.h"

#include <string>

namespace vasa::app {

/// A live stream from its input to its target.
struct LiveStreamOptions {
    render::LiveOptions live;     ///< the form of its speech is taken from the input
    media::RawSoundFormat sound;  ///< of raw speech on standard input
    std::string audio = "-";      ///< standard input, or a file or URL of libav
    LiveTarget target;
    WhenSlow when_slow = WhenSlow::Drop;
    int control_fd = -1;         ///< lines of controls come from there; -1 = none
    std::string control_socket;  ///< path of a Unix socket for controls; empty = none
};

/// Runs the stream to the end of its input, or until its reader closes it.
/// @throws Error as LiveSession and the writers; Error(Input) for input without any sound;
///         Error(Interrupted, Terminated)
void run_live_stream(const LiveStreamOptions& options, Context& context);

}  // namespace vasa::app
