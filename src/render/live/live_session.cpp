// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/live_session.h"

#include "live/live_engine.h"
#include "live/live_face.h"
#include "networks.h"
#include "render_cache.h"

#include "vasa/core/extension.h"
#include "vasa/core/hash.h"
#include "vasa/head/face_code.h"
#include "vasa/render/render.h"

#include <future>
#include <mutex>
#include <utility>

#ifdef VASA_WITH_TORCH
#include "vasa/tensor/device.h"
#endif

namespace vasa::render {

struct LiveSession::State {
    LiveOptions options;
    std::mutex mutex;  ///< of what encodes and prepares portraits
    Networks networks;
    std::shared_ptr<const LiveFace> face;
    std::unique_ptr<LiveEngine> engine;

    State(std::shared_ptr<SharedModels> shared, LiveOptions given)
        : options(std::move(given)), networks(std::move(shared)) {}

    /// The options of a portrait or face code.
    RenderOptions options_of(const std::string& path) const {
        RenderOptions named = options.render;
        const bool is_code = core::extension_of(path) == ".safetensors";
        (is_code ? named.face : named.image) = path;
        (is_code ? named.image : named.face).clear();
        return named;
    }

    FaceCache::Code load_code(const RenderOptions& named, std::string& sha256) {
        const std::string& path = named.face.empty() ? named.image : named.face;
        sha256 = core::sha256_file(path);
        const std::string key =
            sha256 + " " + std::to_string(named.face.empty() ? named.face_index : -1);
        return networks.shared->faces.get(key, [&] {
            return std::make_shared<const head::FaceCode>(
                named.face.empty() ? networks.encode(named) : head::load_face_code(named.face));
        });
    }

    std::shared_ptr<const LiveFace> prepare(const RenderOptions& named) {
#ifdef VASA_WITH_TORCH
        const tensor::SingleTorchThread single;
#endif
        const std::lock_guard<std::mutex> lock(mutex);
        std::string sha256;
        FaceCache::Code code = load_code(named, sha256);
        return make_face(std::move(code), sha256);
    }

    std::shared_ptr<const LiveFace> make_face(FaceCache::Code code, const std::string& sha256) {
        return std::make_shared<const LiveFace>(
            *networks.shared, options.render, std::move(code), sha256, networks.decoders);
    }

    /// Loads the networks of the motion while the portrait is prepared.
    void start(FaceCache::Code code) {
        set_num_threads(options.render.threads);
        const std::string& device = options.render.drive.device;
        auto loading = std::async(std::launch::async, [this, &device] {
            return drive::LiveModels::load(networks.shared->model_dir, device);
        });
        if (code) {
            const std::string sha256 = code->source_hash;
            const std::lock_guard<std::mutex> lock(mutex);
            face = make_face(std::move(code), sha256);
        } else {
            face = prepare(options.render);
        }
        drive::LiveMotionOptions motion;
        motion.fps = options.render.fps;
        motion.seed = face->seed();
        motion.controls = options.render.drive.controls.at(0.0);
        motion.style = options.render.drive.style;
        engine =
            std::make_unique<LiveEngine>(options, face, drive::LiveMotion(loading.get(), motion));
    }
};

LiveSession::LiveSession(const std::shared_ptr<RenderCache>& cache, const LiveOptions& options) {
    options.check();
    state_ = std::make_unique<State>(cache->state_->shared, options);
    state_->start(nullptr);
}

LiveSession::LiveSession(const std::shared_ptr<RenderCache>& cache,
                         const LiveOptions& options,
                         std::shared_ptr<const head::FaceCode> face) {
    options.check(false);
    state_ = std::make_unique<State>(cache->state_->shared, options);
    state_->start(std::move(face));
}

LiveSession::~LiveSession() = default;

std::int64_t LiveSession::room() const {
    return state_->engine->room();
}

void LiveSession::push(const float* samples, std::int64_t num_frames) {
    state_->engine->push(samples, num_frames);
}

void LiveSession::end() {
    state_->engine->end();
}

LiveStatus LiveSession::next(LiveFrame& frame, double wait_s) {
    return state_->engine->next(frame, wait_s);
}

std::int64_t LiveSession::interrupt() {
    return state_->engine->interrupt();
}

void LiveSession::pause(bool is_paused) {
    state_->engine->pause(is_paused);
}

void LiveSession::set_controls(const motion::Controls& controls) {
    state_->engine->set_controls(controls.at(0.0));
}

const motion::Controls& LiveSession::start_controls() const {
    return state_->options.render.drive.controls;
}

std::int64_t LiveSession::show_portrait(const std::string& path) {
    return state_->engine->show(state_->prepare(state_->options_of(path)));
}

void LiveSession::load_portrait(const std::string& path) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    std::string sha256;
    state_->load_code(state_->options_of(path), sha256);
}

std::int64_t LiveSession::show_face(std::shared_ptr<const head::FaceCode> face) {
    const std::string sha256 = face->source_hash;
    std::shared_ptr<const LiveFace> made;
    {
        const std::lock_guard<std::mutex> lock(state_->mutex);
        made = state_->make_face(std::move(face), sha256);
    }
    return state_->engine->show(std::move(made));
}

LiveStats LiveSession::stats() const {
    return state_->engine->stats();
}

std::map<std::string, std::string> LiveSession::tags() const {
    return state_->face->tags();
}

}  // namespace vasa::render
