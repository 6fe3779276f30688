// SPDX-License-Identifier: Apache-2.0
#include "decoder_argument.h"

#include "context.h"

#include "vasa/core/error.h"
#include "vasa/models/model_files.h"

namespace vasa::app {

decode::BatchNetwork load_decoder(const std::string& name,
                                  [[maybe_unused]] const std::string& precision,
                                  [[maybe_unused]] const Context& context) {
    if (name == "geometry") {
        return nullptr;
    }
#ifdef VASA_WITH_TORCH
    return decode::load_batch_network(context.model_dir + "/" + models::frame_decoder_file(name),
                                      "cpu",
                                      decode::parse_precision(precision));
#else
    throw core::Error(core::ErrorKind::Resource,
                      "this build has no libtorch, which decoder '" + name + "' needs");
#endif
}

}  // namespace vasa::app
