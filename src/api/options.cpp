// SPDX-License-Identifier: Apache-2.0
#include "with_errors.h"

#include "vasa/render/option_fields.h"
#include "vasa/vasa.h"

namespace vasa {

void set_option(RenderOptions& options, const std::string& name, const std::string& value) {
    api::with_errors([&] { render::set_option(options, name, value); });
}

std::string get_option(const RenderOptions& options, const std::string& name) {
    return api::with_errors([&] { return render::get_option(options, name); });
}

}  // namespace vasa
