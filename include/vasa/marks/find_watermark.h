// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/marks/watermark.h"

#include <filesystem>

namespace vasa::marks {

/// Looks for a watermark in a video's frames, or in a picture (.png, .jpg, .webp, ...).
///
/// A long video is examined part by part, until a watermark is found.
/// @throws Error(Input) as media::VideoReader and media::load_image(); Error(Input) if the frames
///         are smaller than 64×64.
WatermarkFinding find_watermark(const std::filesystem::path& path, const WatermarkKey& key);

}  // namespace vasa::marks
