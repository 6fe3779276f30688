// SPDX-License-Identifier: Apache-2.0
#include "cuda_bench.h"
#include "support/synthetic_face.h"

#include "vasa/models/model_files.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace vasa::bench {
namespace {

Frames decoded(const head::HeadModel& model,
               const head::FaceCode& code,
               const std::vector<decode::FaceState>& states,
               const std::string& device,
               const decode::BatchNetwork& network) {
    decode::BatchDecoderOptions options;
    options.device = device;
    options.network = network;
    decode::BatchDecoder decoder(model, code, options);
    Frames frames;
    decoder.decode(states, decode::PixelLayout::Rgb, frames);
    return frames;
}

/// Prints how far a face's frames are from the CPU's in fp32.
/// @param largest_allowed  of 255
/// @return false if a value differs by more
bool compare(const char* face,
             const char* decoder,
             const char* precision,
             int largest_allowed,
             const Frames& frames,
             const Frames& expected) {
    int largest = 0;
    double sum = 0, num_values = 0, num_differing = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        for (std::size_t k = 0; k < frames[i].size(); ++k) {
            const int difference = std::abs(static_cast<int>(expected[i][k]) - frames[i][k]);
            largest = std::max(largest, difference);
            sum += difference;
            num_differing += difference > 0 ? 1 : 0;
        }
        num_values += static_cast<double>(frames[i].size());
    }
    const bool is_same = largest <= largest_allowed;
    std::printf("%-24.24s %-10s %-10s %8d %10d %12.5f %14.3f %s\n",
                face,
                decoder,
                precision,
                largest,
                largest_allowed,
                sum / num_values,
                100 * num_differing / num_values,
                is_same ? "ok" : "FAILED");
    return is_same;
}

}  // namespace

std::vector<decode::FaceState> talking(const head::FaceCode& code, int num_frames) {
    std::vector<decode::FaceState> states;
    for (int i = 0; i < num_frames; ++i) {
        const auto t = static_cast<float>(i);
        decode::FaceState state{code.pose, code.actions};
        state.pose.yaw_rad += 0.2F * std::sin(0.05F * t);
        state.pose.pitch_rad += 0.1F * std::sin(0.08F * t);
        state.actions[head::Action::JawOpen] = 0.3F + 0.3F * std::sin(0.9F * t);
        const float blink = i % 60 < 5 ? 1.0F : 0.0F;
        state.actions[head::Action::EyeBlinkLeft] = blink;
        state.actions[head::Action::EyeBlinkRight] = blink;
        states.push_back(state);
    }
    return states;
}

std::vector<Face> load_faces(const head::HeadModel& model, const Options& options) {
    std::vector<Face> faces;
    for (const std::string& path : options.faces) {
        faces.push_back({std::filesystem::path(path).stem().string(), head::load_face_code(path)});
    }
    constexpr std::uint64_t kNumSynthetic = 3;
    for (std::uint64_t seed = 1; options.faces.empty() && seed <= kNumSynthetic; ++seed) {
        faces.push_back(
            {"synthetic " + std::to_string(seed), support::make_face_code(model, seed)});
    }
    return faces;
}

decode::BatchNetwork load_network(const Options& options,
                                  const std::string& device,
                                  const std::string& decoder,
                                  decode::Precision precision) {
    return decoder == "geometry"
               ? nullptr
               : decode::load_batch_network(
                     options.model_dir + "/" + models::frame_decoder_file(decoder),
                     device,
                     precision);
}

bool has_decoder(const Options& options, const std::string& decoder) {
    const std::string path = options.model_dir + "/" + models::frame_decoder_file(decoder);
    if (decoder == "geometry" || std::filesystem::exists(path)) {
        return true;
    }
    std::printf("%-10s SKIPPED: no '%s'\n", decoder.c_str(), path.c_str());
    return false;
}

bool compare_all(const head::HeadModel& model, const std::string& device, const Options& options) {
    // As the tests allow; geometry is the same to the last bit but for a square root.
    struct Kind {
        const char* name;
        decode::Precision precision;
        int largest_painted;
    };
    constexpr Kind kKinds[] = {{"fp32", decode::Precision::Fp32, 2},
                               {"fp16", decode::Precision::Fp16, 8},
                               {"bf16", decode::Precision::Bf16, 16}};
    constexpr int kLargestGeometry = 1;
    std::printf("%-24s %-10s %-10s %8s %10s %12s %14s\n",
                "difference from the CPU",
                "decoder",
                "precision",
                "largest",
                "allowed",
                "mean",
                "% that differ");
    bool is_same = true;
    for (const std::string decoder : {"geometry", "fast", "full"}) {
        if (!has_decoder(options, decoder)) {
            continue;
        }
        const auto cpu = load_network(options, "cpu", decoder, decode::Precision::Fp32);
        for (const Face& face : load_faces(model, options)) {
            const auto states = talking(face.code, options.num_compared);
            const Frames expected = decoded(model, face.code, states, "cpu", cpu);
            for (const Kind& kind : kKinds) {
                const auto network = load_network(options, device, decoder, kind.precision);
                is_same = compare(face.name.c_str(),
                                  decoder.c_str(),
                                  network ? kind.name : "fp32",
                                  network ? kind.largest_painted : kLargestGeometry,
                                  decoded(model, face.code, states, device, network),
                                  expected) &&
                          is_same;
                if (!network) {
                    break;
                }
            }
        }
    }
    return is_same;
}

}  // namespace vasa::bench
