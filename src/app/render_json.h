// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/render.h"

#include <nlohmann/json_fwd.hpp>

namespace vasa::app {

/// Result of a render, as `vasa render --json` and `vasa batch` print it.
nlohmann::json render_result_json(const render::RenderResult& result);

}  // namespace vasa::app
