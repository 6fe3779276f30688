// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "networks.h"

#include "vasa/render/render_result.h"

#include <string>

namespace vasa::render {

/// Logs a warning and keeps it in the result.
void add_warning(RenderResult& result, const std::string& message);

/// Notes in the result that a model was used; nothing if the folder does not have it.
void add_model(RenderResult& result, const SharedModels& models, const std::string& name);

}  // namespace vasa::render
