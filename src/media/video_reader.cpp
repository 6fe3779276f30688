// SPDX-License-Identifier: Apache-2.0
#include "libav_util.h"
#include "picture_decoder.h"
#include "timeline.h"

#include "vasa/media/video_file.h"

#include <cmath>
#include <utility>

namespace vasa::media {
namespace {

/// Longer pictures are not a video of a person, or their time stamps are damaged.
constexpr double kLongestPicture_s = 60.0;

VideoInfo read_info(AVFormatContext& input, int video_index, const Timeline& timeline) {
    AVStream& video = *input.streams[video_index];
    VideoInfo info;
    info.width = video.codecpar->width;
    info.height = video.codecpar->height;
    displayed_size(av_guess_sample_aspect_ratio(&input, &video, nullptr), info.width, info.height);
    if (stream_orientation(video) >= 5) {
        std::swap(info.width, info.height);
    }
    info.fps = timeline.fps;
    info.num_frames = timeline.num_frames;
    info.duration_s = static_cast<double>(timeline.num_frames) / timeline.fps.value();
    info.video_codec = avcodec_get_name(video.codecpar->codec_id);
    const int audio_index = av_find_best_stream(&input, AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    if (audio_index >= 0) {
        const AVStream& audio = *input.streams[audio_index];
        info.audio_duration_s = stream_duration_s(input, audio);
        info.audio_codec = avcodec_get_name(audio.codecpar->codec_id);
    }
    info.metadata = read_tags(input.metadata);
    return info;
}

}  // namespace

VideoInfo probe_video(const std::string& path) {
    const Timeline timeline = read_timeline(path);
    const InputPtr input = open_media(path, "video");
    const int index = find_pictures(*input);
    if (index < 0) {
        fail_video(path, "no video in it that can be decoded");
    }
    return read_info(*input, index, timeline);
}

struct VideoReader::State {
    std::string path;
    PictureDecoder decoder;
    Timeline timeline;
    VideoInfo info;
    Picture shown, next;  ///< the picture of the current frame and the one after it
    bool has_shown = false, has_next = false;
    std::int64_t shown_frame = 0, next_frame = 0;  ///< where they appear first
    std::int64_t num_decoded = 0;
    std::int64_t num_read = 0;  ///< frames
    bool is_repeat = false;
    core::ImageU8 image;  ///< the shown picture, once converted

    explicit State(const std::string& file)
        : path(file), decoder(file), timeline(read_timeline(file)) {
        info = read_info(decoder.input(), decoder.stream().index, timeline);
    }

    void fetch_next() {
        has_next = decoder.next(next);
        if (!has_next) {
            return;
        }
        next_frame = timeline.has_times && std::isfinite(next.time_s)
                         ? std::llround(timeline.position(next.time_s))
                         : timeline.num_lead + num_decoded;
        ++num_decoded;
    }

    /// The frame after the last picture's end.
    std::int64_t end_frame() const {
        return timeline.has_times ? std::max(shown_frame + 1, timeline.num_frames)
                                  : shown_frame + 1;
    }

    void check_hold(std::int64_t num_frames) const {
        const double duration_s = static_cast<double>(num_frames) / timeline.fps.value();
        if (duration_s > kLongestPicture_s) {
            fail_video(path,
                       "a picture that lasts " + std::to_string(std::lround(duration_s)) +
                           " s, expected at most " +
                           std::to_string(std::lround(kLongestPicture_s)) + " s");
        }
    }

    /// Moves to the picture of the next frame. @return false after the last frame
    bool advance() {
        if (num_read == 0) {
            fetch_next();
        }
        // Sound may begin before the first picture: that picture is shown until the next.
        while (has_next && (!has_shown || next_frame <= num_read)) {
            std::swap(shown, next);
            check_hold(next_frame - (has_shown ? shown_frame : 0));
            shown_frame = next_frame;
            has_shown = true;
            image = {};
            fetch_next();
        }
        if (!has_next) {
            if (num_read >= end_frame()) {
                return false;
            }
            check_hold(end_frame() - shown_frame);
        }
        is_repeat = num_read > shown_frame;
        ++num_read;
        return true;
    }
};

VideoReader::VideoReader(const std::string& path) : state_(std::make_unique<State>(path)) {}

VideoReader::~VideoReader() = default;

const VideoInfo& VideoReader::info() const {
    return state_->info;
}

bool VideoReader::read(core::ImageU8& rgb) {
    if (!state_->advance()) {
        return false;
    }
    if (state_->image.empty()) {
        state_->image = state_->decoder.convert(state_->shown);
    }
    rgb = state_->image;
    return true;
}

bool VideoReader::skip() {
    return state_->advance();
}

bool VideoReader::is_repeat() const {
    return state_->is_repeat;
}

}  // namespace vasa::media
