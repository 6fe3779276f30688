// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline.h"

#include "vasa/media/audio_file.h"
#include "vasa/media/video_file.h"
#include "vasa/render/video_frame.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vasa::render {

/// A PNG sequence's name pattern: one %d or %0Nd in the file name; numbers start at 1.
class FramePattern {
  public:
    /// @throws Error(Usage) if the file name does not hold exactly one number field.
    explicit FramePattern(const std::string& pattern);

    /// True for paths that end in .png and hold a '%'.
    static bool is_pattern(const std::string& path);

    const std::string& folder() const { return folder_; }
    /// The pattern without its folder.
    const std::string& name() const { return name_; }
    /// File name (without folder) of frame `index`, counted from 0.
    std::string file_name(std::int64_t index) const;
    std::string path(std::int64_t index) const;

  private:
    std::string folder_, name_, prefix_, suffix_;
    int num_digits_ = 1;
};

/// Receives finished frames. Nothing is visible at its target before finish().
class FrameSink {
  public:
    virtual ~FrameSink() = default;
    /// Whether write() reads FrameItem::yuv rather than FrameItem::rgb.
    virtual bool wants_yuv() const = 0;
    virtual void write(const FrameItem& item) = 0;
    virtual void finish() = 0;
};

/// @param sound  may be empty (no sound); must outlive the sink
std::unique_ptr<FrameSink> make_video_sink(const std::string& path,
                                           const media::AudioClip& sound,
                                           const media::VideoOptions& options);

/// Makes the manifest of a sequence. @param first_frame  path of the first frame for now
/// @param frames  SHA-256 of all frames, by file name
using SidecarMaker = std::function<std::string(const std::string& first_frame,
                                               std::map<std::string, std::string> frames)>;

/// Writes frames to a hidden folder beside their targets; finish() renames them.
/// @param make_sidecar  may be empty; its manifest stands beside the first frame, ending in .c2pa
/// @throws Error(Output) if the folder does not exist, a file of the sequence exists and
///         `overwrite` is false, or nothing can be written.
std::unique_ptr<FrameSink> make_png_sink(const FramePattern& pattern,
                                         std::int64_t num_frames,
                                         bool overwrite,
                                         SidecarMaker make_sidecar = {});

/// Passes frames to a function.
/// write() throws Error(Interrupted) once `on_frame` returns false. Its Errors pass through; other
/// exceptions become Error(Output).
std::unique_ptr<FrameSink> make_callback_sink(FrameFn on_frame, const core::Rational& fps);

/// Removes the hidden folders of all live PNG sinks.
void remove_png_temporaries();

}  // namespace vasa::render
