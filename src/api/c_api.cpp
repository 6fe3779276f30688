// SPDX-License-Identifier: Apache-2.0
#include "c_handles.h"

#include <string>

namespace {

using vasa::Error;
using vasa::ErrorKind;
using vasa::api::make_handle;
using vasa::api::options_of;
using vasa::api::require;
using vasa::api::require_text;
using vasa::api::with_status;

vasa::RenderCallbacks to_callbacks(const vasa_callbacks* given) {
    vasa::RenderCallbacks callbacks;
    if (given == nullptr) {
        return callbacks;
    }
    void* user = given->user;
    if (const vasa_frame_fn on_frame = given->on_frame) {
        callbacks.on_frame = [on_frame, user](const vasa::VideoFrame& frame) {
            const vasa_frame c_frame = {
                frame.index, frame.time_s, frame.width_px, frame.height_px, frame.rgb};
            return on_frame(user, &c_frame) != 0;
        };
    }
    if (const vasa_progress_fn on_progress = given->on_progress) {
        callbacks.on_progress = [on_progress, user](std::int64_t done, std::int64_t total) {
            if (on_progress(user, done, total) == 0) {
                throw Error(ErrorKind::Interrupted, "stopped by the progress callback");
            }
        };
    }
    return callbacks;
}

vasa::RenderResult render(vasa::Session& session,
                          const vasa_face* face,
                          const vasa_motion* motion,
                          const vasa::RenderOptions& options,
                          const vasa::RenderCallbacks& callbacks) {
    if (face == nullptr) {
        if (motion != nullptr) {
            throw Error(ErrorKind::Usage, "motion without a face, expected both");
        }
        return session.render(options, callbacks);
    }
    if (motion == nullptr) {
        return session.render(face->face, options, callbacks);
    }
    return session.render(face->face, motion->motion, options, callbacks);
}

}  // namespace

const char* vasa_version(void) {
    return vasa::version();
}

const char* vasa_last_error(void) {
    return vasa::api::last_error().message.c_str();
}

const char* vasa_last_hint(void) {
    return vasa::api::last_error().hint.c_str();
}

vasa_status vasa_set_log(vasa_log_fn log, void* user) {
    return with_status([&] {
        if (log == nullptr) {
            vasa::set_log_sink({});
            return;
        }
        vasa::set_log_sink([log, user](vasa::LogLevel level, const std::string& message) {
            try {
                log(user, static_cast<int>(level), message.c_str());
            } catch (...) {
                // Log lines come from code that must not throw, some of it in C.
            }
        });
    });
}

vasa_status vasa_session_new(const char* model_dir, vasa_session** session) {
    return make_handle(session,
                       [&] { return vasa::Session(require_text(model_dir, "model_dir")); });
}

void vasa_session_free(vasa_session* session) {
    delete session;
}

vasa_status vasa_options_new(vasa_options** options) {
    return make_handle(options, [] { return vasa::RenderOptions(); });
}

void vasa_options_free(vasa_options* options) {
    delete options;
}

vasa_status vasa_options_set(vasa_options* options, const char* name, const char* value) {
    return with_status([&] {
        vasa::set_option(require(options, "options").options,
                         require_text(name, "name"),
                         require_text(value, "value"));
    });
}

vasa_status vasa_options_get(vasa_options* options, const char* name, const char** value) {
    return with_status([&] {
        const char*& target = require(value, "pointer for the result");
        target = nullptr;
        vasa_options& all = require(options, "options");
        all.text = vasa::get_option(all.options, require_text(name, "name"));
        target = all.text.c_str();
    });
}

vasa_status vasa_encode(vasa_session* session,
                        const char* image,
                        const vasa_options* options,
                        vasa_face** face) {
    return make_handle(face, [&] {
        return require(session, "session")
            .session.encode(require_text(image, "image"), options_of(options));
    });
}

vasa_status vasa_face_load(const char* path, vasa_face** face) {
    return make_handle(face, [&] { return vasa::Face::load(require_text(path, "path")); });
}

vasa_status vasa_face_save(const vasa_face* face, const char* path, int overwrite) {
    return with_status(
        [&] { require(face, "face").face.save(require_text(path, "path"), overwrite != 0); });
}

void vasa_face_free(vasa_face* face) {
    delete face;
}

vasa_status vasa_animate(vasa_session* session,
                         const char* audio,
                         const vasa_options* options,
                         vasa_motion** motion) {
    return make_handle(motion, [&] {
        return require(session, "session")
            .session.animate(require_text(audio, "audio"), options_of(options));
    });
}

vasa_status vasa_motion_load(const char* path, vasa_motion** motion) {
    return make_handle(motion, [&] { return vasa::Motion::load(require_text(path, "path")); });
}

vasa_status vasa_motion_save(const vasa_motion* motion, const char* path, int overwrite) {
    return with_status(
        [&] { require(motion, "motion").motion.save(require_text(path, "path"), overwrite != 0); });
}

void vasa_motion_free(vasa_motion* motion) {
    delete motion;
}

vasa_status vasa_render(vasa_session* session,
                        const vasa_face* face,
                        const vasa_motion* motion,
                        const vasa_options* options,
                        const vasa_callbacks* callbacks,
                        vasa_result* result) {
    if (result != nullptr) {
        *result = vasa_result{};
    }
    return with_status([&] {
        const vasa::RenderResult made = render(require(session, "session").session,
                                               face,
                                               motion,
                                               options_of(options),
                                               to_callbacks(callbacks));
        if (result != nullptr) {
            *result = {made.num_frames, made.duration_s, made.seconds.total_s, made.seed};
        }
    });
}
