// SPDX-License-Identifier: Apache-2.0
// Times of the parts on one portrait, printed as a table; nothing here passes or fails.
#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/decode/frame_painter.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"
#include "vasa/media/video_file.h"
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
    std::unique_ptr<decode::GeometryRenderer> renderer;
    const double prepare = median_ms(5, [&](int) {
        renderer = std::make_unique<decode::GeometryRenderer>(encoder.head_model(), code);
    });
    std::printf("prepare the geometry    %8.1f ms\n", prepare);
    core::ImageU8 frame;
    std::vector<decode::DisoccludedPatch> lost;
    const auto render = [&](int i, bool with_lost) {
        head::Pose pose = code.pose;
        pose.yaw_rad += 0.2F * std::sin(0.3F * static_cast<float>(i));
        head::Actions actions = code.actions;
        actions[head::Action::JawOpen] = 0.3F + 0.3F * std::sin(0.9F * static_cast<float>(i));
        if (with_lost) {
            renderer->render(pose, actions, frame, lost);
        } else {
            renderer->render(pose, actions, frame);
        }
    };
    const double plain = median_ms(120, [&](int i) { render(i, false); });
    std::printf("geometry frame          %8.2f ms = %.0f fps\n", plain, 1000 / plain);
    const double full = median_ms(40, [&](int i) { render(i, true); });
    std::printf("  with what is lost     %8.2f ms, ratio %.2f\n", full, full / plain);
#ifdef VASA_WITH_TORCH
    for (const char* name : {"fast", "full"}) {
        const std::string path = model_dir + "/" + models::frame_decoder_file(name);
        if (!std::filesystem::exists(path)) {
            std::printf("SKIPPED decoder %s: no %s\n", name, path.c_str());
            continue;
        }
        const auto painter = decode::load_frame_painter(path, "cpu", decode::Precision::Auto);
        double num_pixels = 0;
        const double paint = median_ms(40, [&](int i) {
            render(i, true);
            num_pixels = 0;
            for (const decode::DisoccludedPatch& patch : lost) {
                num_pixels += static_cast<double>(patch.records.size());
            }
            painter->paint(frame, lost, code.source_scale);
        });
        std::printf(
            "  painted by '%s'     %8.2f ms, ratio %.2f, last frame %zu patches of %.0f px\n",
            name,
            paint,
            paint / plain,
            lost.size(),
            num_pixels);
    }
#endif
    media::Yuv420Frame yuv(512, 512);
    const double colour = median_ms(200, [&](int) { media::rgb_to_yuv420(frame, yuv); });
    std::printf("RGB to YUV              %8.2f ms\n", colour);
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
