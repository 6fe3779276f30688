// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/render.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace vasa::render {

/// What the sessions of a process share: the model folder, hashed once, and the face codes of the
/// portraits seen last. Threads may share one.
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
    struct State;
    std::unique_ptr<State> state_;
};

/// Renders one clip after another; models stay loaded. One object serves one thread at a time.
class Session {
  public:
    explicit Session(std::shared_ptr<RenderCache> cache);
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;

    /// As render(). The same options give the same clip, whatever was rendered before.
    /// @param options  their model_dir must be the cache's
    RenderResult render(const RenderOptions& options,
                        const core::ProgressFn& progress = {},
                        const core::StopToken& stop = {});

    /// Everything that can be found out about a render without doing it: reads all inputs, looks
    /// for the face and the model files, and tries whether the output can be written.
    /// @throws Error as render() would, but for what is wrong inside of a model or with its style
    void check(const RenderOptions& options);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::render
