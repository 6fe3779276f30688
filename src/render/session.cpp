// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/session.h"

#include "frame_sink.h"
#include "job_check.h"
#include "networks.h"
#include "render_job.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/parallel.h"

#include <new>
#include <utility>

namespace vasa::render {

struct RenderCache::State {
    std::shared_ptr<RenderStock> stock;
};

RenderCache::RenderCache(std::string model_dir, std::size_t max_faces)
    : state_(std::make_unique<State>()) {
    state_->stock = std::make_shared<RenderStock>(std::move(model_dir), max_faces);
}
RenderCache::~RenderCache() = default;

const std::string& RenderCache::model_dir() const {
    return state_->stock->model_dir;
}

const std::vector<models::ModelFile>& RenderCache::models() const {
    return state_->stock->models;
}

struct Session::State {
    Networks networks;

    explicit State(std::shared_ptr<RenderStock> stock) : networks(std::move(stock)) {}
};

Session::Session(std::shared_ptr<RenderCache> cache)
    : state_(std::make_unique<State>(cache->state_->stock)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

namespace {

RenderResult run_checked(Networks& networks,
                         const RenderOptions& options,
                         const core::ProgressFn& progress,
                         const core::StopToken& stop) {
    if (options.threads > 0) {
        core::set_num_threads(options.threads);
    }
    try {
        return run_job(networks, options, progress, stop);
    } catch (const std::bad_alloc&) {
        throw core::Error(
            core::ErrorKind::Resource, "out of memory", "close other programs and try again");
    }
}

}  // namespace

RenderResult Session::render(const RenderOptions& options,
                             const core::ProgressFn& progress,
                             const core::StopToken& stop) {
    options.check();
    return run_checked(state_->networks, options, progress, stop);
}

void Session::check(const RenderOptions& options) {
    options.check();
    check_job(state_->networks, options);
}

RenderResult render(const RenderOptions& options,
                    const core::ProgressFn& progress,
                    const core::StopToken& stop) {
    options.check();
    Networks networks(std::make_shared<RenderStock>(options.model_dir, 1));
    networks.are_kept = false;
    return run_checked(networks, options, progress, stop);
}

void remove_all_temporaries() {
    core::AtomicFile::remove_all_temporaries();
    remove_png_temporaries();
}

const char* version() {
    return VASA_VERSION;
}

}  // namespace vasa::render
