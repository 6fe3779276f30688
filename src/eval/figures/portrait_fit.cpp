// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/portrait_fit.h"

#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/core/psnr.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

namespace vasa::eval {
namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

std::vector<std::string> images_of(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        const std::string extension = core::extension_of(entry.path().string());
        if (extension == ".jpg" || extension == ".jpeg" || extension == ".png" ||
            extension == ".webp") {
            names.push_back(entry.path().filename().string());
        }
    }
    if (ec) {
        throw Error(ErrorKind::Input, "cannot read folder '" + folder + "': " + ec.message());
    }
    std::sort(names.begin(), names.end());
    return names;
}

PortraitFitReport measure_portrait_fit(const std::string& model_dir,
                                       const std::string& folder,
                                       const std::vector<std::string>& names,
                                       const core::ProgressFn& progress,
                                       const core::StopToken& stop) {
    const std::vector<std::string> files = names.empty() ? images_of(folder) : names;
    if (files.empty()) {
        throw Error(ErrorKind::Input, "no portraits in '" + folder + "'");
    }
    face::FaceEncoder encoder(model_dir);
    PortraitFitReport report;
    std::vector<double> errors, encode_s, fit_s, self_psnr;
    core::ImageU8 frame;
    for (const std::string& name : files) {
        stop.throw_if_stopped();
        ++report.num_portraits;
        try {
            const core::ImageU8 image = media::load_image((fs::path(folder) / name).string());
            face::EncodeTimes times;
            const auto start = std::chrono::steady_clock::now();
            const head::FaceCode code = encoder.encode(image, name, {}, &times);
            encode_s.push_back(
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
            fit_s.push_back(times.fit_s);
            errors.push_back(code.fit_error);
            decode::GeometryRenderer(encoder.head_model(), code)
                .render(code.pose, code.actions, frame);
            self_psnr.push_back(core::psnr(frame, code.appearance.crop));
            ++report.num_encoded;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input) {
                throw;
            }
            report.failures.push_back(name + ": " + error.what());
        }
        if (progress) {
            progress(report.num_portraits, static_cast<std::int64_t>(files.size()));
        }
    }
    report.error_median = quantile_of(errors, 0.5);
    report.error_p95 = quantile_of(errors, 0.95);
    report.self_psnr_median = quantile_of(self_psnr, 0.5);
    report.self_psnr_p05 = quantile_of(self_psnr, 0.05);
    report.encode_s_median = quantile_of(encode_s, 0.5);
    report.fit_s_median = quantile_of(fit_s, 0.5);
    return report;
}

}  // namespace vasa::eval
