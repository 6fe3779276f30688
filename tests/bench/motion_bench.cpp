// SPDX-License-Identifier: Apache-2.0
// Times of speech to motion, printed as a table; nothing here passes or fails. Needs only libtorch,
// so that it can be built and run on machines with a GPU but without OpenCV and libav.
#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/core/rng.h"
#include "vasa/drive/diffusion_driver.h"
#include "vasa/models/model_files.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/tensor/device.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace vasa;

double seconds(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Bursts of noise at the pace of syllables.
std::vector<float> babble(double duration_s) {
    core::Rng rng(1);
    std::vector<float> samples(static_cast<std::size_t>(duration_s * speech::kSpeechRate_hz));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double time_s = static_cast<double>(i) / speech::kSpeechRate_hz;
        samples[i] = static_cast<float>(0.1 * rng.normal() *
                                        std::max(std::sin(2.0 * 3.14159265 * 4.0 * time_s), 0.0));
    }
    return samples;
}

void bench(const std::string& model_dir, const std::string& wish) {
    const std::string device = tensor::choose_device(wish).to_string();
    std::printf("device %s, threads %d\n", device.c_str(), core::num_threads());
    const tensor::SingleTorchThread single;
    const motion::Controls controls;
    drive::DiffusionDriverOptions options;
    const double first_window = seconds([&] {
        const auto encoder =
            speech::SpeechEncoder::load(model_dir + "/" + models::kSpeechEncoderFile, device);
        const auto driver =
            drive::DiffusionDriver::load(model_dir + "/" + models::kMotionFile, device);
        const auto features = encoder.encode(babble(5.0));
        const int count = std::min(driver.window(), features.num_frames);
        const std::vector<float> window(
            features.values.begin(),
            features.values.begin() + static_cast<std::ptrdiff_t>(count) * speech::kFeatureWidth);
        driver.drive(window, count, controls, options);
    });
    std::printf("load, encode 5 s, first window of motion  %6.2f s\n", first_window);
    const auto encoder =
        speech::SpeechEncoder::load(model_dir + "/" + models::kSpeechEncoderFile, device);
    const auto driver = drive::DiffusionDriver::load(model_dir + "/" + models::kMotionFile, device);
    double five_s = 0.0;
    for (const double duration_s : {5.0, 60.0}) {
        speech::SpeechFeatures features;
        const std::vector<float> sound = babble(duration_s);
        encoder.encode(babble(1.0));
        const double encode_s = seconds([&] { features = encoder.encode(sound); });
        std::printf("%2.0f s: speech features %10.2f s = %.3f s a second\n",
                    duration_s,
                    encode_s,
                    encode_s / duration_s);
        for (const int steps : {10, 50}) {
            options.steps = steps;
            const double drive_s = seconds(
                [&] { driver.drive(features.values, features.num_frames, controls, options); });
            std::printf("%2.0f s: motion, %2d steps %11.2f s = %.3f s a second\n",
                        duration_s,
                        steps,
                        drive_s,
                        drive_s / duration_s);
            if (steps == 10 && duration_s < 10.0) {
                five_s = encode_s + drive_s;
            } else if (steps == 10) {
                std::printf("60 s / 5 s at 10 steps    %9.2f\n", (encode_s + drive_s) / five_s);
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) {
        std::fprintf(stderr, "usage: vasa_motion_bench MODEL_DIR [DEVICE]\n");
        return 2;
    }
    try {
        bench(argv[1], argc == 3 ? argv[2] : "cpu");
    } catch (const core::Error& error) {
        std::fprintf(stderr, "vasa_motion_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
