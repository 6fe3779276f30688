// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/eye_figures.h"

#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/core/psnr.h"
#include "vasa/drive/portrait_motion.h"
#include "vasa/face/face_encoder.h"
#include "vasa/head/face_measures.h"
#include "vasa/media/image_file.h"
#include "vasa/models/model_files.h"
#include "vasa/vision/face_landmarker.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace vasa::eval {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;
using head::Action;

/// The part of a frame that strips show.
constexpr int kStripX_px = 156, kStripY_px = 166, kStripWidth_px = 200, kStripHeight_px = 100;

void put_strip(const core::ImageU8& frame, int column, int row, core::ImageU8& strips) {
    for (int y = 0; y < kStripHeight_px; ++y) {
        const std::uint8_t* const from = frame.at(kStripX_px, kStripY_px + y);
        std::copy(from,
                  from + static_cast<std::ptrdiff_t>(3 * kStripWidth_px),
                  strips.at(column * kStripWidth_px, row * kStripHeight_px + y));
    }
}

float opening(const head::Landmarks& landmarks) {
    return (head::lid_opening(landmarks, 0) + head::lid_opening(landmarks, 1)) / 2;
}

/// A frame's pixels, those around the eyes taken from another frame.
core::ImageU8 without_eyes(core::ImageU8 frame,
                           const core::ImageU8& other,
                           const head::Landmarks& landmarks) {
    constexpr float kMargin = 0.15F;  // of the eye's width
    for (int eye = 0; eye < 2; ++eye) {
        float x0 = 1e9F, y0 = 1e9F, x1 = -1e9F, y1 = -1e9F;
        for (const int i : head::kLidEdges[eye]) {
            x0 = std::min(x0, landmarks[i].x);
            x1 = std::max(x1, landmarks[i].x);
            y0 = std::min(y0, landmarks[i].y);
            y1 = std::max(y1, landmarks[i].y);
        }
        const float margin = kMargin * (x1 - x0);
        const auto clamp = [](float v) {
            return std::clamp(static_cast<int>(v), 0, head::kFrameSize_px);
        };
        for (int y = clamp(y0 - margin); y < clamp(y1 + margin); ++y) {
            const int from = clamp(x0 - margin), to = clamp(x1 + margin);
            std::copy(other.at(from, y), other.at(from, y) + 3 * (to - from), frame.at(from, y));
        }
    }
    return frame;
}

/// Encoder, landmark network and decoder of the measurement.
class Measure {
  public:
    explicit Measure(const EyeMeasuring& options)
        : options_(options),
          encoder_(options.model_dir),
          landmarker_(models::vision_dir(options.model_dir)) {
        decoding_.network = options.network;
        decoding_.eye_colour = options.colour;
    }

    void add(const std::string& name, EyeFigures& figures) {
        const core::ImageU8 image = media::load_image((fs::path(options_.folder) / name).string());
        const head::FaceCode given = encoder_.encode(image, name);
        // Covered eyes are shut in the code only; they stay as they are.
        if (opening(given.landmarks) >= head::kShutLids &&
            given.actions[Action::EyeBlinkLeft] + given.actions[Action::EyeBlinkRight] >= 2) {
            throw Error(ErrorKind::Input, "the eyes are covered");
        }
        const core::ImageU8 shut_frame = shut(given);
        const head::FaceCode code = encoder_.encode(shut_frame, name + ", shut");
        ++figures.num_portraits;
        decode::BatchDecoder decoder(encoder_.head_model(), code, decoding_);
        const core::ImageU8 opened = open(code, decoder);
        const int row = figures.strips.height / kStripHeight_px;
        core::ImageU8 strips(3 * kStripWidth_px, (row + 1) * kStripHeight_px, 3);
        std::copy(figures.strips.data.begin(), figures.strips.data.end(), strips.data.begin());
        put_strip(given.appearance.crop, 0, row, strips);
        put_strip(code.appearance.crop, 1, row, strips);
        put_strip(opened, 2, row, strips);
        figures.strips = std::move(strips);
        figures.num_shut += opening(code.landmarks) < head::kShutLids ? 1 : 0;
        const core::ImageU8 unmoved = decoder.decode_rgb({code.pose, code.actions});
        whole_.push_back(core::psnr(unmoved, code.appearance.crop));
        skin_.push_back(core::psnr(without_eyes(unmoved, code.appearance.crop, code.landmarks),
                                   code.appearance.crop));
        const float found = opening_of(opened, code.landmarks);
        openings_.push_back(found);
        figures.num_open += found >= options_.min_opening && found <= options_.max_opening ? 1 : 0;
    }

    void finish(EyeFigures& figures) const {
        figures.opening_p05 = quantile_of(openings_, 0.05);
        figures.opening_median = quantile_of(openings_, 0.5);
        figures.opening_p95 = quantile_of(openings_, 0.95);
        figures.unmoved_psnr_median = quantile_of(whole_, 0.5);
        figures.unmoved_psnr_p05 = quantile_of(whole_, 0.05);
        figures.skin_psnr_p05 = quantile_of(skin_, 0.05);
    }

  private:
    core::ImageU8 shut(const head::FaceCode& code) {
        decode::BatchDecoder decoder(encoder_.head_model(), code, decoding_);
        head::Actions actions = code.actions;
        actions[Action::EyeBlinkLeft] = actions[Action::EyeBlinkRight] = 1;
        return decoder.decode_rgb({code.pose, actions});
    }

    /// As in a clip whose speaker neither moves nor blinks, after the portrait's look has faded.
    core::ImageU8 open(const head::FaceCode& code, decode::BatchDecoder& decoder) const {
        constexpr std::int64_t kSettled = 1000;  // frames
        constexpr float kKeepExpression = 0.15F;
        const motion::MotionFrame face = drive::put_on_portrait(
            {}, kSettled, {motion::kMotionRate_hz, 1}, {code.pose, code.actions}, kKeepExpression);
        return decoder.decode_rgb({face.pose, face.actions});
    }

    float opening_of(const core::ImageU8& frame, const head::Landmarks& near) {
        vision::FaceLandmarks start;
        for (std::size_t i = 0; i < near.size(); ++i) {
            start.points[i] = {near[i].x, near[i].y, 0};
        }
        const vision::FaceLandmarks found =
            landmarker_.detect(frame, vision::roi_from_landmarks(start));
        head::Landmarks landmarks{};
        for (std::size_t i = 0; i < landmarks.size(); ++i) {
            landmarks[i] = {found.points[i].x, found.points[i].y};
        }
        return opening(landmarks);
    }

    const EyeMeasuring& options_;
    face::FaceEncoder encoder_;
    vision::FaceLandmarker landmarker_;
    decode::BatchDecoderOptions decoding_;
    std::vector<double> openings_, whole_, skin_;
};

}  // namespace

EyeFigures measure_eyes(const EyeMeasuring& options,
                        const core::ProgressFn& progress,
                        const core::StopToken& stop) {
    Measure measure(options);
    EyeFigures figures;
    std::int64_t num_done = 0;
    for (const std::string& name : options.names) {
        stop.throw_if_stopped();
        try {
            measure.add(name, figures);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input) {
                throw;
            }
            figures.failures.push_back(name + ": " + error.what());
        }
        if (progress) {
            progress(++num_done, static_cast<std::int64_t>(options.names.size()));
        }
    }
    if (figures.num_portraits == 0) {
        throw Error(ErrorKind::Input, "no portrait of '" + options.folder + "' can be used");
    }
    measure.finish(figures);
    return figures;
}

}  // namespace vasa::eval
