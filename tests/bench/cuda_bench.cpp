// SPDX-License-Identifier: Apache-2.0
// How fast a GPU decodes frames, printed as a table, and whether its frames are the CPU's. Builds
// without OpenCV and libav (preset `compute`).
#include "cuda_bench.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/models/model_files.h"
#include "vasa/tensor/device.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace vasa;
using namespace vasa::bench;

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

double used_megabytes(int device) {
    std::size_t used = 0, total = 0;
    return decode::gpu_memory(device, used, total) ? static_cast<double>(used) / kMegabyte : 0.0;
}

void bench_row(const head::HeadModel& model,
               const head::FaceCode& code,
               const std::string& decoder,
               const Options& options,
               const std::vector<decode::FaceState>& states,
               decode::BatchDecoderOptions batch) {
    const Clock load;
    batch.network = load_network(options, batch.device, decoder, decode::Precision::Auto);
    const double load_ms = load.milliseconds();
    Frames frames;
    const auto time_first_frame = [&] {
        const Clock first;
        decode::BatchDecoder(model, code, batch)
            .decode({states[0]}, decode::PixelLayout::Nv12, frames);
        return first.milliseconds();
    };
    const double first_ms = time_first_frame();
    decode::BatchDecoder batches(model, code, batch);
    // Warm up until graphs and caches exist, then measure.
    for (int time = 0; time < 3; ++time) {
        batches.decode(states, decode::PixelLayout::Nv12, frames);
    }
    const Clock all;
    batches.decode(states, decode::PixelLayout::Nv12, frames);
    const double all_ms = all.milliseconds();
    const double next_ms = time_first_frame();
    const bool is_cuda = batch.device.rfind("cuda:", 0) == 0;
    std::printf("%-10s %6d %8.1f %15.1f %15.1f %10.0f %10.0f\n",
                decoder.c_str(),
                batches.batch_size(),
                load_ms,
                first_ms,
                next_ms,
                1000.0 * static_cast<double>(states.size()) / all_ms,
                is_cuda ? used_megabytes(std::stoi(batch.device.substr(5))) : 0.0);
}

void bench(const head::HeadModel& model, const std::string& device, const Options& options) {
    const head::FaceCode code = load_faces(model, options).front().code;
    const std::vector<decode::FaceState> states = talking(code, options.num_frames);
    std::printf("%-10s %6s %8s %15s %15s %10s %10s\n",
                "decoder",
                "batch",
                "load ms",
                "first frame ms",
                "when warm",
                "fps",
                "MB used");
    for (const std::string decoder : {"geometry", "fast", "full"}) {
        for (std::size_t i = 0; has_decoder(options, decoder) && i < options.batches.size(); ++i) {
            decode::BatchDecoderOptions batch;
            batch.device = device;
            batch.batch_size = options.batches[i];
            bench_row(model, code, decoder, options, states, batch);
        }
    }
}

/// Name of the device to use; empty where there is none, which is printed.
std::string find_device(const Options& options) {
    if (options.device == decode::kKernelsOnCpu) {
        std::printf("device                the GPU's kernels as loops on the CPU\n");
        return options.device;
    }
    const tensor::Device device = tensor::choose_device(options.device);
    const std::string problem = device.is_cuda ? decode::cuda_module_problem() : device.reason;
    if (!problem.empty()) {
        std::printf("SKIPPED: %s\n", problem.c_str());
        return "";
    }
    std::printf("GPU                   %s (%s)\n", device.gpu.c_str(), device.to_string().c_str());
    std::printf("memory in use before  %.0f MB\n", used_megabytes(device.index));
    return device.to_string();
}

int run(const Options& options) {
    const std::string device = find_device(options);
    if (device.empty()) {
        return kSkipped;
    }
    std::printf("CPU threads           %d\n", core::num_threads());
    const head::HeadModel model =
        head::HeadModel::load(options.model_dir + "/" + models::kHeadModelFile);
    if (options.num_compared > 0) {
        return compare_all(model, device, options) ? 0 : 1;
    }
    bench(model, device, options);
    return 0;
}

/// @return false if the command line is wrong
bool parse(int argc, char** argv, Options& options) {
    std::vector<std::string> names;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument.rfind("--", 0) != 0) {
            names.push_back(argument);
            continue;
        }
        const bool is_known = argument == "--device" || argument == "--frames" ||
                              argument == "--compare" || argument == "--batches";
        if (!is_known || ++i == argc) {
            return false;
        }
        const std::string value = argv[i];
        if (argument == "--device") {
            options.device = value;
        } else if (argument == "--frames") {
            options.num_frames = std::atoi(value.c_str());
        } else if (argument == "--compare") {
            options.num_compared = std::atoi(value.c_str());
        } else {
            std::istringstream numbers(value);
            options.batches.clear();
            for (std::string number; std::getline(numbers, number, ',');) {
                options.batches.push_back(std::atoi(number.c_str()));
            }
        }
    }
    if (names.empty() || options.num_frames < 1 || options.num_compared < 0) {
        return false;
    }
    options.model_dir = names[0];
    options.faces.assign(names.begin() + 1, names.end());
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!parse(argc, argv, options)) {
        std::fprintf(
            stderr,
            "usage: vasa_cuda_bench MODEL_DIR [FACE.safetensors...] [options]\n"
            "FACE from 'vasa encode' (default: three synthetic ones; the first is timed)\n"
            "  --device NAME      auto, cuda:N, or kernels: the GPU's kernels on the CPU (auto)\n"
            "  --batches N,N,...  frames per batch (1,4,16,32)\n"
            "  --frames N         frames to time (512)\n"
            "  --compare N        compare N frames of each face with the CPU's instead; exit code "
            "1\n"
            "                     if they differ\n");
        return 2;
    }
    try {
        return run(options);
    } catch (const vasa::core::Error& error) {
        std::fprintf(stderr, "vasa_cuda_bench: %s\n", error.what());
        return vasa::core::exit_code(error.kind());
    }
}
