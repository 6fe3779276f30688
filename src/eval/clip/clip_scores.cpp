// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/clip_scores.h"

#include "clip/clip_frames.h"
#include "clip/frame_scores.h"
#include "clip/frame_source.h"
#include "clip/missing_scores.h"
#include "clip/sync_scores.h"
#include "motion/curve_metrics.h"
#include "motion/phone_metrics.h"
#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/core/psnr.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/audio_file.h"
#include "vasa/media/image_file.h"
#include "vasa/models/model_files.h"
#include "vasa/speech/silence.h"
#include "vasa/vision/person_segmenter.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace vasa::eval {
namespace {

using core::Error;
using core::ErrorKind;
using core::ImageU8;

/// All scores of a clip by name; unknown ones are left out.
class ScoreSheet {
  public:
    void set(const std::string& name, double value) {
        if (std::isfinite(value)) {
            values_.emplace_back(name, value);
        }
    }
    std::vector<Score> in_order() const {
        std::vector<Score> scores;
        for (const ScoreField& field : score_fields()) {
            for (const auto& [name, value] : values_) {
                if (name == field.name) {
                    scores.push_back({&field, value});
                }
            }
        }
        return scores;
    }

  private:
    std::vector<std::pair<std::string, double>> values_;
};

std::string name_of(const ClipInput& input) {
    return input.clip.empty() ? input.frames_dir : input.clip;
}

std::vector<ImageU8> spread_frames(const ClipInput& input, int count, const core::StopToken& stop) {
    FrameSource source(input);
    const int step = std::max(1, source.num_expected() / count);
    std::vector<ImageU8> frames;
    for (int i = 0; static_cast<int>(frames.size()) < count; ++i) {
        stop.throw_if_stopped();
        const bool is_wanted = i == 0 || i % step == step / 2;
        ImageU8 frame;
        if (!(is_wanted ? source.read(frame) : source.skip())) {
            break;
        }
        if (is_wanted) {
            frames.push_back(std::move(frame));
        }
    }
    if (frames.empty()) {
        throw Error(ErrorKind::Input, "'" + name_of(input) + "' has no frames");
    }
    return frames;
}

/// Settles the tracker on the clip's face and, in parallel, encodes the portrait if given.
Portrait find_portrait(const ClipInput& input,
                       face::FaceTracker& tracker,
                       const core::StopToken& stop) {
    Portrait portrait;
    portrait.is_given = !input.image.empty();
    ImageU8 first;
    core::parallel_for(2, [&](int task) {
        if (task == 0) {
            std::vector<ImageU8> spread = spread_frames(input, 12, stop);
            tracker.settle(spread, name_of(input));
            first = std::move(spread.front());
        } else if (portrait.is_given) {
            face::FaceEncoder encoder(input.model_dir);
            portrait.code = encoder.encode(media::load_image(input.image), input.image);
        }
    });
    if (portrait.is_given) {
        const double scale = static_cast<double>(head::kFrameSize_px) / first.width;
        portrait.crop_from_frame.a = portrait.crop_from_frame.e = scale;
    } else {
        face::FaceEncoder encoder(input.model_dir);
        portrait.code = encoder.encode(first, "first frame of " + name_of(input));
        portrait.crop_from_frame = portrait.code.crop_from_image;
    }
    return portrait;
}

/// Landmarks and motion of all frames at 25 Hz; lost frames repeat the frame before.
struct Track {
    std::vector<head::Landmarks> landmarks;
    motion::MotionClip motion;
};

Track track_at_metric_rate(const std::vector<face::TrackedFrame>& tracked, core::Rational fps) {
    auto last =
        std::find_if(tracked.begin(), tracked.end(), [](const auto& frame) { return frame.found; });
    Track track;
    track.motion.fps = fps;
    for (auto frame = tracked.begin(); frame != tracked.end(); ++frame) {
        last = frame->found ? frame : last;
        track.landmarks.push_back(last->landmarks);
        track.motion.frames.push_back({last->pose, last->actions});
    }
    track.motion = at_metric_rate(track.motion);
    if (fps.value() != kMetricRate_hz) {
        track.landmarks = resample_landmarks(track.landmarks,
                                             fps.value(),
                                             kMetricRate_hz,
                                             static_cast<int>(track.motion.frames.size()));
    }
    return track;
}

void score_sound(const ClipInput& input,
                 const ClipFrames& frames,
                 MotionSample& sample,
                 GivenInputs& given,
                 ScoreSheet& sheet) {
    given.has_sound = !input.audio.empty() || frames.has_sound;
    if (!given.has_sound) {
        return;
    }
    const media::AudioClip sound =
        media::load_audio(input.audio.empty() ? input.clip : input.audio);
    const double fps = frames.fps.value();
    const double video_s = static_cast<double>(frames.tracked.size()) / fps;
    sheet.set("av_length_error_frames", std::fabs(video_s - sound.duration_s()) * fps);
    sample.speech = media::resample_mono(sound, speech::kSpeechRate_hz);
    given.is_silent = speech::is_silent(sample.speech);
    if (given.is_silent) {
        sample.speech.clear();  // nothing to be in sync with
    }
}

void score_motion(const FaceCurves& curves,
                  const Track& track,
                  const MotionSample& sample,
                  ScoreSheet& sheet) {
    const MotionMetrics metrics = measure_curves(curves, track.motion, sample, {});
    for (const ScoreField& field : score_fields()) {
        if (field.motion != nullptr) {
            sheet.set(field.name, metrics.*field.motion);
        }
    }
}

void score_identity(const std::vector<float>& seen, const head::FaceCode& code, ScoreSheet& sheet) {
    const std::size_t count = std::min(seen.size(), code.identity.size());
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const double d = seen[k] - code.identity[k];
        sum += d * d;
    }
    sheet.set("identity_drift",
              std::sqrt(sum / static_cast<double>(std::max<std::size_t>(count, 1))));
}

void score_frames(const ClipFrames& sums,
                  const Portrait& portrait,
                  const std::string& model_dir,
                  ScoreSheet& sheet) {
    const head::FaceCode& code = portrait.code;
    const auto reference = gradient_energy(code.appearance.crop, code.landmarks);
    constexpr std::array<const char*, kNumSharpRegions> kNames = {
        "sharpness_face", "sharpness_mouth", "sharpness_eyes"};
    for (int r = 0; r < kNumSharpRegions; ++r) {
        sheet.set(kNames[r], median_of(sums.energy[r]) / std::max(reference[r], 1e-9));
    }
    for (const auto& [name, value] : mouth_scores(sums.mouths)) {
        sheet.set(name, value);
    }
    sheet.set("background_flicker", sums.flicker);
    vision::PersonSegmenter segmenter(models::vision_dir(model_dir));
    std::vector<double> contrasts;
    for (std::size_t i = 0; i < sums.samples.size(); ++i) {
        const face::TrackedFrame& tracked = sums.tracked[sums.sample_index[i]];
        if (tracked.found) {
            contrasts.push_back(outline_contrast(
                sums.samples[i], segmenter.segment_square(sums.samples[i]), tracked.landmarks));
        }
    }
    const ImageU8& crop = code.appearance.crop;
    sheet.set(
        "seam",
        mean(contrasts) / outline_contrast(crop, segmenter.segment_square(crop), code.landmarks));
    if (portrait.is_given && sums.first.width == crop.width && sums.first.height == crop.height) {
        sheet.set("self_psnr", core::psnr(sums.first, crop));
        sheet.set("self_ssim", ssim(sums.first, crop));
    }
}

/// Compares with the motion file that the clip was rendered from.
void score_against_motion(const ClipInput& input,
                          const FaceCurves& curves,
                          const Track& track,
                          ScoreSheet& sheet) {
    const auto num_frames = static_cast<int>(track.motion.frames.size());
    const motion::MotionClip wanted =
        motion::resample_motion(motion::load_motion(input.motion), {kMetricRate_hz, 1}, num_frames);
    // Both are compared relative to their own means: files may be relative to any portrait.
    std::array<double, 3> mean_error{};
    const auto angles = [](const head::Pose& p) {
        return std::array<double, 3>{p.yaw_rad, p.pitch_rad, p.roll_rad};
    };
    for (int i = 0; i < num_frames; ++i) {
        const auto a = angles(track.motion.frames[i].pose), b = angles(wanted.frames[i].pose);
        for (int k = 0; k < 3; ++k) {
            mean_error[k] += (a[k] - b[k]) / num_frames;
        }
    }
    double sum = 0;
    for (int i = 0; i < num_frames; ++i) {
        const auto a = angles(track.motion.frames[i].pose), b = angles(wanted.frames[i].pose);
        double square = 0;
        for (int k = 0; k < 3; ++k) {
            const double d = a[k] - b[k] - mean_error[k];
            square += d * d;
        }
        sum += std::sqrt(square) / num_frames;
    }
    sheet.set("motion_pose_error_deg", kDegrees * sum);
    const MotionMeter meter(head::HeadModel::load(input.model_dir + "/" + models::kHeadModelFile));
    sheet.set("motion_mouth_corr",
              lagged_correlation(curves.opening, meter.mouth_opening(wanted), 0));
}

/// Compares with the requested gaze and distance.
void score_against_controls(const ClipInput& input,
                            const head::FaceCode& code,
                            const Track& track,
                            ScoreSheet& sheet) {
    double yaw = 0, pitch = 0, nearness = 0;
    const auto count = static_cast<double>(track.motion.frames.size());
    for (const motion::MotionFrame& frame : track.motion.frames) {
        const head::Gaze left = head::left_gaze(frame.actions),
                         right = head::right_gaze(frame.actions);
        yaw +=
            (frame.pose.yaw_rad - code.pose.yaw_rad + 0.5 * (left.yaw_rad + right.yaw_rad)) / count;
        pitch += (frame.pose.pitch_rad - code.pose.pitch_rad +
                  0.5 * (left.pitch_rad + right.pitch_rad)) /
                 count;
        nearness += frame.pose.z_cm / code.pose.z_cm / count;
    }
    if (input.gaze) {
        sheet.set("gaze_error_deg",
                  kDegrees * std::hypot(yaw - input.gaze->yaw_rad, pitch - input.gaze->pitch_rad));
    }
    if (input.distance) {
        sheet.set("distance_error", std::fabs(nearness - *input.distance));
    }
}

}  // namespace

void ClipInput::check() const {
    if (clip.empty() == frames_dir.empty()) {
        throw Error(ErrorKind::Usage, "scoring needs a clip or a folder of frames, not both");
    }
    if (!(fps.value() >= 1 && fps.value() <= 1000)) {
        throw Error(ErrorKind::Usage,
                    "frame rate is " + core::to_string(fps) + ", expected 1..1000");
    }
}

double ClipScores::value(const std::string& name) const {
    for (const Score& score : scores) {
        if (name == score.field->name) {
            return score.value;
        }
    }
    return kNoValue;
}

ClipScores score_clip(const ClipInput& input,
                      const core::ProgressFn& progress,
                      const core::StopToken& stop) {
    input.check();
    face::FaceTrackerOptions follow;
    follow.fit.max_iterations = 4;  // each frame starts from the previous one
    face::FaceTracker tracker(input.model_dir, follow);
    const Portrait portrait = find_portrait(input, tracker, stop);
    ClipFrames sums = measure_frames(input, portrait, tracker, progress, stop);
    ClipScores result;
    result.fps = sums.fps;
    result.num_frames = static_cast<int>(sums.tracked.size());
    for (const face::TrackedFrame& frame : sums.tracked) {
        result.num_lost += frame.found ? 0 : 1;
    }
    if (result.num_lost == result.num_frames) {
        throw Error(ErrorKind::Input, "'" + name_of(input) + "': no face in any frame");
    }
    result.frame_hash = sums.hash;
    const Track track = track_at_metric_rate(sums.tracked, result.fps);
    const FaceCurves curves = curves_of_landmarks(track.landmarks, track.motion.frames);
    ScoreSheet sheet;
    MotionSample sample;
    sheet.set("frames_without_face", result.num_lost);
    GivenInputs given;
    score_sound(input, sums, sample, given, sheet);
    if (!input.phones.empty()) {
        sample.phones = speech::load_phones(input.phones);
    }
    score_motion(curves, track, sample, sheet);
    std::optional<ExpertOpinion> opinion;
    core::parallel_for(2, [&](int task) {
        if (task == 0) {
            score_frames(sums, portrait, input.model_dir, sheet);
        } else if (!sample.speech.empty()) {
            opinion = ask_sync_expert(track.motion, sample.speech, input.model_dir, stop);
        }
    });
    if (!sample.speech.empty()) {
        if (opinion) {
            sheet.set("expert_offset", opinion->offset_frames);
            sheet.set("expert_confidence", opinion->confidence);
            sheet.set("expert_similarity", opinion->similarity);
        }
        result.curves.loudness = speech_rms(sample.speech, curves.num_frames());
    }
    score_identity(tracker.identity(), portrait.code, sheet);
    if (!input.motion.empty()) {
        score_against_motion(input, curves, track, sheet);
    }
    score_against_controls(input, portrait.code, track, sheet);
    result.scores = sheet.in_order();
    given.no_expert = no_expert_cause(track.motion.frames.size());
    given.has_image = portrait.is_given;
    const ImageU8& crop = portrait.code.appearance.crop;
    given.has_image_size = sums.first.width == crop.width && sums.first.height == crop.height;
    result.missing = find_missing(result.scores, input, given);
    result.curves.mouth_opening = curves.opening;
    result.curves.eye_opening = curves.eye_opening;
    for (const motion::MotionFrame& frame : track.motion.frames) {
        result.curves.yaw_deg.push_back(kDegrees * frame.pose.yaw_rad);
        result.curves.pitch_deg.push_back(kDegrees * frame.pose.pitch_rad);
        result.curves.roll_deg.push_back(kDegrees * frame.pose.roll_rad);
    }
    result.samples = std::move(sums.samples);
    return result;
}

}  // namespace vasa::eval
