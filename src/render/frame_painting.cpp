// SPDX-License-Identifier: Apache-2.0
#include "frame_painting.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/render/models.h"

#include <algorithm>
#include <filesystem>

#ifdef VASA_WITH_TORCH
#include "vasa/tensor/device.h"
#endif

namespace vasa::render {
namespace {

#ifdef VASA_WITH_TORCH
/// Name of the network to be used; empty if the folder has none.
std::string choose_network(const RenderOptions& options, bool is_cuda) {
    if (options.decoder != "auto") {
        return options.decoder;
    }
    for (const char* name : {is_cuda ? "full" : "fast", is_cuda ? "fast" : "full"}) {
        if (std::filesystem::exists(options.model_dir + "/" + decode::frame_network_file(name))) {
            return name;
        }
    }
    return {};
}
#endif

void note(const std::string& decoder, const RenderOptions& options, RenderResult& result) {
    result.decoder = decoder;
    for (ModelFile& model : list_models(options.model_dir)) {
        if (model.name == decode::frame_network_file(decoder)) {
            result.models.push_back(std::move(model));
        }
    }
}

void use_geometry(const std::string& reason, RenderResult& result) {
    result.decoder = "geometry";
    core::log_info("frames by geometry alone: " + reason);
}

}  // namespace

std::unique_ptr<decode::FramePainter> load_painter(const RenderOptions& options,
                                                   RenderResult& result) {
    if (options.decoder == "geometry") {
        use_geometry("as asked for", result);
        return nullptr;
    }
#ifdef VASA_WITH_TORCH
    const tensor::Device device = tensor::choose_device(options.drive.device);
    const std::string decoder = choose_network(options, device.is_cuda);
    if (decoder.empty()) {
        use_geometry("no decoder_fast.safetensors or decoder_full.safetensors in '" +
                         options.model_dir + "'",
                     result);
        return nullptr;
    }
    auto painter =
        decode::load_frame_painter(options.model_dir + "/" + decode::frame_network_file(decoder),
                                   device.to_string(),
                                   decode::parse_precision(options.precision));
    note(decoder, options, result);
    return painter;
#else
    if (options.decoder != "auto") {
        throw core::Error(
            core::ErrorKind::Resource,
            "this build has no libtorch, which decoder '" + options.decoder + "' needs",
            "use --decoder geometry, or build with -DVASA_WITH_TORCH=ON");
    }
    use_geometry("this build has no libtorch", result);
    return nullptr;
#endif
}

}  // namespace vasa::render
