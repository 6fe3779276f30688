// SPDX-License-Identifier: Apache-2.0
#include "api_data.h"
#include "with_errors.h"

#include <utility>

namespace vasa {

Face::Face(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Face Face::load(const std::string& path) {
    return api::with_errors([&] {
        auto code = std::make_shared<const head::FaceCode>(head::load_face_code(path));
        return Face(std::make_shared<const Data>(Data{std::move(code)}));
    });
}

void Face::save(const std::string& path, bool overwrite) const {
    api::with_errors([&] { head::save_face_code(path, *data_->code, overwrite); });
}

float Face::fit_error() const {
    return data_->code->fit_error;
}

}  // namespace vasa
