// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/watermark_figures.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/core/psnr.h"
#include "vasa/core/rng.h"
#include "vasa/core/yuv420.h"
#include "vasa/marks/watermark.h"
#include "vasa/media/video_file.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <optional>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vasa::eval {
namespace {

using core::Error;
using core::ErrorKind;

constexpr double kClip_s = 10.0;
/// As many frames a second as marks::find_watermark() examines.
constexpr double kExaminedRate_hz = 5.0;
/// Every so many frames PSNR is computed.
constexpr int kPsnrStep = 10;

double processor_s() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void run_ffmpeg(const std::string& in,
                const std::vector<std::string>& step,
                const std::string& out) {
    std::vector<std::string> words = {
        "ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1", "-i", in, "-an"};
    words.insert(words.end(), step.begin(), step.end());
    for (const char* word : {"-threads", "1", "-x265-params", "log-level=none"}) {
        words.emplace_back(word);
    }
    const bool is_x265 = std::find(step.begin(), step.end(), "libx265") != step.end();
    if (!is_x265) {
        words.resize(words.size() - 2);
    }
    words.push_back(out);
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawnp(&child, "ffmpeg", nullptr, nullptr, arguments.data(), environ) != 0) {
        throw Error(ErrorKind::Resource, "cannot run 'ffmpeg'", "install it: apt install ffmpeg");
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw Error(ErrorKind::Resource, "ffmpeg failed on '" + in + "'");
    }
}

struct ClipFigures {
    std::vector<AttackFigures> attacks;
    double psnr_sum = 0, psnr_min = 1e9;
    int num_psnr = 0;
    double mark_s = 0;
    std::int64_t num_frames = 0;
    std::uint64_t payload = 0;
    std::uintmax_t marked_bytes = 0, plain_bytes = 0;
};

media::VideoOptions clip_options(const core::Rational& fps) {
    media::VideoOptions options;
    options.fps = fps;
    options.overwrite = true;
    options.threads = 1;
    return options;
}

/// Writes the clip with and without a mark.
void write_marked(const std::string& clip,
                  const std::string& marked_path,
                  const std::string& plain_path,
                  const marks::MarkStrengthParams& strength,
                  ClipFigures& figures) {
    media::VideoReader reader(clip);
    const media::VideoInfo& info = reader.info();
    if (info.duration_s < kClip_s) {
        throw Error(ErrorKind::Input,
                    "clip '" + clip + "': " + std::to_string(info.duration_s) +
                        " s, expected at least 10 s");
    }
    const auto options = clip_options(info.fps);
    media::VideoWriter marked(marked_path, info.width, info.height, 0, 0, options);
    media::VideoWriter plain(plain_path, info.width, info.height, 0, 0, options);
    const marks::WatermarkEmbedder embedder(
        marks::WatermarkKey::public_key(), figures.payload, strength);
    const auto count = static_cast<std::int64_t>(kClip_s * info.fps.value());
    core::ImageU8 rgb;
    media::Yuv420Frame frame(info.width, info.height);
    for (std::int64_t i = 0; i < count && reader.read(rgb); ++i, ++figures.num_frames) {
        core::rgb_to_yuv420(rgb, frame.data);
        plain.write_frame(frame);
        const double start_s = processor_s();
        embedder.mark_luma(frame.data.data(), frame.width, frame.height);
        figures.mark_s += processor_s() - start_s;
        marked.write_frame(frame);
        if (i % kPsnrStep == 0) {
            core::ImageU8 marked_rgb = rgb;
            embedder.mark_rgb(marked_rgb);
            const double psnr = core::psnr(rgb, marked_rgb);
            figures.psnr_sum += psnr;
            figures.psnr_min = std::min(figures.psnr_min, psnr);
            ++figures.num_psnr;
        }
    }
    marked.finish();
    plain.finish();
    figures.marked_bytes = std::filesystem::file_size(marked_path);
    figures.plain_bytes = std::filesystem::file_size(plain_path);
}

/// Calls `examine` with a detector of each whole part of a clip.
template <typename Examine>
void for_parts(const std::string& clip,
               const marks::WatermarkKey& key,
               double part_s,
               Examine examine) {
    media::VideoReader reader(clip);
    const double fps = reader.info().fps.value();
    const auto step = std::max<std::int64_t>(1, std::llround(fps / kExaminedRate_hz));
    const auto per_part = static_cast<std::int64_t>(std::lround(part_s * fps));
    std::optional<marks::WatermarkDetector> detector;
    core::ImageU8 rgb;
    for (std::int64_t i = 0;; ++i) {
        if (i % per_part == 0 && i > 0) {
            examine(*detector);
        }
        const bool is_examined = i % per_part % step == 0;
        if (!(is_examined ? reader.read(rgb) : reader.skip())) {
            return;
        }
        if (i % per_part == 0) {
            detector.emplace(key);
        }
        if (is_examined) {
            detector->push(rgb, static_cast<double>(i) / fps);
        }
    }
}

AttackFigures attack_clip(const WatermarkAttack& attack,
                          const std::string& marked,
                          std::uint64_t payload) {
    std::string clip = marked;
    for (std::size_t i = 0; i < attack.steps.size(); ++i) {
        const bool is_jpeg = std::find(attack.steps[i].begin(), attack.steps[i].end(), "mjpeg") !=
                             attack.steps[i].end();
        const std::string next = marked + "." + std::to_string(i % 2) + (is_jpeg ? ".avi" : ".mp4");
        run_ffmpeg(clip, attack.steps[i], next);
        clip = next;
    }
    AttackFigures figures;
    figures.name = attack.name;
    figures.duration_s = attack.duration_s;
    const auto key = marks::WatermarkKey::public_key();
    for_parts(clip, key, attack.duration_s, [&](const marks::WatermarkDetector& detector) {
        const marks::WatermarkFinding finding = detector.find();
        ++figures.num_parts;
        figures.num_read += finding.is_found && finding.bits == payload ? 1 : 0;
        figures.score += finding.score;
        figures.confidence += finding.confidence;
    });
    return figures;
}

WatermarkFigures summary(const std::vector<ClipFigures>& clips) {
    WatermarkFigures figures;
    figures.num_clips = static_cast<int>(clips.size());
    figures.psnr_min = 1e9;
    double mark_s = 0, num_psnr = 0, num_frames = 0, marked_bytes = 0, plain_bytes = 0;
    for (const ClipFigures& clip : clips) {
        figures.psnr_mean += clip.psnr_sum;
        figures.psnr_min = std::min(figures.psnr_min, clip.psnr_min);
        num_psnr += clip.num_psnr;
        mark_s += clip.mark_s;
        num_frames += static_cast<double>(clip.num_frames);
        marked_bytes += static_cast<double>(clip.marked_bytes);
        plain_bytes += static_cast<double>(clip.plain_bytes);
        figures.attacks.resize(clip.attacks.size());
        for (std::size_t i = 0; i < clip.attacks.size(); ++i) {
            AttackFigures& sum = figures.attacks[i];
            sum.name = clip.attacks[i].name;
            sum.duration_s = clip.attacks[i].duration_s;
            sum.num_parts += clip.attacks[i].num_parts;
            sum.num_read += clip.attacks[i].num_read;
            sum.score += clip.attacks[i].score;
            sum.confidence += clip.attacks[i].confidence;
        }
    }
    for (AttackFigures& attack : figures.attacks) {
        attack.score /= std::max(1, attack.num_parts);
        attack.confidence /= std::max(1, attack.num_parts);
    }
    figures.psnr_mean /= num_psnr;
    figures.mark_ms = 1000 * mark_s / num_frames;
    figures.growth = marked_bytes / plain_bytes;
    return figures;
}

/// Counts from several threads.
class SharedProgress {
  public:
    SharedProgress(const core::ProgressFn& progress, std::int64_t total)
        : progress_(progress), total_(total) {}
    void count() {
        const std::lock_guard<std::mutex> lock(mutex_);
        ++done_;
        if (progress_) {
            progress_(done_, total_);
        }
    }

  private:
    const core::ProgressFn& progress_;
    std::int64_t total_, done_ = 0;
    std::mutex mutex_;
};

}  // namespace

WatermarkFigures measure_watermark(const std::vector<std::string>& clips,
                                   const std::string& folder,
                                   const std::string& only,
                                   const marks::MarkStrengthParams& strength,
                                   std::uint64_t seed,
                                   const core::ProgressFn& progress,
                                   const core::StopToken& stop) {
    std::vector<WatermarkAttack> attacks = watermark_attacks();
    attacks.erase(
        std::remove_if(attacks.begin(),
                       attacks.end(),
                       [&](const auto& a) { return a.name.find(only) == std::string::npos; }),
        attacks.end());
    std::vector<ClipFigures> figures(clips.size());
    SharedProgress shared(progress, static_cast<std::int64_t>(clips.size() * attacks.size()));
    core::parallel_for(static_cast<int>(clips.size()), [&](int index) {
        const auto i = static_cast<std::size_t>(index);
        ClipFigures& clip = figures[i];
        const std::uint64_t hash = core::Rng(seed).fork(i).next_u64() >> 24U;
        clip.payload = marks::pack_payload({marks::kWatermarkFormat, marks::kVasaGenerator, hash});
        const std::string marked = folder + "/marked_" + std::to_string(index) + ".mp4";
        const std::string plain = folder + "/plain_" + std::to_string(index) + ".mp4";
        write_marked(clips[i], marked, plain, strength, clip);
        for (const WatermarkAttack& attack : attacks) {
            stop.throw_if_stopped();
            clip.attacks.push_back(attack_clip(attack, marked, clip.payload));
            shared.count();
        }
    });
    return summary(figures);
}

}  // namespace vasa::eval
