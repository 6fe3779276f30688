// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/session.h"

#include "derived_options.h"
#include "frame_sink.h"
#include "job_check.h"
#include "networks.h"
#include "render_cache.h"
#include "render_job.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/core/parallel.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/render/default_seed.h"
#include "vasa/render/option_fields.h"
#include "vasa/render/speech_input.h"
#ifdef VASA_WITH_TORCH
#include "vasa/tensor/device.h"
#endif

#include <new>
#include <utility>

namespace vasa::render {

RenderCache::RenderCache(std::string model_dir, std::size_t max_faces)
    : state_(std::make_unique<State>()) {
    state_->shared = std::make_shared<SharedModels>(std::move(model_dir), max_faces);
}
RenderCache::~RenderCache() = default;

const std::string& RenderCache::model_dir() const {
    return state_->shared->model_dir;
}

const std::vector<models::ModelFile>& RenderCache::models() const {
    return state_->shared->models;
}

struct Session::State {
    Networks networks;

    explicit State(std::shared_ptr<SharedModels> shared) : networks(std::move(shared)) {}
};

Session::Session(const std::shared_ptr<RenderCache>& cache)
    : state_(std::make_unique<State>(cache->state_->shared)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

namespace {

RenderResult run_checked(Networks& networks,
                         const RenderOptions& options,
                         const RenderMemory& memory,
                         const core::ProgressFn& progress,
                         const core::StopToken& stop) {
    set_num_threads(options.threads);
    try {
        return run_job(networks, options, memory, progress, stop);
    } catch (const std::bad_alloc&) {
        throw core::Error(
            core::ErrorKind::Resource, "out of memory", "close other programs and try again");
    }
}

void require_empty(const std::string& option, const char* name, const char* what) {
    if (!option.empty()) {
        throw core::Error(
            core::ErrorKind::Usage,
            std::string("both ") + name + " '" + option + "' and " + what + ", expected one");
    }
}

/// The options with a name in place of each file that is in memory, for checks and messages.
RenderOptions named_options(RenderOptions options, const RenderMemory& memory) {
    if (memory.face) {
        require_empty(options.image, "--image", "a face in memory");
        require_empty(options.face, "--face", "a face in memory");
        options.face = "in memory";
    }
    if (memory.motion) {
        require_empty(options.motion, "--motion", "a motion in memory");
        options.motion = "in memory";
    }
    if (memory.on_frame) {
        require_empty(options.out, "--out", "a frame callback");
    }
    return options;
}

}  // namespace

RenderResult Session::render(const RenderOptions& options,
                             const core::ProgressFn& progress,
                             const core::StopToken& stop) {
    return render(options, RenderMemory(), progress, stop);
}

RenderResult Session::render(const RenderOptions& options,
                             const RenderMemory& memory,
                             const core::ProgressFn& progress,
                             const core::StopToken& stop) {
    const RenderOptions named = named_options(options, memory);
    named.check(!memory.on_frame);
    return run_checked(state_->networks, named, memory, progress, stop);
}

head::FaceCode Session::encode(const RenderOptions& options) {
    check_option_ranges(options);
    set_num_threads(options.threads);
    return state_->networks.encode(options);
}

motion::MotionClip Session::animate(const RenderOptions& options, const core::StopToken& stop) {
    check_option_ranges(options);
    video_options(options).check();
    options.drive.check();
    set_num_threads(options.threads);
    const Speech speech = load_speech(options.audio, options.allow_long);
    if (speech.is_silent) {
        core::log_warning("speech '" + options.audio + "' is silent: the face only idles");
    }
    const std::int64_t count =
        core::num_frames(speech.sound.num_frames(), speech.sound.sample_rate, options.fps);
    drive::SpeechMotionOptions drive = options.drive;
    drive.performance = core::sha256_file(options.audio);
    drive.seed = drive.seed.value_or(default_seed("", drive.performance));
    return state_->networks.driver.drive(
        speech.mono, options.fps, static_cast<int>(count), drive, stop);
}

void Session::check(const RenderOptions& options) {
    options.check();
    check_job(state_->networks, options);
}

RenderResult render(const RenderOptions& options,
                    const core::ProgressFn& progress,
                    const core::StopToken& stop) {
    options.check();
    Networks networks(std::make_shared<SharedModels>(options.model_dir, 1));
    networks.are_kept = false;
    return run_checked(networks, options, RenderMemory(), progress, stop);
}

void set_num_threads(int num_threads) {
    core::set_num_threads(num_threads);
#ifdef VASA_WITH_TORCH
    tensor::set_torch_threads(core::num_threads());
#endif
}

void remove_all_temporaries() {
    core::AtomicFile::remove_all_temporaries();
    remove_png_temporaries();
}

const char* version() {
    return VASA_VERSION;
}

}  // namespace vasa::render
