// SPDX-License-Identifier: Apache-2.0
#include "render_job.h"

#include "clip_marks.h"
#include "clip_motion.h"
#include "derived_options.h"
#include "frame_painting.h"
#include "frame_sink.h"
#include "pipeline.h"
#include "result_notes.h"
#include "stopwatch.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/core/parallel.h"
#include "vasa/head/face_code.h"
#include "vasa/head/face_measures.h"
#include "vasa/models/model_files.h"
#include "vasa/render/default_seed.h"
#include "vasa/render/speech_input.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <sys/resource.h>

#ifdef VASA_WITH_TORCH
#include "vasa/tensor/device.h"
#endif

namespace vasa::render {
namespace {

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
          stop_(stop),
          motion_(networks, options, memory, stop, result_),
          marks_(options, result_) {
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
        motion_.begin(speech_, code_);
        render_frames();
        finish_result();
        return std::move(result_);
    }

  private:
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
            add_warning(result_, "speech '" + options_.audio + "' is silent: the face only idles");
        }
        result_.seconds.speech_s = clock.seconds();
    }

    void read_portrait() {
        const Stopwatch clock;
        add_model(result_, shared_, models::kHeadModelFile);
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
        const bool is_shut = head::lid_opening(code_->landmarks, 0) < head::kShutLids &&
                             head::lid_opening(code_->landmarks, 1) < head::kShutLids;
        if (is_shut) {
            const bool is_asked = options_.eye_colour != decode::EyeColour::Auto;
            add_warning(result_,
                        std::string("the portrait shows the eyes shut; ") +
                            decode::eye_colour_name(is_asked ? options_.eye_colour
                                                             : decode::EyeColour::Brown) +
                            " ones are made up" +
                            (is_asked ? "" : ", which most people have (--eye-colour)"));
        }
        // The encoder gives its own warning.
        if (!options_.face.empty() && code_->face_flag < kDoubtfulFaceFlag) {
            add_warning(result_,
                        "face '" + options_.face + "': hardly recognised as one in its portrait");
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

    static int num_encoder_threads() {
        return std::min(core::num_threads(), media::kMaxEncoderThreads);
    }

    std::unique_ptr<FrameSink> make_sink() const {
        if (memory_.on_frame) {
            return make_callback_sink(memory_.on_frame, options_.fps);
        }
        if (FramePattern::is_pattern(options_.out)) {
            return make_png_sink(FramePattern(options_.out),
                                 result_.num_frames,
                                 options_.force,
                                 marks_.sidecar_maker());
        }
        media::VideoOptions video = video_options(options_);
        video.threads = num_encoder_threads();
        marks_.add_to(video);
        return make_video_sink(options_.out, speech_.sound, video);
    }

    void render_frames() {
        const Stopwatch prepare_clock;
        const FrameBatchDecoder decoder =
            load_frame_decoder(options_, shared_.head, *code_, networks_.decoders);
        result_.decoder = decoder.name.empty() ? "geometry" : decoder.name;
        add_model(result_, shared_, models::frame_decoder_file(decoder.name));
        result_.seconds.prepare_s = prepare_clock.seconds();
        marks_.begin(num_encoder_threads());
        const std::unique_ptr<FrameSink> sink = make_sink();
        const bool is_yuv = sink->wants_yuv();
        BatchedFrames batched(decoder, is_yuv, result_.num_frames, [this](std::int64_t index) {
            return motion_.at(index);
        });
        const std::vector<Stage> stages = {
            {"motion", [&](FrameItem& item) { item.motion = motion_.at(item.index); }},
            {"frames",
             [&](FrameItem& item) {
                 if (decoder.batch_size > 1) {
                     batched.fill(item);
                 } else {
                     decode_frame(decoder, is_yuv, item);
                 }
                 marks_.draw(item);
             },
             decoder.num_threads},
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
        result_.seconds.encode_s = report.busy_s[2] + finish_clock.seconds();
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
    RenderResult result_;
    ClipMotion motion_;
    ClipMarks marks_;
};

}  // namespace

RenderResult run_job(Networks& networks,
                     const RenderOptions& options,
                     const RenderMemory& memory,
                     const core::ProgressFn& progress,
                     const core::StopToken& stop) {
#ifdef VASA_WITH_TORCH
    // Loading networks is many small operations: with more threads, all but one would spin in vain.
    const tensor::SingleTorchThread single;
#endif
    return Job(networks, options, memory, progress, stop).run();
}

}  // namespace vasa::render
