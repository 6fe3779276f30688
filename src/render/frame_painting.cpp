// SPDX-License-Identifier: Apache-2.0
#include "frame_painting.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/decode/geometry_renderer.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

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

namespace {

/// A frame made by the CPU, and a mask of the pixels that the network paints.
struct ExpectedFrame {
    core::ImageU8 rgb;
    std::vector<std::uint8_t> is_painted;  ///< [512 · 512] 0 or 1
};

/// @param painter  null for geometry alone
ExpectedFrame make_expected(const head::HeadModel& model,
                            const head::FaceCode& code,
                            const decode::FramePainter* painter) {
    ExpectedFrame frame;
    std::vector<decode::DisoccludedPatch> patches;
    decode::GeometryRenderer(model, code).render(code.pose, code.actions, frame.rgb, patches);
    frame.is_painted.assign(static_cast<std::size_t>(frame.rgb.width) * frame.rgb.height, 0);
    if (painter == nullptr) {
        return frame;
    }
    painter->paint(frame.rgb, patches, code.source_scale);
    for (const decode::DisoccludedPatch& patch : patches) {
        const decode::PixelRect& rect = patch.rect;
        std::vector<float> disoccluded(patch.records.size()), region(patch.records.size());
        decode::mark_disoccluded(
            patch.records.data(), static_cast<int>(patch.records.size()), disoccluded.data());
        decode::mark_region(disoccluded.data(), rect.width, rect.height, region.data());
        for (std::size_t i = 0; i < region.size(); ++i) {
            const auto width = static_cast<std::size_t>(rect.width);
            if (region[i] > 0) {
                frame.is_painted[(rect.y + i / width) * frame.rgb.width + rect.x + i % width] = 1;
            }
        }
    }
    return frame;
}

/// Fraction of values in the painted or all other pixels that differ by more than `tolerance`.
double fraction_beyond(const ExpectedFrame& expected,
                       const std::vector<std::uint8_t>& frame,
                       bool of_painted,
                       int tolerance) {
    std::size_t num_values = 0, num_beyond = 0;
    for (std::size_t i = 0; i < frame.size(); ++i) {
        if ((expected.is_painted[i / 3] != 0) == of_painted) {
            ++num_values;
            num_beyond += std::abs(frame[i] - expected.rgb.data[i]) > tolerance ? 1 : 0;
        }
    }
    return num_values > 0 ? static_cast<double>(num_beyond) / static_cast<double>(num_values) : 0;
}

std::string percent(double fraction) {
    char text[16];
    std::snprintf(text, sizeof(text), "%.1f %%", 100 * fraction);
    return text;
}

}  // namespace

std::string frame_problem(const FrameBatchDecoder& decoder,
                          const head::HeadModel& model,
                          const head::FaceCode& code,
                          const decode::FramePainter* painter) {
    // The geometry's pixels differ only by rounding. The network's differ more: a GPU computes them
    // in 16 bits.
    constexpr int kRounding = 2, kPaintRounding = 8;
    constexpr double kMaxFraction = 0.01;
    // First without graphs, then graphs are recorded and played, then played again.
    constexpr int kTimes = 3;
    const ExpectedFrame expected = make_expected(model, code, painter);
    for (int time = 0; time < kTimes; ++time) {
        FrameBatchDecoder::Frames frames;
        decoder.decode({{code.pose, code.actions}}, decode::PixelLayout::Rgb, frames);
        if (frames.size() != 1 || frames[0].size() != expected.rgb.data.size()) {
            return "it gives no frame";
        }
        const double other = fraction_beyond(expected, frames[0], false, kRounding);
        if (other > kMaxFraction) {
            return percent(other) + " of its frame are not the CPU's";
        }
        const double painted = fraction_beyond(expected, frames[0], true, kPaintRounding);
        if (painted > kMaxFraction) {
            return percent(painted) + " of its painted pixels are not the CPU's";
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
                                     GpuNetworkCache& cache) {
    decode::BatchDecoderOptions batch;
    batch.device = device;
    const std::string key = network_key(decoder, options, device);
    if (cache.network_key != key) {
        cache.network = nullptr;
        cache.network_key.clear();
        if (!decoder.empty()) {
            cache.network = decode::load_batch_network(
                options.model_dir + "/" + models::frame_decoder_file(decoder),
                device,
                options.precision);
        }
        cache.network_key = key;
    }
    batch.network = cache.network;
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

/// The same network on the CPU, in full precision.
std::unique_ptr<decode::FramePainter> load_reference(const std::string& decoder,
                                                     const RenderOptions& options) {
    return decode::load_frame_painter(options.model_dir + "/" + models::frame_decoder_file(decoder),
                                      "cpu",
                                      decode::Precision::Fp32);
}

}  // namespace
#endif

FrameBatchDecoder load_batch_decoder(const std::string& decoder,
                                     const RenderOptions& options,
                                     const head::HeadModel& model,
                                     const head::FaceCode& code,
                                     GpuNetworkCache& cache) {
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
        return make_batch_decoder(decoder, name, options, model, code, cache);
    }
    const std::string key = network_key(decoder, options, name);
    const auto known = cache.doubts.find(key);
    std::string doubt = known != cache.doubts.end() ? known->second : "";
    try {
        if (doubt.empty()) {
            FrameBatchDecoder made = make_batch_decoder(decoder, name, options, model, code, cache);
            if (known == cache.doubts.end()) {
                const auto painter = decoder.empty() ? nullptr : load_reference(decoder, options);
                doubt = frame_problem(made, model, code, painter.get());
                cache.doubts.emplace(key, doubt);
            }
            if (doubt.empty()) {
                return made;
            }
        }
    } catch (const core::Error& error) {
        if (error.kind() != core::ErrorKind::Resource) {
            throw;
        }
        doubt = error.what();  // may be temporary
    }
    core::log_warning("frames on the CPU, since '" + name +
                      "' cannot be trusted with them: " + doubt);
    cache.network = nullptr;
    cache.network_key.clear();
    none.is_doubted = true;
#else
    (void)decoder;
    (void)options;
    (void)model;
    (void)code;
    (void)cache;
#endif
    return none;
}

}  // namespace vasa::render
