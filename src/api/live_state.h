// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/face_code.h"
#include "vasa/render/live_session.h"
#include "vasa/vasa.h"

#include <memory>

namespace vasa {

struct Live::State {
    render::LiveSession session;
    render::LiveFrame frame;  ///< returned last

    State(const std::shared_ptr<render::RenderCache>& cache,
          const LiveOptions& options,
          std::shared_ptr<const head::FaceCode> face)
        : session(cache, options, std::move(face)) {}
};

}  // namespace vasa
