// SPDX-License-Identifier: Apache-2.0
// How fast a GPU decodes frames, printed as a table; nothing here passes or fails. Builds without
// OpenCV and libav (preset `compute`).
#include "support/synthetic_face.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/decode/batch_decoder.h"
#include "vasa/models/model_files.h"
#include "vasa/tensor/device.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace vasa;
using Frames = std::vector<std::vector<std::uint8_t>>;

constexpr int kSkipped = 77;
constexpr double kMegabyte = 1e6;

class Clock {
  public:
    double milliseconds() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_)
            .count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A talking head: jaw, lids and head in motion.
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

double used_megabytes(int device) {
    std::size_t used = 0, total = 0;
    return decode::gpu_memory(device, used, total) ? static_cast<double>(used) / kMegabyte : 0.0;
}

/// Largest difference of the geometry's frames from the CPU's, 0..255.
int largest_difference(const head::HeadModel& model,
                       const head::FaceCode& code,
                       const std::vector<decode::FaceState>& states,
                       const std::string& device) {
    decode::BatchDecoderOptions options;
    options.device = device;
    decode::BatchDecoder decoder(model, code, options);
    Frames frames;
    decoder.decode(states, decode::PixelLayout::Rgb, frames);
    Frames expected;
    decode::BatchDecoder(model, code, {}).decode(states, decode::PixelLayout::Rgb, expected);
    int largest = 0;
    for (std::size_t i = 0; i < states.size(); ++i) {
        for (std::size_t k = 0; k < frames[i].size(); ++k) {
            largest = std::max(largest, std::abs(static_cast<int>(expected[i][k]) - frames[i][k]));
        }
    }
    return largest;
}

void bench(const head::HeadModel& model,
           const head::FaceCode& code,
           const tensor::Device& device,
           const std::string& model_dir,
           int num_frames) {
    std::printf("GPU                   %s (%s)\n", device.gpu.c_str(), device.to_string().c_str());
    std::printf("CPU threads           %d\n", core::num_threads());
    std::printf("memory in use before  %.0f MB\n", used_megabytes(device.index));
    const std::vector<decode::FaceState> states = talking(code, num_frames);
    std::printf(
        "difference from CPU   %d of 255 at most, 20 frames of geometry\n",
        largest_difference(model, code, {states.begin(), states.begin() + 20}, device.to_string()));
    std::printf("%-10s %6s %8s %15s %15s %10s %10s\n",
                "decoder",
                "batch",
                "load ms",
                "first frame ms",
                "when warm",
                "fps",
                "MB used");
    for (const std::string name : {"geometry", "fast", "full"}) {
        decode::BatchDecoderOptions options;
        options.device = device.to_string();
        const std::string path = model_dir + "/" + models::frame_decoder_file(name);
        if (name != "geometry" && !std::filesystem::exists(path)) {
            std::printf("%-10s SKIPPED: no '%s'\n", name.c_str(), path.c_str());
            continue;
        }
        for (const int batch : {1, 4, 16, 32}) {
            options.batch_size = batch;
            options.network = nullptr;  // frees the memory of the previous row
            const Clock load;
            if (name != "geometry") {
                options.network =
                    decode::load_batch_network(path, options.device, decode::Precision::Auto);
            }
            const double load_ms = load.milliseconds();
            Frames frames;
            const auto time_first_frame = [&] {
                const Clock first;
                decode::BatchDecoder decoder(model, code, options);
                decoder.decode({states[0]}, decode::PixelLayout::Nv12, frames);
                return first.milliseconds();
            };
            const double first_ms = time_first_frame();
            decode::BatchDecoder decoder(model, code, options);
            // Warm up until graphs and caches exist, then measure.
            for (int time = 0; time < 3; ++time) {
                decoder.decode(states, decode::PixelLayout::Nv12, frames);
            }
            const Clock all;
            decoder.decode(states, decode::PixelLayout::Nv12, frames);
            const double all_ms = all.milliseconds();
            const double next_ms = time_first_frame();
            std::printf("%-10s %6d %8.1f %15.1f %15.1f %10.0f %10.0f\n",
                        name.c_str(),
                        decoder.batch_size(),
                        load_ms,
                        first_ms,
                        next_ms,
                        1000.0 * num_frames / all_ms,
                        used_megabytes(device.index));
        }
    }
}

int run(const std::string& model_dir, const std::string& face, int num_frames) {
    const tensor::Device device = tensor::choose_device("auto");
    const std::string problem = device.is_cuda ? decode::cuda_module_problem() : device.reason;
    if (!problem.empty()) {
        std::printf("SKIPPED: %s\n", problem.c_str());
        return kSkipped;
    }
    const head::HeadModel model = head::HeadModel::load(model_dir + "/" + models::kHeadModelFile);
    const head::FaceCode code =
        face.empty() ? support::make_face_code(model, 1) : head::load_face_code(face);
    bench(model, code, device, model_dir, num_frames);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const int num_frames = argc > 3 ? std::atoi(argv[3]) : 512;
    if (argc < 2 || argc > 4 || num_frames < 32) {
        std::fprintf(
            stderr,
            "usage: vasa_cuda_bench MODEL_DIR [FACE.safetensors [FRAMES]]\n"
            "FACE from 'vasa encode' (default: a synthetic one), FRAMES 32 or more (512)\n");
        return 2;
    }
    try {
        return run(argv[1], argc > 2 ? argv[2] : "", num_frames);
    } catch (const vasa::core::Error& error) {
        std::fprintf(stderr, "vasa_cuda_bench: %s\n", error.what());
        return vasa::core::exit_code(error.kind());
    }
}
