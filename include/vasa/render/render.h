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

/// Renders a portrait and speech to a finished clip; either all of it or nothing appears at `out`.
///
/// Frames = core::num_frames(speech). The same inputs, options, and thread count give the same
/// bytes. Motion, frames, colour conversion and encoding each run in their own thread.
/// @param progress  frames done and total frames; called from another thread, one at a time
/// @throws Error of any kind; Error(Interrupted or Terminated) after a stop was requested.
RenderResult render(const RenderOptions& options,
                    const core::ProgressFn& progress = {},
                    const core::StopToken& stop = {});

/// Sets the number of threads of this process: of its pool and of torch's operators. Renders and
/// sessions call it with the number in their options.
/// @param num_threads  0 = one for each CPU core this process may use
/// @throws Error(Resource) if that many cannot be started.
void set_num_threads(int num_threads);

/// Removes what unfinished renders of this process have written so far; for a program that is about
/// to exit without unwinding.
void remove_all_temporaries();

/// Version of the library, "major.minor.patch".
const char* version();

}  // namespace vasa::render
