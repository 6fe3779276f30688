// SPDX-License-Identifier: Apache-2.0
#include "result_notes.h"

#include "vasa/core/log.h"

namespace vasa::render {

void add_warning(RenderResult& result, const std::string& message) {
    core::log_warning(message);
    result.warnings.push_back(message);
}

void add_model(RenderResult& result, const SharedModels& models, const std::string& name) {
    if (const models::ModelFile* model = models.find_model(name)) {
        result.models.push_back(*model);
    }
}

}  // namespace vasa::render
