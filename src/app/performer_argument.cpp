// SPDX-License-Identifier: Apache-2.0
#include "performer_argument.h"

#include "context.h"

#include "vasa/core/error.h"
#include "vasa/drive/performer.h"
#include "vasa/models/model_files.h"

namespace vasa::app {

drive::PerformFn load_performer(const std::string& path, [[maybe_unused]] const Context& context) {
    if (path.empty()) {
        return {};
    }
#ifdef VASA_WITH_TORCH
    return drive::load_performer(path, context.model_dir + "/" + models::kHeadModelFile);
#else
    throw core::Error(core::ErrorKind::Resource,
                      "this build has no libtorch, which performer '" + path + "' needs");
#endif
}

}  // namespace vasa::app
