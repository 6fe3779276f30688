// SPDX-License-Identifier: Apache-2.0
#include "frame_painting.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/head/skin_folds.h"
#include "vasa/models/model_files.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#ifdef VASA_WITH_TORCH
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

namespace {

/// Fraction of values in the painted or all other pixels that differ by more than `tolerance`.
double fraction_beyond(const core::ImageU8& geometry,
                       const core::ImageU8& expected,
                       const std::vector<std::uint8_t>& frame,
                       bool of_painted,
                       int tolerance) {
    std::size_t num_values = 0, num_beyond = 0;
    for (std::size_t i = 0; i < frame.size(); ++i) {
        const std::size_t pixel = i / 3 * 3;
        const std::uint8_t* const before = geometry.data.data() + pixel;
        const bool is_painted = !std::equal(before, before + 3, expected.data.data() + pixel);
        if (is_painted == of_painted) {
            ++num_values;
            num_beyond += std::abs(frame[i] - expected.data[i]) > tolerance ? 1 : 0;
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
                          const decode::FaceState& state,
                          const core::ImageU8& geometry,
                          const core::ImageU8& expected) {
    // The geometry's pixels differ only by rounding. The network's differ more: a GPU computes them
    // in 16 bits.
    constexpr int kRounding = 2, kPaintRounding = 8;
    constexpr double kMaxFraction = 0.01;
    // First without graphs, then graphs are recorded and played, then played again.
    constexpr int kTimes = 3;
    for (int time = 0; time < kTimes; ++time) {
        FrameBatchDecoder::Frames frames;
        decoder.decode({state}, decode::PixelLayout::Rgb, frames);
        if (frames.size() != 1 || frames[0].size() != expected.data.size()) {
            return "it gives no frame";
        }
        const double other = fraction_beyond(geometry, expected, frames[0], false, kRounding);
        if (other > kMaxFraction) {
            return percent(other) + " of its frame are not the CPU's";
        }
        const double painted = fraction_beyond(geometry, expected, frames[0], true, kPaintRounding);
        if (painted > kMaxFraction) {
            return percent(painted) + " of its painted pixels are not the CPU's";
        }
    }
    return {};
}

namespace {

/// @param name    from choose_decoder(), empty for geometry alone
/// @param device  "cpu" or "cuda:n"
FrameBatchDecoder make_frame_decoder(const std::string& name,
                                     const std::string& device,
                                     const RenderOptions& options,
                                     const head::HeadModel& model,
                                     const head::FaceCode& code,
                                     NetworkCache& cache) {
    const std::string key = network_key(name, options, device);
    if (cache.network_key != key) {
        cache.network = nullptr;
        cache.network_key.clear();
#ifdef VASA_WITH_TORCH
        if (!name.empty()) {
            cache.network = decode::load_batch_network(
                options.model_dir + "/" + models::frame_decoder_file(name),
                device,
                options.precision);
        }
#endif
        cache.network_key = key;
    }
    decode::BatchDecoderOptions batch;
    batch.device = device;
    batch.network = cache.network;
    batch.eye_colour = options.eye_colour;
    const auto folds = head::SkinFolds::load(options.model_dir + "/" + models::kSkinFoldsFile);
    batch.folds = &folds;
    const auto made = std::make_shared<decode::BatchDecoder>(model, code, batch);
    FrameBatchDecoder result;
    result.name = name;
    result.batch_size = device == "cpu" ? 1 : made->batch_size();
    result.num_threads = made->num_threads();
    result.decode = [made](const std::vector<decode::FaceState>& states,
                           decode::PixelLayout layout,
                           FrameBatchDecoder::Frames& frames) {
        made->decode(states, layout, frames);
    };
    return result;
}

FrameBatchDecoder make_on_cpu(RenderOptions options,
                              const head::HeadModel& model,
                              const head::FaceCode& code,
                              NetworkCache& cache) {
    options.drive.device = "cpu";
    return make_frame_decoder(choose_decoder(options), "cpu", options, model, code, cache);
}

#ifdef VASA_WITH_TORCH
/// frame_problem() of a network on a GPU, compared with the same one on the CPU in full precision.
std::string check_frames(const FrameBatchDecoder& decoder,
                         const RenderOptions& options,
                         const head::HeadModel& model,
                         const head::FaceCode& code) {
    const decode::FaceState state{code.pose, code.actions};
    decode::BatchDecoderOptions reference;
    reference.eye_colour = options.eye_colour;
    const core::ImageU8 geometry = decode::BatchDecoder(model, code, reference).decode_rgb(state);
    if (decoder.name.empty()) {
        return frame_problem(decoder, state, geometry, geometry);
    }
    reference.network = decode::load_batch_network(
        options.model_dir + "/" + models::frame_decoder_file(decoder.name),
        "cpu",
        decode::Precision::Fp32);
    return frame_problem(
        decoder, state, geometry, decode::BatchDecoder(model, code, reference).decode_rgb(state));
}

/// Decoder on the GPU that "auto" found, or on the CPU if that GPU is doubted.
FrameBatchDecoder make_on_trusted_gpu(const std::string& device,
                                      const RenderOptions& options,
                                      const head::HeadModel& model,
                                      const head::FaceCode& code,
                                      NetworkCache& cache) {
    const std::string name = choose_decoder(options), key = network_key(name, options, device);
    const auto known = cache.doubts.find(key);
    std::string doubt = known != cache.doubts.end() ? known->second : "";
    try {
        if (doubt.empty()) {
            FrameBatchDecoder made = make_frame_decoder(name, device, options, model, code, cache);
            if (known == cache.doubts.end()) {
                doubt = check_frames(made, options, model, code);
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
    core::log_warning("frames on the CPU, since '" + device +
                      "' cannot be trusted with them: " + doubt);
    cache.network = nullptr;
    cache.network_key.clear();
    return make_on_cpu(options, model, code, cache);
}
#endif

}  // namespace

FrameBatchDecoder load_frame_decoder(const RenderOptions& options,
                                     const head::HeadModel& model,
                                     const head::FaceCode& code,
                                     NetworkCache& cache) {
#ifdef VASA_WITH_TORCH
    const std::string& wish = options.drive.device;
    const tensor::Device device = tensor::choose_device(wish);
    if (device.is_cuda) {
        const std::string name = device.to_string(), problem = decode::cuda_module_problem();
        if (problem.empty()) {
            return wish == "auto" ? make_on_trusted_gpu(name, options, model, code, cache)
                                  : make_frame_decoder(
                                        choose_decoder(options), name, options, model, code, cache);
        }
        if (wish != "auto") {
            throw core::Error(core::ErrorKind::Resource,
                              "cannot decode frames on '" + name + "': " + problem,
                              "build with nvcc, or use --device auto");
        }
        core::log_info("frames on the CPU: " + problem);
    }
#endif
    return make_on_cpu(options, model, code, cache);
}

}  // namespace vasa::render
