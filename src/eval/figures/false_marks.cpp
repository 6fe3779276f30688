// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/core/rng.h"
#include "vasa/eval/watermark_figures.h"
#include "vasa/marks/watermark.h"
#include "vasa/media/video_file.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

namespace vasa::eval {
namespace {

constexpr double kWindow_s = 5.0;
/// As many frames a second as marks::find_watermark() examines.
constexpr double kExaminedRate_hz = 5.0;
/// Of a long clip; its examined frames are kept in memory.
constexpr double kMaxClip_s = 60.0;
/// A window is cropped by up to this share of each side, so that patterns lie anywhere in it.
constexpr double kMaxCrop = 0.15;

/// The examined frames of a clip.
std::vector<core::ImageU8> examined_frames(const std::string& clip, double& rate_hz) {
    media::VideoReader reader(clip);
    const double fps = reader.info().fps.value();
    const auto step = std::max<std::int64_t>(1, std::llround(fps / kExaminedRate_hz));
    rate_hz = fps / static_cast<double>(step);
    const auto end = static_cast<std::int64_t>(kMaxClip_s * fps);
    std::vector<core::ImageU8> frames;
    core::ImageU8 rgb;
    for (std::int64_t i = 0; i < end; ++i) {
        const bool is_examined = i % step == 0;
        if (!(is_examined ? reader.read(rgb) : reader.skip())) {
            break;
        }
        if (is_examined) {
            frames.push_back(rgb);
        }
    }
    return frames;
}

core::ImageU8 cropped(const core::ImageU8& image, int left, int top, int width, int height) {
    core::ImageU8 result(width, height, image.channels);
    for (int y = 0; y < height; ++y) {
        std::copy_n(image.at(left, top + y), width * image.channels, result.row(y));
    }
    return result;
}

/// Looks for a mark in a random window of a clip.
marks::WatermarkFinding examine_window(const std::vector<core::ImageU8>& frames,
                                       double rate_hz,
                                       bool is_public,
                                       core::Rng random) {
    marks::WatermarkKey key = marks::WatermarkKey::public_key();
    if (!is_public) {
        for (std::uint8_t& byte : key.bytes) {
            byte = static_cast<std::uint8_t>(random.below(256));
        }
    }
    const auto count = static_cast<std::size_t>(std::lround(kWindow_s * rate_hz));
    const std::size_t first = random.below(frames.size() - count + 1);
    const int width = frames.front().width, height = frames.front().height;
    const auto part = [&random](int side) {
        return static_cast<int>(side * kMaxCrop * random.uniform());
    };
    const int left = part(width), right = part(width), top = part(height), bottom = part(height);
    marks::WatermarkDetector detector(key);
    for (std::size_t i = 0; i < count; ++i) {
        detector.push(
            cropped(frames[first + i], left, top, width - left - right, height - top - bottom),
            static_cast<double>(i) / rate_hz);
    }
    return detector.find();
}

}  // namespace

FalseMarkFigures measure_false_marks(const std::vector<std::string>& clips,
                                     int num_windows,
                                     std::uint64_t seed,
                                     const core::ProgressFn& progress,
                                     const core::StopToken& stop) {
    FalseMarkFigures figures;
    std::mutex mutex;
    const int num_clips = static_cast<int>(clips.size());
    core::parallel_for(num_clips, [&](int index) {
        const std::string& clip = clips[static_cast<std::size_t>(index)];
        double rate_hz = 0;
        const std::vector<core::ImageU8> frames = examined_frames(clip, rate_hz);
        if (static_cast<double>(frames.size()) < kWindow_s * rate_hz) {
            throw core::Error(core::ErrorKind::Input,
                              "clip '" + clip + "' is shorter than 5 s, the length of a window");
        }
        for (int window = index; window < num_windows; window += num_clips) {
            stop.throw_if_stopped();
            // Everybody has the public key; random ones are what the bound is about.
            const bool is_public = window / num_clips % 2 == 0;
            const marks::WatermarkFinding finding =
                examine_window(frames,
                               rate_hz,
                               is_public,
                               core::Rng(seed).fork(static_cast<std::uint64_t>(window)));
            const std::lock_guard<std::mutex> lock(mutex);
            ++figures.num_trials;
            figures.num_found += finding.is_found ? 1 : 0;
            figures.num_matching += finding.false_positive < 1 ? 1 : 0;
            figures.lowest_bound = std::min(figures.lowest_bound, finding.false_positive);
            figures.highest_score = std::max(figures.highest_score, finding.score);
            if (progress) {
                progress(figures.num_trials, num_windows);
            }
        }
    });
    return figures;
}

}  // namespace vasa::eval
