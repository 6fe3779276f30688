// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libav_util.h"

#include "vasa/media/video_file.h"

namespace vasa::media {

/// What coding for a stream needs, beside VideoOptions.
struct StreamCoding {
    bool has_global_header = false;  ///< the container holds the parameters, not the pictures
};

/// Opens an encoder for frames of yuv420p.
/// @param stream  null for a file; else no picture waits for a later one
/// @throws Error(Usage) if codec or preset is unknown, Error(Resource) if the encoder cannot be
///         started
CodecPtr open_h264_encoder(int width,
                           int height,
                           const VideoOptions& options,
                           const StreamCoding* stream = nullptr);

/// Copies packed planes into a frame of the same size.
void copy_pixels(const Yuv420Frame& from, AVFrame& to);

}  // namespace vasa::media
