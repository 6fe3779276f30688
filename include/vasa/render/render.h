// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/render/render_options.h"
#include "vasa/render/render_result.h"

namespace vasa::render {

/// Speech longer than this needs RenderOptions::allow_long.
constexpr double kMaxSpeech_s = 60.0;
/// Speech shorter than this is an input error.
constexpr double kMinSpeech_s = 0.05;

/// Portrait and speech to a finished clip; all of it or nothing appears at `out`.
///
/// Frames = core::num_frames(speech). The same inputs, options, and thread count give the same
/// bytes. Motion, frames, colour conversion and encoding run in a thread each.
/// @param progress  frames done of frames to do; called from another thread, one at a time
/// @throws Error of any kind; (Interrupted or Terminated) after a stop was requested.
RenderResult render(const RenderOptions& options,
                    const core::ProgressFn& progress = {},
                    const core::StopToken& stop = {});

/// Threads of this process from here on: of its pool and of torch's operators. Renders and sessions
/// call it with their options' number.
/// @param num_threads  0 = one for each CPU core this process may use
/// @throws Error(Resource) if so many cannot be started.
void set_num_threads(int num_threads);

/// Removes what unfinished renders of this process have written so far; for a program about to
/// leave without unwinding.
void remove_all_temporaries();

/// Version of the library, "major.minor.patch".
const char* version();

}  // namespace vasa::render
