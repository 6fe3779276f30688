// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "networks.h"

#include "vasa/render/render.h"

namespace vasa::render {

/// As Session::check(), which tells the rest. An input that many jobs share is looked at once.
void check_job(Networks& networks, const RenderOptions& options);

}  // namespace vasa::render
