// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live/live_events.h"
#include "live/speech_source.h"

#include "vasa/render/live_session.h"
#include "vasa/render/render_options.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include <nlohmann/json_fwd.hpp>

namespace vasa::app {

/// Does what lines of controls ask for. Portraits are prepared in a thread of its own, so that
/// later lines need not wait for them. Any thread may call.
class LiveController {
  public:
    using Stats = std::function<nlohmann::json()>;

    /// @param options  of the stream: the controls at the start
    /// @param stats    gives the event for "stats"
    LiveController(render::RenderOptions options,
                   render::LiveSession& session,
                   SpeechSource& speech,
                   const LiveEvents& events,
                   Stats stats);
    ~LiveController();
    LiveController(const LiveController&) = delete;
    LiveController& operator=(const LiveController&) = delete;

    /// Never throws for what the line holds: what is wrong becomes an event.
    /// @return  the event that answers the line, as JSON
    std::string handle(const std::string& line);

  private:
    struct Portrait {
        std::string path;
        bool is_shown;
    };

    nlohmann::json obey(const std::string& line);
    void queue_portrait(const std::string& path, bool is_shown);
    void prepare_portraits();
    void prepare(const Portrait& portrait);

    render::LiveSession& session_;
    SpeechSource& speech_;
    const LiveEvents& events_;
    const Stats stats_;
    std::mutex mutex_;
    render::RenderOptions options_;
    std::deque<Portrait> portraits_;
    bool is_stopping_ = false;
    std::condition_variable changed_;
    std::thread thread_;
};

}  // namespace vasa::app
