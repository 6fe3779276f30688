// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/export.h"
#include "vasa/render/render_options.h"

#include <string_view>

namespace vasa::render {

/// What sets the pace of a live stream.
enum class Pace {
    Real,   ///< the wall clock: a frame every 1 / fps, with silence where no speech has come
    Input,  ///< the speech: frames as fast as speech comes and the machine draws
};

/// What a call for the next frame found.
enum class LiveStatus {
    Frame,    ///< a frame was returned
    Waiting,  ///< none is due yet; with Pace::Input, more speech is needed
    Ended,    ///< the last frame was returned before
};

/// How to make a live stream.
struct LiveOptions {
    /// Portrait and manner, as for a clip. Without speech file, output, motion files and manifest.
    RenderOptions render;
    Pace pace = Pace::Real;
    int sample_rate = 16000;  ///< of the speech that is pushed, Hz, media::kMinRawRate_hz..Max
    int channels = 1;         ///< of the speech that is pushed, 1..media::kMaxRawChannels
    bool is_yuv = false;      ///< frames are planar 4:2:0 rather than RGB
    /// With Pace::Real: speech that would be said later than this after the least delay is dropped,
    /// the oldest first; 0 = none is, and a sender that is faster than real time can queue.
    double max_lag_s = 0;
    /// Frames that are late by more than a frame's time are not drawn.
    bool may_skip = true;

    /// @param has_portrait  false if a face is given in memory
    /// @throws Error(Usage)
    VASA_API void check(bool has_portrait = true) const;
};

/// Whether an option of a render, by its name in option_fields(), applies to a live stream.
bool is_live_option(std::string_view name);

}  // namespace vasa::render
