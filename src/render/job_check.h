// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "networks.h"

#include "vasa/render/render.h"

namespace vasa::render {

/// See Session::check(). An input that many jobs share is checked once.
void check_job(Networks& networks, const RenderOptions& options);

}  // namespace vasa::render
