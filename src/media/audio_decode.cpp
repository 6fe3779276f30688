// SPDX-License-Identifier: Apache-2.0
#include "audio_decode.h"

#include "libav_util.h"
#include "packet_clock.h"
#include "sound_converter.h"
#include "timeline.h"

#include "vasa/core/log.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace vasa::media {
namespace {

/// Time stamps that are off by less are rounding and jitter: the sound goes on without a seam. A
/// frame of 25 Hz.
constexpr double kLargestJitter_s = 0.04;
/// Longest padding of a last block.
constexpr std::int64_t kLongestPadding = 4096;

/// Containers without time stamps of their own count packets; libav indexes them as it reads.
bool has_time_stamps(const AVFormatContext& input) {
    return (input.iformat->flags & AVFMT_GENERIC_INDEX) == 0;
}

/// Whether a stream goes on after damage or foreign bytes (tags between joined MP3s), as in
/// players: compressed sound in containers that may be cut anywhere or have no time stamps.
bool is_self_synchronising(const AVFormatContext& input, AVCodecID codec) {
    const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec);
    return is_cuttable(input) || (!has_time_stamps(input) && codec >= AV_CODEC_ID_MP2 &&
                                  descriptor && (descriptor->props & AV_CODEC_PROP_LOSSY) != 0);
}

/// Decodes the packets of one stream into interleaved f32.
class SoundDecoder {
  public:
    SoundDecoder(const std::string& path,
                 const SoundRange& range,
                 const LoadAudioOptions& options,
                 bool is_length_wrong)
        : path_(path),
          options_(options),
          is_length_wrong_(is_length_wrong),
          input_(open_media(path, "speech", range)),
          clock_(*input_) {
        const AVCodec* decoder = nullptr;
        const int pictures = find_pictures(*input_);
        if (pictures >= 0) {
            timeline_ = read_timeline(path_);
        }
        stream_index_ = find_stream(*input_, AVMEDIA_TYPE_AUDIO, decoder);
        if (stream_index_ < 0) {
            fail_sound(path_, "no sound in it that can be decoded");
        }
        if (timeline_.num_joins > 0) {
            input_->streams[pictures]->discard = AVDISCARD_DEFAULT;
        }
        try {
            codec_ = open_decoder(*stream(), decoder, 1);
        } catch (const core::Error& error) {
            fail_sound(path_, error.what());
        }
    }

    AudioClip decode() {
        const PacketPtr packet = make_packet();
        for (;;) {
            const int result = av_read_frame(input_.get(), packet.get());
            if (result == AVERROR_EOF) {
                break;
            }
            if (result < 0) {
                fail_sound(path_, "truncated or damaged: " + av_error_text(result));
            }
            clock_.adjust(*packet);
            if (packet->stream_index == stream_index_) {
                send_held(packet.get());
                av_packet_move_ref(held_.get(), packet.get());
            }
            av_packet_unref(packet.get());
        }
        send_held(nullptr);
        send(nullptr);
        if (!converter_.flush(clip_.samples)) {
            fail_sound(path_, "its samples cannot be converted");
        }
        if (clip_.samples.empty()) {
            fail_sound(path_,
                       first_damage_.empty()
                           ? "no sound in it that can be decoded"
                           : "none of its " + std::to_string(num_packets_) +
                                 " packets can be decoded; the first is " + first_damage_);
        }
        check_damaged_share();
        fit_declared_length();
        return std::move(clip_);
    }

  private:
    const AVStream* stream() const { return input_->streams[stream_index_]; }

    void take_damage(const std::string& cause) {
        if (first_damage_.empty()) {
            first_damage_ = cause;
        }
        if (is_self_synchronising(*input_, codec_->codec_id)) {
            is_after_damage_ = is_begun_;
            num_damaged_ += is_begun_ ? 1 : 0;
        } else if (!is_length_wrong_) {
            fail_sound(path_, cause + position());
        }
    }

    /// Sends the packet before `next`. Browsers and remuxers state padding to drop in every packet,
    /// although the next one follows without a gap: only the last packet has padding.
    void send_held(const AVPacket* next) {
        if (held_->size == 0) {
            return;
        }
        std::size_t size = 0;
        std::uint8_t* skip = av_packet_get_side_data(held_.get(), AV_PKT_DATA_SKIP_SAMPLES, &size);
        constexpr std::size_t kEndOffset = 4, kNumBytes = 4;  // of the samples to drop at the end
        if (next && skip && size >= kEndOffset + kNumBytes && has_time_stamps(*input_) &&
            next->pts != AV_NOPTS_VALUE && held_->pts != AV_NOPTS_VALUE &&
            2 * (next->pts - held_->pts) > held_->duration) {
            std::fill_n(skip + kEndOffset, kNumBytes, std::uint8_t{0});
        }
        send(held_.get());
        av_packet_unref(held_.get());
    }

    void check_damaged_share() const {
        if (is_mostly_damaged(num_damaged_, num_packets_)) {
            fail_sound(path_,
                       "damaged: " + std::to_string(num_damaged_) + " of " +
                           std::to_string(num_packets_) + " packets cannot be decoded");
        }
        if (num_damaged_ > 0) {
            core::log_warning("speech '" + path_ + "': skipped " + std::to_string(num_damaged_) +
                              " of " + std::to_string(num_packets_) +
                              " packets, which cannot be decoded");
        }
    }

    void send(const AVPacket* packet) {
        num_packets_ += packet ? 1 : 0;
        if (packet && (packet->flags & AV_PKT_FLAG_CORRUPT) != 0) {
            take_damage("truncated");
            // What is there of a last block of plain samples is sound.
            if (!is_length_wrong_) {
                return;
            }
        }
        int result = avcodec_send_packet(codec_.get(), packet);
        if (result < 0 && result != AVERROR_EOF) {
            take_damage("damaged: " + av_error_text(result));
            return;
        }
        for (;;) {
            result = avcodec_receive_frame(codec_.get(), frame_.get());
            if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) {
                return;
            }
            if (result < 0) {
                take_damage("damaged: " + av_error_text(result));
                return;
            }
            append(*frame_);
            av_frame_unref(frame_.get());
        }
    }

    void append(const AVFrame& frame) {
        check_sound_format(path_, frame.sample_rate, frame.ch_layout.nb_channels);
        std::vector<float> block;
        if (!converter_.convert(frame, block)) {
            fail_sound(path_, "its samples cannot be converted");
        }
        clip_.sample_rate = converter_.sample_rate();
        clip_.channels = converter_.channels();
        const std::int64_t num_before = clip_.num_frames();
        place(frame.best_effort_timestamp, block);
        if (is_after_damage_) {
            // Packets of which nothing arrived.
            num_damaged_ += static_cast<int>((clip_.num_frames() - num_before) / frame.nb_samples);
            is_after_damage_ = false;
        }
        clip_.samples.insert(clip_.samples.end(), block.begin(), block.end());
        check_sound_length(path_, clip_.num_frames(), clip_.sample_rate, options_);
        is_begun_ = true;
    }

    /// Puts silence before a block that comes later than the clip's end, and cuts off its begin if
    /// it comes earlier.
    void place(std::int64_t time_stamp, std::vector<float>& block) {
        if (time_stamp == AV_NOPTS_VALUE) {
            return;
        }
        const double time_s = static_cast<double>(time_stamp) * av_q2d(stream()->time_base);
        if (!is_begun_) {
            zero_s_ = timeline_.has_pictures ? timeline_.zero_s : time_s;
        }
        if (!timeline_.has_pictures && !has_time_stamps(*input_)) {
            return;
        }
        const double gap_s = time_s - zero_s_ - clip_.duration_s();
        if (is_begun_ && std::fabs(gap_s) < kLargestJitter_s) {
            return;
        }
        if (gap_s > 0) {
            add_silence(gap_s);
        } else if (timeline_.has_pictures) {
            const auto num_early =
                static_cast<std::size_t>(std::llround(-gap_s * clip_.sample_rate));
            const std::size_t num_values =
                std::min(num_early * static_cast<std::size_t>(clip_.channels), block.size());
            block.erase(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(num_values));
        } else {
            // Sound alone loses nothing.
            zero_s_ += gap_s;
        }
    }

    void add_silence(double duration_s) {
        // Before the memory for it is taken.
        const double num_frames = std::round(duration_s * clip_.sample_rate);
        check_sound_length(
            path_,
            clip_.num_frames() + static_cast<std::int64_t>(std::min(num_frames, 1e15)),
            clip_.sample_rate,
            options_);
        const auto num_values =
            static_cast<std::size_t>(num_frames) * static_cast<std::size_t>(clip_.channels);
        clip_.samples.resize(clip_.samples.size() + num_values, 0.0f);
        if (!is_begun_) {
            num_lead_ = static_cast<std::int64_t>(num_frames);
        }
    }

    /// Drops the padding of the last block and refuses files that end early.
    void fit_declared_length() {
        if (is_length_wrong_ || clock_.num_joins() > 0 || stream()->duration == AV_NOPTS_VALUE ||
            stream()->duration <= 0 ||
            input_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) {
            return;
        }
        const AVRational sample_time = {1, clip_.sample_rate};
        const std::int64_t declared =
            num_lead_ + av_rescale_q(stream()->duration, stream()->time_base, sample_time);
        const std::int64_t decoded = clip_.num_frames();
        if (decoded < declared - std::max<std::int64_t>(clip_.sample_rate / 4, kLongestPadding)) {
            fail_sound(path_,
                       "truncated: " + std::to_string(decoded) + " samples, expected " +
                           std::to_string(declared));
        }
        // The container's length is exact only if it counts in samples.
        if (stream()->time_base.num == 1 && stream()->time_base.den == clip_.sample_rate &&
            decoded > declared && decoded - declared <= kLongestPadding) {
            clip_.samples.resize(static_cast<std::size_t>(declared * clip_.channels));
        }
    }

    std::string position() const {
        char text[48];
        std::snprintf(text, sizeof text, " at %.2f s", clip_.duration_s());
        return text;
    }

    const std::string& path_;
    const LoadAudioOptions& options_;
    const bool is_length_wrong_;
    InputPtr input_;
    PacketClock clock_;
    Timeline timeline_;
    int stream_index_ = -1;
    CodecPtr codec_;
    SoundConverter converter_;
    FramePtr frame_ = make_frame();
    PacketPtr held_ = make_packet();  ///< the latest packet, not yet sent
    int num_packets_ = 0, num_damaged_ = 0;
    std::string first_damage_;  ///< its cause
    bool is_after_damage_ = false;
    bool is_begun_ = false;
    double zero_s_ = 0.0;        ///< the clip's begin on the container's clock
    std::int64_t num_lead_ = 0;  ///< silence before the first block
    AudioClip clip_;
};

}  // namespace

AudioClip decode_with_libav(const std::string& path,
                            const SoundRange& range,
                            const LoadAudioOptions& options,
                            bool is_length_wrong) {
    return SoundDecoder(path, range, options, is_length_wrong).decode();
}

}  // namespace vasa::media
