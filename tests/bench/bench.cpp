// SPDX-License-Identifier: Apache-2.0
// Times of the parts on one portrait, printed as a table; nothing here passes or fails.
#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/decode/batch_decoder.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"
#include "vasa/models/model_files.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <vector>

namespace {

using namespace vasa;

/// Median milliseconds of a few runs.
template <typename Body>
double median_ms(int runs, Body&& body) {
    std::vector<double> times;
    for (int i = 0; i < runs; ++i) {
        const auto start = std::chrono::steady_clock::now();
        body(i);
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count());
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

void bench(const std::string& portrait, const std::string& model_dir) {
    const core::ImageU8 image = media::load_image(portrait);
    face::FaceEncoder encoder(model_dir);
    head::FaceCode code = encoder.encode(image, portrait);  // networks warm up
    std::vector<double> fits;
    const double encode = median_ms(9, [&](int) {
        face::EncodeTimes times;
        code = encoder.encode(image, portrait, {}, &times);
        fits.push_back(1000 * times.fit_s);
    });
    std::sort(fits.begin(), fits.end());
    std::printf("threads %d\n", core::num_threads());
    std::printf(
        "encode a portrait       %8.1f ms, of which fit %.1f ms\n", encode, fits[fits.size() / 2]);
    std::unique_ptr<decode::BatchDecoder> decoder;
    const double prepare = median_ms(5, [&](int) {
        decoder = std::make_unique<decode::BatchDecoder>(
            encoder.head_model(), code, decode::BatchDecoderOptions{});
    });
    std::printf("prepare the geometry    %8.1f ms\n", prepare);
    const auto frame_ms = [&](int runs) {
        std::vector<std::vector<std::uint8_t>> frames;
        return median_ms(runs, [&](int i) {
            head::Pose pose = code.pose;
            pose.yaw_rad += 0.2F * std::sin(0.3F * static_cast<float>(i));
            head::Actions actions = code.actions;
            actions[head::Action::JawOpen] = 0.3F + 0.3F * std::sin(0.9F * static_cast<float>(i));
            decoder->decode({{pose, actions}}, decode::PixelLayout::Yuv420, frames);
        });
    };
    const double plain = frame_ms(120);
    std::printf("geometry frame          %8.2f ms = %.0f fps in one thread\n", plain, 1000 / plain);
#ifdef VASA_WITH_TORCH
    for (const char* name : {"fast", "full"}) {
        const std::string path = model_dir + "/" + models::frame_decoder_file(name);
        if (!std::filesystem::exists(path)) {
            std::printf("SKIPPED decoder %s: no %s\n", name, path.c_str());
            continue;
        }
        decode::BatchDecoderOptions options;
        options.network = decode::load_batch_network(path, "cpu", decode::Precision::Auto);
        decoder = std::make_unique<decode::BatchDecoder>(encoder.head_model(), code, options);
        const double paint = frame_ms(40);
        std::printf("  painted by '%s'     %8.2f ms, ratio %.2f\n", name, paint, paint / plain);
    }
#endif
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: vasa_bench PORTRAIT MODEL_DIR\n");
        return 2;
    }
    try {
        bench(argv[1], argv[2]);
    } catch (const vasa::core::Error& error) {
        std::fprintf(stderr, "vasa_bench: %s\n", error.what());
        return vasa::core::exit_code(error.kind());
    }
    return 0;
}
