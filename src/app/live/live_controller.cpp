// SPDX-License-Identifier: Apache-2.0
#include "live/live_controller.h"

#include "live/control_line.h"

#include "vasa/core/error.h"

#include <exception>
#include <utility>

#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

/// Portraits that may wait to be prepared; more in a row are a sender's fault.
constexpr std::size_t kMaxPortraits = 8;

json error_event(const char* kind, const std::string& message) {
    return {{"event", "error"}, {"kind", kind}, {"message", message}};
}

}  // namespace

LiveController::LiveController(render::RenderOptions options,
                               render::LiveSession& session,
                               SpeechSource& speech,
                               const LiveEvents& events,
                               Stats stats)
    : session_(session),
      speech_(speech),
      events_(events),
      stats_(std::move(stats)),
      options_(std::move(options)),
      thread_([this] { prepare_portraits(); }) {}

LiveController::~LiveController() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        is_stopping_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

std::string LiveController::handle(const std::string& line) {
    json event;
    try {
        event = obey(line);
    } catch (const Error& error) {
        event = error_event(core::error_kind_name(error.kind()), error.what());
    } catch (const std::exception& error) {
        event = error_event(core::error_kind_name(ErrorKind::Internal), error.what());
    }
    return events_.write(std::move(event));
}

json LiveController::obey(const std::string& text) {
    const ControlLine line = parse_control_line(text);
    json event = {{"event", "done"}};
    if (!line.options.empty()) {
        const std::lock_guard<std::mutex> lock(mutex_);
        render::RenderOptions changed = options_;
        render::set_options(changed, line.options);
        session_.set_controls(changed.drive.controls);
        options_ = std::move(changed);
    }
    if (line.pause) {
        session_.pause(*line.pause);
    }
    if (line.interrupt) {
        event["interrupted_frame"] = speech_.interrupt();
    }
    if (!line.load.empty()) {
        queue_portrait(line.load, false);
    }
    if (!line.portrait.empty()) {
        queue_portrait(line.portrait, true);
    }
    return line.stats ? stats_() : event;
}

void LiveController::queue_portrait(const std::string& path, bool is_shown) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (portraits_.size() >= kMaxPortraits) {
        throw Error(ErrorKind::Resource,
                    "portrait '" + path + "': " + std::to_string(portraits_.size()) +
                        " others wait to be prepared");
    }
    portraits_.push_back({path, is_shown});
    changed_.notify_all();
}

void LiveController::prepare_portraits() {
    for (;;) {
        Portrait portrait;
        {
            std::unique_lock<std::mutex> lock(mutex_);
            changed_.wait(lock, [&] { return is_stopping_ || !portraits_.empty(); });
            if (is_stopping_) {
                return;
            }
            portrait = portraits_.front();
            portraits_.pop_front();
        }
        prepare(portrait);
    }
}

void LiveController::prepare(const Portrait& portrait) {
    json event = {{"event", portrait.is_shown ? "portrait" : "loaded"}, {"path", portrait.path}};
    const double begin_s = events_.now_s();
    try {
        if (portrait.is_shown) {
            event["frame"] = session_.show_portrait(portrait.path);
        } else {
            session_.load_portrait(portrait.path);
        }
        event["took_s"] = events_.now_s() - begin_s;
    } catch (const Error& error) {
        event = error_event(core::error_kind_name(error.kind()), error.what());
    } catch (const std::exception& error) {
        event = error_event(core::error_kind_name(ErrorKind::Internal), error.what());
    }
    events_.write(std::move(event));
}

}  // namespace vasa::app
