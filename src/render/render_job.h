// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "networks.h"

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/render/render.h"
#include "vasa/render/session.h"

namespace vasa::render {

/// One render from check to result; render() and Session::render() tell the rest.
/// @param options  with a name for the messages in `face` and `motion` where `memory` holds these
RenderResult run_job(Networks& networks,
                     const RenderOptions& options,
                     const RenderMemory& memory,
                     const core::ProgressFn& progress,
                     const core::StopToken& stop);

}  // namespace vasa::render
