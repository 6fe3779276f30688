// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "networks.h"

#include "vasa/render/session.h"

#include <memory>

namespace vasa::render {

struct RenderCache::State {
    std::shared_ptr<SharedModels> shared;
};

}  // namespace vasa::render
