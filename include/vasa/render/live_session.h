// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/media/video_file.h"
#include "vasa/motion/controls.h"
#include "vasa/render/live_options.h"
#include "vasa/render/session.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vasa::render {

/// A frame of a live stream with its sound.
struct LiveFrame {
    std::int64_t index = 0;  ///< from 0, without gaps
    double time_s = 0;       ///< in the stream: index / fps
    /// The frame was due before it could be drawn: it has sound but no pixels.
    bool is_skipped = false;
    core::ImageU8 rgb;         ///< or `yuv`: see LiveOptions::is_yuv
    media::Yuv420Frame yuv;    ///< with the same marks as `rgb`
    std::vector<float> sound;  ///< interleaved, from time_s to the next frame
    int channels = 1;          ///< of the sound
    /// When the earliest speech of this frame was pushed, on the clock of live_now_s(); empty if
    /// the frame has none.
    std::optional<double> arrival_s;
};

/// Seconds of the clock of LiveFrame::arrival_s, which only runs forward.
double live_now_s();

/// What a live stream did so far.
struct LiveStats {
    std::int64_t num_frames = 0;   ///< made, with those skipped
    std::int64_t num_skipped = 0;  ///< of them not drawn, since they were late
    double speech_s = 0;           ///< shown or on its way, without what was dropped
    double silence_s = 0;          ///< put in place of speech that had not come
    double dropped_s = 0;          ///< speech that waited too long, see LiveOptions::max_lag_s
    double interrupted_s = 0;      ///< speech dropped by interrupt()
    double waiting_s = 0;          ///< speech that waits for its turn
    double lag_s = 0;              ///< of speech that is pushed now, beyond the least delay
    double slipped_s = 0;          ///< by which the clock was set back
    double lookahead_s = 0;        ///< speech after a frame that its motion needs
    double motion_cost_s = 0, picture_cost_s = 0;  ///< time for a frame, running mean
};

/// Frames of a portrait that says what is pushed, while it is pushed.
///
/// Two threads of its own make motion and draw, a frame ahead. Frames and sound come from one
/// sequence of samples, the line: speech as it comes and, with Pace::Real, silence where speech has
/// not come in time. What was missing is not made up for: speech that comes late is said later, and
/// silence stays in the sound, so that picture and sound never part. Frames hold the watermark, and
/// the label if asked for. The members may be called from any thread.
class LiveSession {
  public:
    /// Loads models and portrait, and begins to make frames.
    /// @param options  their model_dir must be the cache's
    /// @throws Error(Usage), and Error as Session::encode(), drive::LiveModels and the decoder
    LiveSession(const std::shared_ptr<RenderCache>& cache, const LiveOptions& options);
    /// The same with a face in place of RenderOptions::image and `face`.
    LiveSession(const std::shared_ptr<RenderCache>& cache,
                const LiveOptions& options,
                std::shared_ptr<const head::FaceCode> face);
    ~LiveSession();
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    /// Frames of sound that push() accepts now; 0 while enough speech waits.
    std::int64_t room() const;
    /// Takes the next speech. @param samples  interleaved [num_frames × channels], in [-1, 1]
    /// @throws Error(Usage) for more than room(), or after end()
    void push(const float* samples, std::int64_t num_frames);
    /// No more speech comes: the stream ends with what was pushed.
    void end();

    /// Returns the next frame; with Pace::Real not before it is due.
    /// @param wait_s  how long to wait for it
    /// @throws Error  the first one of the threads
    LiveStatus next(LiveFrame& frame, double wait_s);

    /// Drops speech that was pushed but not shown; the mouth shuts within two frames.
    /// @return  the first frame that is made after it
    std::int64_t interrupt();
    /// Holds the speech that waits; the face idles. With Pace::Input no frames are made.
    void pause(bool is_paused);
    /// Controls from the next frame on: the values of their first moment.
    void set_controls(const motion::Controls& controls);
    const motion::Controls& start_controls() const;

    /// Shows another portrait from the next frame on. The caller's thread does the work before:
    /// portraits are encoded once, and the most recent ones are kept.
    /// @param path  portrait or face code (.safetensors)
    /// @return  the first frame that shows it
    /// @throws Error as the constructor; the stream goes on with the portrait it has
    std::int64_t show_portrait(const std::string& path);
    /// Does the work of show_portrait() without showing it.
    void load_portrait(const std::string& path);
    std::int64_t show_face(std::shared_ptr<const head::FaceCode> face);

    LiveStats stats() const;
    /// Facts for a stream's tags (docs/provenance.md); empty without marks.
    std::map<std::string, std::string> tags() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::render
