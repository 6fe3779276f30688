// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"
#include "vasa/core/export.h"
#include "vasa/core/log.h"
#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/render/live_options.h"
#include "vasa/render/render_options.h"
#include "vasa/render/render_result.h"
#include "vasa/render/video_frame.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// The supported interface for programs that embed libvasa: the declarations of this header in
/// namespace vasa, with the members of the types it names. It needs no headers of torch, OpenCV or
/// JSON. vasa/vasa_c.h offers the same to C and other languages.
///
/// Errors: every function throws Error and nothing else.
///
/// Threads: a Session serves one call at a time; a second one, from another thread or from a
/// callback, throws Error(Usage). Sessions are independent of each other, except for the number of
/// threads and the log, which belong to the process. Face and Motion do not change after
/// construction, and threads may share them. Frame and progress callbacks come from a thread of the
/// render, one at a time; all have returned when the call returns. The log's sink is called from
/// any thread and must not throw.
namespace vasa {

using core::Error;
using core::error_kind_name;
using core::ErrorKind;
using core::exit_code;
using core::LogLevel;
using core::parse_frame_rate;
using core::ProgressFn;
using core::Rational;
using core::set_log_sink;
using core::StopToken;
using core::to_string;
using decode::Precision;
using drive::Driver;
using motion::ControlCurve;
using motion::Controls;
using motion::Interpolation;
using motion::Keyframe;
using motion::load_controls;
using render::Decoder;
using render::FrameFn;
using render::LiveOptions;
using render::LiveStatus;
using render::Pace;
using render::RenderOptions;
using render::RenderResult;
using render::VideoFrame;

/// Version of the library, "major.minor.patch".
VASA_API const char* version();

/// Sets an option by its command-line name and text: "crf", "20"; flags take "true" and "false".
/// @throws Error(Usage) for an unknown name, or naming the option, its range and its value;
///         Error(Input) for a file that is read immediately ("controls")
VASA_API void set_option(RenderOptions& options, const std::string& name, const std::string& value);
/// The option's text, in the form of set_option(). @throws Error(Usage) for an unknown name
VASA_API std::string get_option(const RenderOptions& options, const std::string& name);

/// A portrait in the face latent space: appearance, identity, pose and actions. Copies share data.
class VASA_API Face {
  public:
    /// Reads a face code file. @throws Error(Input)
    static Face load(const std::string& path);
    /// Writes a face code file (.safetensors). @throws Error(Output)
    void save(const std::string& path, bool overwrite = false) const;

    /// How well the head model fits the landmarks: mean error / distance between the outer corners
    /// of the eyes; above 0.03 is doubtful.
    float fit_error() const;

  private:
    friend class Live;
    friend class Session;
    struct Data;
    explicit Face(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
};

/// Head pose and facial actions of one moment.
struct MotionSample {
    /// yaw, pitch, roll (rad; > 0: face to the image's right, chin up, top of the head to the
    /// image's right) and x, y, z (cm; to the image's right, up, to the viewer).
    std::array<float, 6> pose{};
    /// ARKit's 52 blendshapes in ARKit's order, 0 = rest, 1 = full.
    std::array<float, 52> actions{};
    /// Tip (0: behind the lower teeth, 1: at the ridge behind the upper teeth) and blade (0: low in
    /// the jaw, 1: at the palate) of the tongue.
    std::array<float, 2> tongue{};
};

/// Head pose and facial actions over time. Copies share data.
class VASA_API Motion {
  public:
    /// @param fps      "25", "30000/1001", ...
    /// @param samples  sample i is at time i / fps
    /// @throws Error(Usage) for the rate; Error(Input) if there are no samples, for values that are
    ///         not finite, or for `actions` more than 0.1 outside 0..1
    Motion(const std::string& fps, const std::vector<MotionSample>& samples);

    /// Reads a motion file, .csv (Live Link Face's columns) or .safetensors. @throws Error(Input)
    static Motion load(const std::string& path);
    /// Writes a motion file; the extension sets the format. @throws Error(Output), Error(Usage)
    void save(const std::string& path, bool overwrite = false) const;

    std::int64_t num_samples() const;
    double duration_s() const;
    /// @throws Error(Usage) beyond the end
    MotionSample sample(std::int64_t index) const;

  private:
    friend class Session;
    struct Data;
    explicit Motion(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
};

/// Callbacks and stop token of a render. All may be empty.
struct RenderCallbacks {
    /// Receives the frames instead of a file; RenderOptions::out must be empty. They hold the
    /// watermark, as those of files do.
    FrameFn on_frame;
    ProgressFn on_progress;  ///< frames done and total frames
    StopToken stop;          ///< stops the work within about one frame, from any thread
};

/// A frame of a live stream. Its pointers are valid until the stream's next call of next().
struct LiveFrame {
    std::int64_t index = 0;   ///< from 0, without gaps
    double time_s = 0;        ///< in the stream: index / fps
    bool is_skipped = false;  ///< too late to be drawn: it has sound but no pixels
    int width_px = 0;
    int height_px = 0;
    /// [height, width, 3] RGB with the watermark, rows from top to bottom without padding; null if
    /// skipped.
    const std::uint8_t* rgb = nullptr;
    const float* sound = nullptr;  ///< interleaved, of the time up to the next frame
    std::int64_t num_sound_frames = 0;
};

/// A stream of frames of a face that says what is pushed, while it is pushed (docs/live.md). Any
/// thread may call any member, but one thread at a time calls next(). It depends neither on its
/// session nor on its face, and stays the session's only in that they share models.
class VASA_API Live {
  public:
    ~Live();
    Live(Live&&) noexcept;
    Live& operator=(Live&&) noexcept;

    /// Frames of sound that push() accepts now; 0 while enough speech waits.
    std::int64_t room() const;
    /// Takes the next speech. @param samples  interleaved [num_frames × channels], in [-1, 1]
    /// @throws Error(Usage) for more than room(), or after end()
    void push(const float* samples, std::int64_t num_frames);
    /// No more speech comes: the stream ends with what was pushed.
    void end();
    /// Returns the next frame; with Pace::Real not before it is due. @param wait_s  at most
    /// @throws Error(Model, Resource, Internal) if the stream has failed
    LiveStatus next(LiveFrame& frame, double wait_s);
    /// Drops speech that was pushed but not shown; the mouth shuts within two frames.
    /// @return  the first frame that is made after it
    std::int64_t interrupt();
    /// Holds the speech that waits; the face idles. With Pace::Input no frames are made.
    void pause(bool is_paused);
    /// Controls from the next frame on: the values of their first moment.
    void set_controls(const Controls& controls);
    /// Shows another face. @return  the first frame that shows it
    std::int64_t show(const Face& face);

  private:
    friend class Session;
    struct State;
    explicit Live(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Makes clips. Models are loaded when they are first needed and stay loaded.
class VASA_API Session {
  public:
    /// @param model_dir  folder of the weights
    /// @throws Error(Model) if there is none, or its head model cannot be used
    explicit Session(const std::string& model_dir);
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;

    /// Encodes a portrait as a face.
    /// @param image    file: PNG, JPEG, WebP, TIFF, BMP, HEIC, AVIF
    /// @param options  only `face_index` and `threads` are used
    /// @throws Error(Input) if it cannot be read or shows no usable face; Error(Model, Usage)
    Face encode(const std::string& image, const RenderOptions& options = {});

    /// Converts speech to motion, without a face.
    /// @param audio    file of 0.05 to 60 s (longer with `allow_long`)
    /// @param options  only `fps`, `drive`, `allow_long` and `threads` are used
    /// @throws Error(Input) if it cannot be read; Error(Model, Usage, Resource, Interrupted)
    Motion animate(const std::string& audio,
                   const RenderOptions& options = {},
                   const StopToken& stop = {});

    /// Renders a clip to RenderOptions::out, where either all of it or nothing appears, or frame by
    /// frame to a callback. `model_dir` is the session's and may be empty.
    ///
    /// The same options give the same frames, whatever was rendered before.
    /// @return  only after the whole clip is done
    /// @throws Error of any kind. Error(Interrupted) after the frame callback returned false or a
    ///         stop was requested; no later frame is delivered, and nothing is left at `out`.
    RenderResult render(const RenderOptions& options, const RenderCallbacks& callbacks = {});
    /// The same with an existing face; `image` and `face` must be empty.
    RenderResult render(const Face& face,
                        const RenderOptions& options,
                        const RenderCallbacks& callbacks = {});
    /// The same with an existing motion in place of RenderOptions::motion, which must be empty: its
    /// pose's differences from its first sample are added to the portrait's, its actions replace
    /// the portrait's. `audio`, if given, is the sound and sets the length.
    RenderResult render(const Face& face,
                        const Motion& motion,
                        const RenderOptions& options,
                        const RenderCallbacks& callbacks = {});

    /// Begins a live stream of a face. `image`, `face`, `audio`, `out` and motion files must be
    /// empty, and `is_yuv` false.
    /// @throws Error(Usage, Model, Resource)
    Live live(const Face& face, const LiveOptions& options = {});

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa
