// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/session.h"

#include "api_data.h"
#include "live_state.h"
#include "with_errors.h"

#include "vasa/media/video_file.h"
#include "vasa/render/render.h"

#include <atomic>
#include <utility>

namespace vasa {
namespace {

/// Number of portrait files whose face codes a session keeps, about 8 MB each.
constexpr std::size_t kMaxKeptFaces = 4;

/// Holds a session for one call.
class Turn {
  public:
    explicit Turn(std::atomic<bool>& is_busy) : is_busy_(is_busy) {
        if (is_busy_.exchange(true)) {
            throw Error(ErrorKind::Usage,
                        "session is busy: it serves one call at a time",
                        "make a session for each thread, and call none from its own callbacks");
        }
    }
    ~Turn() { is_busy_ = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    std::atomic<bool>& is_busy_;
};

}  // namespace

struct Session::State {
    std::string model_dir;
    std::shared_ptr<render::RenderCache> cache;
    render::Session session;
    std::atomic<bool> is_busy{false};

    explicit State(const std::string& dir)
        : model_dir(dir),
          cache(std::make_shared<render::RenderCache>(dir, kMaxKeptFaces)),
          session(cache) {}

    RenderOptions with_models(RenderOptions options) const {
        if (!options.model_dir.empty() && options.model_dir != model_dir) {
            throw Error(ErrorKind::Usage,
                        "model folder '" + options.model_dir + "' in the options, expected '" +
                            model_dir + "', which is the session's");
        }
        options.model_dir = model_dir;
        return options;
    }

    RenderResult render(render::RenderMemory memory,
                        const RenderOptions& options,
                        const RenderCallbacks& callbacks) {
        return api::with_errors([&] {
            const Turn turn(is_busy);
            memory.on_frame = callbacks.on_frame;
            return session.render(
                with_models(options), memory, callbacks.on_progress, callbacks.stop);
        });
    }
};

Session::Session(const std::string& model_dir) {
    state_ = api::with_errors([&] {
        media::install_av_log();
        return std::make_unique<State>(model_dir);
    });
}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Face Session::encode(const std::string& image, const RenderOptions& options) {
    return api::with_errors([&] {
        const Turn turn(state_->is_busy);
        RenderOptions full = state_->with_models(options);
        full.image = image;
        auto code = std::make_shared<const head::FaceCode>(state_->session.encode(full));
        return Face(std::make_shared<const Face::Data>(Face::Data{std::move(code)}));
    });
}

Motion Session::animate(const std::string& audio,
                        const RenderOptions& options,
                        const StopToken& stop) {
    return api::with_errors([&] {
        const Turn turn(state_->is_busy);
        RenderOptions full = state_->with_models(options);
        full.audio = audio;
        auto clip = std::make_shared<const motion::MotionClip>(state_->session.animate(full, stop));
        return Motion(std::make_shared<const Motion::Data>(Motion::Data{std::move(clip)}));
    });
}

RenderResult Session::render(const RenderOptions& options, const RenderCallbacks& callbacks) {
    return state_->render({}, options, callbacks);
}

RenderResult Session::render(const Face& face,
                             const RenderOptions& options,
                             const RenderCallbacks& callbacks) {
    return state_->render({face.data_->code, nullptr, nullptr}, options, callbacks);
}

RenderResult Session::render(const Face& face,
                             const Motion& motion,
                             const RenderOptions& options,
                             const RenderCallbacks& callbacks) {
    return state_->render({face.data_->code, motion.data_->clip, nullptr}, options, callbacks);
}

Live Session::live(const Face& face, const LiveOptions& options) {
    return api::with_errors([&] {
        const Turn turn(state_->is_busy);
        if (options.is_yuv) {
            throw Error(ErrorKind::Usage, "live option is_yuv is true, expected false");
        }
        LiveOptions full = options;
        full.render = state_->with_models(options.render);
        return Live(std::make_unique<Live::State>(state_->cache, full, face.data_->code));
    });
}

const char* version() {
    return render::version();
}

}  // namespace vasa
