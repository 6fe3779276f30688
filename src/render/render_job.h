// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "networks.h"

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/render/render.h"
#include "vasa/render/session.h"

namespace vasa::render {

/// One render from check to result; see render() and Session::render().
/// @param options  `face` and `motion` hold names for the messages if `memory` holds the data
RenderResult run_job(Networks& networks,
                     const RenderOptions& options,
                     const RenderMemory& memory,
                     const core::ProgressFn& progress,
                     const core::StopToken& stop);

}  // namespace vasa::render
