// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/render.h"
#include "vasa/render/video_frame.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace vasa::head {
struct FaceCode;
}
namespace vasa::motion {
struct MotionClip;
}

namespace vasa::render {

/// Parts of a render that are in memory instead of in files. The options they replace are empty.
struct RenderMemory {
    std::shared_ptr<const head::FaceCode> face;        ///< instead of `image` and `face`
    std::shared_ptr<const motion::MotionClip> motion;  ///< instead of `motion`
    FrameFn on_frame;                                  ///< receives the frames, instead of `out`
};

/// Data that the sessions of a process share: the model folder, hashed once, and the face codes of
/// the most recent portraits. Threads may share one cache.
class RenderCache {
  public:
    /// @param max_faces  face codes kept, about 8 MB each
    /// @throws Error(Model) as list_models()
    explicit RenderCache(std::string model_dir, std::size_t max_faces = 32);
    ~RenderCache();
    RenderCache(const RenderCache&) = delete;
    RenderCache& operator=(const RenderCache&) = delete;

    const std::string& model_dir() const;
    const std::vector<models::ModelFile>& models() const;

  private:
    friend class Session;
    friend class LiveSession;
    struct State;
    std::unique_ptr<State> state_;
};

/// Renders one clip after another; models stay loaded. One object serves one thread at a time.
class Session {
  public:
    explicit Session(const std::shared_ptr<RenderCache>& cache);
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;

    /// As render(). The same options give the same clip, whatever was rendered before.
    /// @param options  their model_dir must be the cache's
    RenderResult render(const RenderOptions& options,
                        const core::ProgressFn& progress = {},
                        const core::StopToken& stop = {});

    /// The same with parts in memory.
    /// @throws Error as render(); Error(Usage) if an option is given that `memory` replaces;
    ///         Error(Interrupted) if `on_frame` stops the render; Error(Output) if it throws an
    ///         exception other than Error.
    RenderResult render(const RenderOptions& options,
                        const RenderMemory& memory,
                        const core::ProgressFn& progress = {},
                        const core::StopToken& stop = {});

    /// Encodes a portrait as a face code; uses `image`, `face_index` and `threads`.
    /// @throws Error as face::FaceEncoder, Error(Input) if the image cannot be read
    head::FaceCode encode(const RenderOptions& options);

    /// Motion of the speech at `fps`, without a face; uses `audio`, `allow_long`, `drive` and
    /// `threads`. The pose is relative to a portrait's, the actions are absolute.
    /// @throws Error as drive::SpeechDriver::start() and load_speech()
    motion::MotionClip animate(const RenderOptions& options, const core::StopToken& stop = {});

    /// Checks a render as far as possible without running it: reads all inputs, looks for the face
    /// and the model files, and tests whether the output can be written.
    /// @throws Error as render() would, except for faults inside a model or with its style
    void check(const RenderOptions& options);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::render
