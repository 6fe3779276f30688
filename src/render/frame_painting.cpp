// SPDX-License-Identifier: Apache-2.0
#include "frame_painting.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/decode/geometry_renderer.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#ifdef VASA_WITH_TORCH
#include "vasa/models/model_files.h"
#include "vasa/tensor/device.h"
#endif

namespace vasa::render {
namespace {

/// @return the empty name
std::string geometry_alone(const std::string& reason) {
    core::log_info("frames by geometry alone: " + reason);
    return {};
}

}  // namespace

std::string network_key(const std::string& decoder,
                        const RenderOptions& options,
                        const std::string& device) {
    return decoder + " " + decode::precision_name(options.precision) + " " + device;
}

std::string choose_decoder(const RenderOptions& options) {
    if (options.decoder == Decoder::Geometry) {
        return geometry_alone("as asked for");
    }
#ifdef VASA_WITH_TORCH
    const bool is_cuda = tensor::choose_device(options.drive.device).is_cuda;
    if (options.decoder != Decoder::Auto) {
        return decoder_name(options.decoder);
    }
    for (const char* name : {is_cuda ? "full" : "fast", is_cuda ? "fast" : "full"}) {
        if (std::filesystem::exists(options.model_dir + "/" + models::frame_decoder_file(name))) {
            return name;
        }
    }
    return geometry_alone("no decoder_fast.safetensors or decoder_full.safetensors in '" +
                          options.model_dir + "'");
#else
    if (options.decoder != Decoder::Auto) {
        throw core::Error(core::ErrorKind::Resource,
                          std::string("this build has no libtorch, which decoder '") +
                              decoder_name(options.decoder) + "' needs",
                          "use --decoder geometry, or build with -DVASA_WITH_TORCH=ON");
    }
    return geometry_alone("this build has no libtorch");
#endif
}

std::unique_ptr<decode::FramePainter> load_painter(const std::string& decoder,
                                                   const RenderOptions& options) {
#ifdef VASA_WITH_TORCH
    return decode::load_frame_painter(options.model_dir + "/" + models::frame_decoder_file(decoder),
                                      tensor::choose_device(options.drive.device).to_string(),
                                      options.precision);
#else
    (void)options;
    throw core::Error(core::ErrorKind::Internal, "no libtorch for decoder '" + decoder + "'");
#endif
}

std::string frame_problem(const FrameBatchDecoder& decoder,
                          const head::HeadModel& model,
                          const head::FaceCode& code) {
    // What networks paint is a few percent of a frame; two values of 255 come from rounding.
    constexpr double kMostPainted = 0.25;
    constexpr int kRounding = 2;
    // First without graphs, then they are recorded and played, then played.
    constexpr int kTimes = 3;
    core::ImageU8 expected;
    decode::GeometryRenderer(model, code).render(code.pose, code.actions, expected);
    for (int time = 0; time < kTimes; ++time) {
        FrameBatchDecoder::Frames frames;
        decoder.decode({{code.pose, code.actions}}, decode::PixelLayout::Rgb, frames);
        if (frames.size() != 1 || frames[0].size() != expected.data.size()) {
            return "it gives no frame";
        }
        std::size_t num_different = 0;
        for (std::size_t i = 0; i < expected.data.size(); ++i) {
            num_different += std::abs(frames[0][i] - expected.data[i]) > kRounding ? 1 : 0;
        }
        const double share =
            static_cast<double>(num_different) / static_cast<double>(expected.data.size());
        if (share > kMostPainted) {
            return std::to_string(static_cast<int>(100 * share)) +
                   " % of its frame are not the CPU's";
        }
    }
    return {};
}

#ifdef VASA_WITH_TORCH
namespace {

/// @param device  "cuda:n"
FrameBatchDecoder make_batch_decoder(const std::string& decoder,
                                     const std::string& device,
                                     const RenderOptions& options,
                                     const head::HeadModel& model,
                                     const head::FaceCode& code,
                                     GpuStock& stock) {
    decode::BatchDecoderOptions batch;
    batch.device = device;
    const std::string key = network_key(decoder, options, device);
    if (stock.network_key != key) {
        stock.network = nullptr;
        stock.network_key.clear();
        if (!decoder.empty()) {
            stock.network = decode::load_batch_network(
                options.model_dir + "/" + models::frame_decoder_file(decoder),
                device,
                options.precision);
        }
        stock.network_key = key;
    }
    batch.network = stock.network;
    const auto made = std::make_shared<decode::BatchDecoder>(model, code, batch);
    FrameBatchDecoder result;
    result.batch_size = made->batch_size();
    result.decode = [made](const std::vector<decode::FaceState>& states,
                           decode::PixelLayout layout,
                           FrameBatchDecoder::Frames& frames) {
        made->decode(states, layout, frames);
    };
    return result;
}

}  // namespace
#endif

FrameBatchDecoder load_batch_decoder(const std::string& decoder,
                                     const RenderOptions& options,
                                     const head::HeadModel& model,
                                     const head::FaceCode& code,
                                     GpuStock& stock) {
    FrameBatchDecoder none;
#ifdef VASA_WITH_TORCH
    const std::string& wish = options.drive.device;
    const tensor::Device device = tensor::choose_device(wish);
    if (!device.is_cuda) {
        return none;
    }
    const std::string name = device.to_string(), problem = decode::cuda_module_problem();
    if (!problem.empty()) {
        if (wish != "auto") {
            throw core::Error(core::ErrorKind::Resource,
                              "cannot decode frames on '" + name + "': " + problem,
                              "build with nvcc, or use --device auto");
        }
        core::log_info("geometry and colours on the CPU: " + problem);
        return none;
    }
    if (wish != "auto") {
        return make_batch_decoder(decoder, name, options, model, code, stock);
    }
    const std::string key = network_key(decoder, options, name);
    const auto known = stock.doubts.find(key);
    std::string doubt = known != stock.doubts.end() ? known->second : "";
    try {
        if (doubt.empty()) {
            FrameBatchDecoder made = make_batch_decoder(decoder, name, options, model, code, stock);
            if (known == stock.doubts.end()) {
                doubt = frame_problem(made, model, code);
                stock.doubts.emplace(key, doubt);
            }
            if (doubt.empty()) {
                return made;
            }
        }
    } catch (const core::Error& error) {
        if (error.kind() != core::ErrorKind::Resource) {
            throw;
        }
        doubt = error.what();  // may pass
    }
    core::log_warning("frames on the CPU, since '" + name +
                      "' cannot be trusted with them: " + doubt);
    stock.network = nullptr;
    stock.network_key.clear();
    none.is_doubted = true;
#else
    (void)decoder;
    (void)options;
    (void)model;
    (void)code;
    (void)stock;
#endif
    return none;
}

}  // namespace vasa::render
