// SPDX-License-Identifier: Apache-2.0
#include "render_job.h"

#include "derived_options.h"
#include "frame_painting.h"
#include "frame_sink.h"
#include "pipeline.h"
#include "provenance.h"
#include "stopwatch.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/core/parallel.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/drive/motion_track.h"
#include "vasa/drive/portrait_motion.h"
#include "vasa/head/face_code.h"
#include "vasa/models/model_files.h"
#include "vasa/render/default_seed.h"
#include "vasa/render/speech_input.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include <sys/resource.h>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::size_t kQueueBytes = 8U << 20U;
constexpr float kDoubtfulFaceFlag = 5.0F;

/// A render from check to result; used once.
class Job {
  public:
    Job(Networks& networks,
        const RenderOptions& options,
        const RenderMemory& memory,
        const core::ProgressFn& progress,
        const core::StopToken& stop)
        : networks_(networks),
          shared_(*networks.shared),
          options_(options),
          memory_(memory),
          progress_(progress),
          stop_(stop) {
        result_.out = options.out;
    }

    RenderResult run() {
        check_output();
        // The portrait's networks need the most memory: the sound is read after their release, so
        // that a long clip needs hardly more than a short one.
        read_portrait();
        stop_.throw_if_stopped();
        read_speech();
        stop_.throw_if_stopped();
        result_.seed =
            options_.drive.seed.value_or(default_seed(code_->source_hash, result_.speech_sha256));
        make_motion();
        render_frames();
        finish_result();
        return std::move(result_);
    }

  private:
    void warn(const std::string& message) {
        core::log_warning(message);
        result_.warnings.push_back(message);
    }

    /// Checks before the long work whether the result can be written.
    void check_output() const {
        if (memory_.on_frame) {
            return;
        }
        if (!FramePattern::is_pattern(options_.out)) {
            const core::AtomicFile probe(options_.out, options_.force);
        } else {
            make_png_sink(FramePattern(options_.out), 1, options_.force);
        }
    }

    void read_speech() {
        if (options_.audio.empty()) {
            return;
        }
        const Stopwatch clock;
        speech_ = load_speech(options_.audio, options_.allow_long);
        result_.speech_sha256 = core::sha256_file(options_.audio);
        if (speech_.is_silent) {
            warn("speech '" + options_.audio + "' is silent: the face only idles");
        }
        result_.seconds.speech_s = clock.seconds();
    }

    void use_model(const std::string& name) {
        if (const models::ModelFile* model = shared_.find_model(name)) {
            result_.models.push_back(*model);
        }
    }

    void read_portrait() {
        const Stopwatch clock;
        use_model(models::kHeadModelFile);
        if (memory_.face) {
            code_ = memory_.face;
            result_.portrait_sha256 = code_->source_hash;
        } else {
            read_portrait_file();
        }
        if (!networks_.are_kept) {
            networks_.encoder.reset();
        }
        result_.seconds.portrait_s = clock.seconds() - result_.seconds.models_s;
        // The encoder gives its own warning.
        if (!options_.face.empty() && code_->face_flag < kDoubtfulFaceFlag) {
            warn("face '" + options_.face + "': hardly recognised as one in its portrait");
        }
    }

    void read_portrait_file() {
        const bool is_image = options_.face.empty();
        const std::string& file = is_image ? options_.image : options_.face;
        result_.portrait_sha256 = core::sha256_file(file);
        if (is_image) {
            for (const models::ModelFile& model : shared_.models) {
                if (model.name.compare(0, 7, "vision/") == 0) {
                    result_.models.push_back(model);
                }
            }
        }
        code_ = shared_.faces.get(
            result_.portrait_sha256 + " " + std::to_string(is_image ? options_.face_index : -1),
            [&] { return std::make_shared<const head::FaceCode>(make_code(is_image)); });
    }

    head::FaceCode make_code(bool is_image) {
        if (!is_image) {
            return head::load_face_code(options_.face);
        }
        const Stopwatch clock;
        networks_.face_encoder();
        result_.seconds.models_s = clock.seconds();
        return networks_.encode(options_);
    }

    /// Frames of the clip: as many as the speech needs, else as many as the motion file has.
    int count_frames(const motion::MotionClip& file) const {
        const double own = static_cast<double>(file.frames.size()) / file.fps.value();
        const std::int64_t count =
            speech_.sound.samples.empty()
                ? static_cast<std::int64_t>(std::ceil(own * options_.fps.value() - 1e-6))
                : core::num_frames(
                      speech_.sound.num_frames(), speech_.sound.sample_rate, options_.fps);
        if (count < 1 || count > std::numeric_limits<int>::max()) {
            throw Error(ErrorKind::Input, "clip of " + std::to_string(count) + " frames");
        }
        return static_cast<int>(count);
    }

    /// Applies a motion file to the portrait.
    motion::MotionClip fit_file(const motion::MotionClip& file, int num_frames) {
        std::vector<std::string> warnings;
        motion::MotionClip clip = drive::fit_motion_file(file,
                                                         {code_->pose, code_->actions},
                                                         options_.fps,
                                                         num_frames,
                                                         retarget_options(options_),
                                                         warnings);
        std::for_each(warnings.begin(), warnings.end(), [&](const auto& w) { warn(w); });
        return clip;
    }

    /// Makes motion while frames are drawn.
    void drive_by_speech() {
        if (options_.drive.driver == drive::Driver::Diffusion) {
            use_model(models::kSpeechEncoderFile);
            use_model(models::kMotionFile);
        }
        const int num_frames = count_frames({});
        drive::SpeechMotionOptions drive = options_.drive;
        drive.seed = result_.seed;
        drive.performance = result_.speech_sha256;
        driven_.emplace(
            networks_.driver.start(speech_.mono, options_.fps, num_frames, drive, stop_));
        track_.begin([this, next = std::int64_t{0}]() mutable { return next_driven(next); },
                     num_frames);
    }

    std::vector<motion::MotionFrame> next_driven(std::int64_t& next) {
        std::vector<motion::MotionFrame> frames = driven_->next();
        for (motion::MotionFrame& frame : frames) {
            frame = drive::put_on_portrait(frame,
                                           next++,
                                           options_.fps,
                                           {code_->pose, code_->actions},
                                           options_.keep_expression);
        }
        if (next == track_.num_frames()) {
            driven_.reset();
            if (!networks_.are_kept) {
                networks_.driver.release();
            }
        }
        return frames;
    }

    void play(motion::MotionClip clip) {
        const auto num_frames = static_cast<std::int64_t>(clip.frames.size());
        track_.begin([frames = std::move(clip.frames)]() mutable { return std::move(frames); },
                     num_frames);
    }

    void play_motion() {
        if (memory_.motion) {
            play(fit_file(*memory_.motion, count_frames(*memory_.motion)));
            // Hash of the file that save_motion() would write.
            const std::string text = motion::format_motion_csv(*memory_.motion);
            core::Sha256 hash;
            hash.update(text.data(), text.size());
            result_.motion_sha256 = hash.finish();
        } else {
            const motion::MotionClip file = motion::load_motion(options_.motion);
            play(fit_file(file, count_frames(file)));
            result_.motion_sha256 = core::sha256_file(options_.motion);
        }
    }

    void make_motion() {
        const Stopwatch clock;
        if (needs_speech(options_)) {
            drive_by_speech();
            result_.driver = drive::driver_name(options_.drive.driver);
        } else if (!options_.motion.empty()) {
            play_motion();
            result_.driver = "file";
        }
        if (!options_.dynamics_from.empty()) {
            const motion::MotionClip file = motion::load_motion(options_.dynamics_from);
            if (track_.num_frames() == 0) {
                play(fit_file(file, count_frames(file)));
            } else {
                track_.take_actions_from(fit_file(file, static_cast<int>(track_.num_frames())));
            }
            result_.dynamics_sha256 = core::sha256_file(options_.dynamics_from);
            result_.driver += std::string(result_.driver.empty() ? "" : ",") + "dynamics:file";
        }
        if (!options_.pose_from.empty()) {
            const motion::MotionClip file = motion::load_motion(options_.pose_from);
            track_.take_pose_from(fit_file(file, static_cast<int>(track_.num_frames())));
            result_.pose_sha256 = core::sha256_file(options_.pose_from);
            result_.driver += ",pose:file";
        }
        result_.num_frames = track_.num_frames();
        result_.seconds.motion_s = clock.seconds();
        core::log_info("motion driver: " + result_.driver + ", " +
                       std::to_string(result_.num_frames) + " frames");
    }

    std::unique_ptr<FrameSink> make_sink() const {
        if (memory_.on_frame) {
            return make_callback_sink(memory_.on_frame, options_.fps);
        }
        if (FramePattern::is_pattern(options_.out)) {
            return make_png_sink(FramePattern(options_.out), result_.num_frames, options_.force);
        }
        media::VideoOptions video = video_options(options_);
        video.threads = std::min(core::num_threads(), media::kMaxEncoderThreads);
        video.metadata = provenance_tags(options_, video.threads, result_);
        return make_video_sink(options_.out, speech_.sound, video);
    }

    void render_frames() {
        const Stopwatch prepare_clock;
        std::string decoder = choose_decoder(options_);
        const FrameBatchDecoder gpu =
            load_batch_decoder(decoder, options_, shared_.head, *code_, networks_.gpu);
        RenderOptions painting = options_;
        if (gpu.is_doubted) {
            painting.drive.device = "cpu";
            decoder = choose_decoder(painting);
        }
        std::optional<decode::GeometryRenderer> renderer;
        decode::FramePainter* painter = nullptr;
        if (!gpu.decode) {
            renderer.emplace(shared_.head, *code_);
            painter = networks_.find_painter(decoder, painting);
        }
        result_.decoder = decoder.empty() ? "geometry" : decoder;
        use_model(models::frame_decoder_file(decoder));
        result_.seconds.prepare_s = prepare_clock.seconds();
        const std::unique_ptr<FrameSink> sink = make_sink();
        const bool is_yuv = sink->wants_yuv();
        BatchedFrames batched(gpu, is_yuv, result_.num_frames, [this](std::int64_t index) {
            return track_.at(index);
        });
        const std::vector<Stage> stages = {
            {"motion", [&](FrameItem& item) { item.motion = track_.at(item.index); }},
            {"frames",
             [&](FrameItem& item) {
                 const auto& [pose, actions] = item.motion;
                 if (gpu.decode) {
                     batched.fill(item);
                 } else if (painter != nullptr) {
                     renderer->render(pose, actions, item.rgb, item.lost);
                 } else {
                     renderer->render(pose, actions, item.rgb);
                 }
             }},
            {"paint",
             [&](FrameItem& item) {
                 if (painter != nullptr) {
                     painter->paint(item.rgb, item.lost, code_->source_scale);
                     item.lost = {};
                 }
             },
             painter != nullptr ? painter->num_threads() : 1},
            {"colour",
             [&](FrameItem& item) {
                 if (is_yuv && !gpu.decode) {
                     media::rgb_to_yuv420(item.rgb, item.yuv);
                     item.rgb = {};
                 }
             }},
            {"encode", [&](FrameItem& item) { sink->write(item); }},
        };
        const double start_s = clock_.seconds();
        const PipelineReport report =
            run_pipeline(result_.num_frames, stages, kQueueBytes, progress_, stop_);
        stop_.throw_if_stopped();
        const Stopwatch finish_clock;
        sink->finish();
        result_.seconds.first_frame_s = start_s + report.first_item_s;
        result_.seconds.motion_s += report.busy_s[0];
        result_.seconds.frames_s = report.busy_s[1];
        result_.seconds.paint_s = report.busy_s[2];
        result_.seconds.colour_s = report.busy_s[3];
        result_.seconds.encode_s = report.busy_s[4] + finish_clock.seconds();
    }

    void finish_result() {
        result_.duration_s = static_cast<double>(result_.num_frames) / options_.fps.value();
        result_.seconds.total_s = clock_.seconds();
        result_.fps = static_cast<double>(result_.num_frames) / result_.seconds.total_s;
        result_.real_time_factor = result_.seconds.total_s / result_.duration_s;
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        result_.peak_memory_bytes = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
    }

    Networks& networks_;
    SharedModels& shared_;
    const RenderOptions& options_;
    const RenderMemory& memory_;
    const core::ProgressFn& progress_;
    const core::StopToken& stop_;
    const Stopwatch clock_;
    Speech speech_;
    FaceCache::Code code_;
    std::optional<drive::SpeechMotion> driven_;
    drive::MotionTrack track_;
    RenderResult result_;
};

}  // namespace

RenderResult run_job(Networks& networks,
                     const RenderOptions& options,
                     const RenderMemory& memory,
                     const core::ProgressFn& progress,
                     const core::StopToken& stop) {
    return Job(networks, options, memory, progress, stop).run();
}

}  // namespace vasa::render
