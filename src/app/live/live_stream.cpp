// SPDX-License-Identifier: Apache-2.0
#include "live/live_stream.h"

#include "live/address_speech.h"
#include "live/control_channel.h"
#include "live/live_controller.h"
#include "live/live_events.h"
#include "live/speech_thread.h"

#include "vasa/core/log.h"
#include "vasa/media/sound_stream.h"

#include <atomic>
#include <cmath>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace vasa::app {
namespace {

/// How long a wait for a frame does not look at the stop token and the events.
constexpr double kWait_s = 0.05;
constexpr double kStatsInterval_s = 10.0;

double rounded(double seconds) {
    return std::round(1e4 * seconds) / 1e4;
}

/// The speech of a file or URL; raw speech of standard input needs none.
struct AddressedSound {
    std::shared_ptr<std::atomic<bool>> is_stopping = std::make_shared<std::atomic<bool>>(false);
    std::unique_ptr<media::SoundStream> sound;

    AddressedSound(const LiveStreamOptions& options, const core::StopToken& stop) {
        if (options.audio != "-") {
            sound = std::make_unique<media::SoundStream>(options.audio, [stop, flag = is_stopping] {
                return flag->load() || stop.stop_requested();
            });
        }
    }
};

render::LiveOptions with_sound(render::LiveOptions options,
                               const LiveStreamOptions& stream,
                               const AddressedSound& addressed) {
    options.sample_rate =
        addressed.sound ? addressed.sound->sample_rate() : stream.sound.sample_rate;
    options.channels = addressed.sound ? addressed.sound->channels() : stream.sound.channels;
    return options;
}

/// One run of the command.
class LiveStream {
  public:
    LiveStream(const LiveStreamOptions& options, Context& context)
        : options_(options),
          context_(context),
          events_(context.json),
          addressed_(options, context.stop),
          live_(with_sound(options.live, options, addressed_)),
          session_(std::make_shared<render::RenderCache>(context.model_dir, kMaxFaces), live_),
          ready_s_(events_.now_s()),
          output_(
              make_writer(),
              options.when_slow,
              static_cast<double>(live_.sample_rate) * live_.channels,
              [this](const render::LiveFrame& frame) { note_written(frame); },
              context.stop),
          speech_(make_speech()),
          controller_(live_.render, session_, *speech_, events_, [this] { return stats("stats"); }),
          controls_(options.control_fd, options.control_socket, [this](const std::string& line) {
              return controller_.handle(line);
          }) {
        events_.write({{"event", "ready"}, {"lookahead_s", session_.stats().lookahead_s}});
    }

    void run() {
        try {
            pass_frames();
            output_.finish();
            context_.stop.throw_if_stopped();
            speech_->check();
            if (has_ended_ && speech_->num_samples() == 0) {
                throw core::Error(core::ErrorKind::Input,
                                  "live speech has no sample, expected sound");
            }
        } catch (const core::Error& error) {
            events_.write({{"event", "error"},
                           {"kind", core::error_kind_name(error.kind())},
                           {"message", error.what()}});
            report_end();
            throw;
        }
        report_end();
    }

  private:
    /// Portraits whose face codes are kept, about 8 MB each.
    static constexpr std::size_t kMaxFaces = 8;

    std::unique_ptr<FrameWriter> make_writer() const {
        if (is_raw(options_.target.format)) {
            return make_raw_writer(options_.target, context_.stop);
        }
        media::StreamOptions stream;
        stream.video.fps = live_.render.fps;
        stream.video.codec = live_.render.codec;
        stream.video.crf = live_.render.crf;
        stream.video.preset = live_.render.preset;
        stream.video.metadata = session_.tags();
        stream.sample_rate = live_.sample_rate;
        stream.channels = live_.channels;
        return make_coded_writer(options_.target, stream, context_.stop);
    }

    std::unique_ptr<SpeechSource> make_speech() {
        if (addressed_.sound) {
            return std::make_unique<AddressSpeech>(
                std::move(addressed_.sound), addressed_.is_stopping, session_);
        }
        return std::make_unique<SpeechThread>(STDIN_FILENO, options_.sound, session_);
    }

    void pass_frames() {
        double next_stats_s = ready_s_ + kStatsInterval_s;
        for (;;) {
            context_.stop.throw_if_stopped();
            render::LiveFrame frame;
            const render::LiveStatus status = session_.next(frame, kWait_s);
            if (status == render::LiveStatus::Ended) {
                has_ended_ = true;
                return;
            }
            if (status == render::LiveStatus::Frame && !output_.offer(std::move(frame))) {
                if (output_.is_closed()) {
                    core::log_info("the reader has closed the stream");
                    events_.write({{"event", "closed"}});
                }
                return;
            }
            if (events_.now_s() >= next_stats_s) {
                next_stats_s += kStatsInterval_s;
                events_.write(stats("stats"));
            }
        }
    }

    /// In the output's thread.
    void note_written(const render::LiveFrame& frame) {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!has_written_) {
            has_written_ = true;
            events_.write(
                {{"event", "first_frame"}, {"since_ready_s", rounded(events_.now_s() - ready_s_)}});
        }
        if (frame.arrival_s) {
            latencies_.add(render::live_now_s() - *frame.arrival_s);
        }
    }

    nlohmann::json stats(const char* event) const {
        const render::LiveStats s = session_.stats();
        const OutputCounts out = output_.counts();
        nlohmann::json result = {{"event", event},
                                 {"frames", out.num_written},
                                 {"skipped", s.num_skipped},
                                 {"dropped", out.num_dropped},
                                 {"speech_s", rounded(s.speech_s)},
                                 {"silence_s", rounded(s.silence_s)},
                                 {"dropped_speech_s", rounded(s.dropped_s)},
                                 {"interrupted_s", rounded(s.interrupted_s)},
                                 {"waiting_s", rounded(s.waiting_s)},
                                 {"lag_s", rounded(s.lag_s)},
                                 {"slipped_s", rounded(s.slipped_s)},
                                 {"reader_waited_s", rounded(out.waited_s)},
                                 {"lost_sound_s", rounded(out.lost_sound_s)},
                                 {"motion_cost_s", rounded(s.motion_cost_s)},
                                 {"picture_cost_s", rounded(s.picture_cost_s)}};
        const std::lock_guard<std::mutex> lock(mutex_);
        if (latencies_.num() > 0) {
            for (const auto& [name, share] : {std::pair{"p50", 0.5},
                                              std::pair{"p90", 0.9},
                                              std::pair{"p99", 0.99},
                                              std::pair{"max", 1.0}}) {
                result["latency_s"][name] = latencies_.percentile_s(share);
            }
        }
        return result;
    }

    void report_end() {
        const nlohmann::json end = stats("end");
        events_.write(end);
        std::string text = "live: " + std::to_string(end["frames"].get<std::int64_t>()) +
                           " frames written, " +
                           std::to_string(end["skipped"].get<std::int64_t>()) + " skipped, " +
                           std::to_string(end["dropped"].get<std::int64_t>()) + " dropped";
        if (end.contains("latency_s")) {
            text += ", from speech to frame " +
                    std::to_string(std::lround(1000 * end["latency_s"]["p50"].get<double>())) +
                    " ms (median)";
        }
        core::log_info(text);
    }

    const LiveStreamOptions& options_;
    Context& context_;
    const LiveEvents events_;
    mutable std::mutex mutex_;  ///< of the two below
    bool has_written_ = false;
    DurationCounts latencies_;
    AddressedSound addressed_;
    const render::LiveOptions live_;
    render::LiveSession session_;
    const double ready_s_;
    bool has_ended_ = false;  ///< by the end of its speech
    OutputThread output_;
    const std::unique_ptr<SpeechSource> speech_;
    LiveController controller_;
    ControlChannel controls_;
};

}  // namespace

void run_live_stream(const LiveStreamOptions& options, Context& context) {
    LiveStream(options, context).run();
}

}  // namespace vasa::app
