// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "range_file.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include "vasa/core/error.h"
#include "vasa/core/rational.h"

namespace vasa::media {

struct AvDeleter {
    void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(SwrContext* context) const { swr_free(&context); }
    void operator()(SwsContext* context) const { sws_freeContext(context); }
};
using InputPtr = std::unique_ptr<AVFormatContext, AvDeleter>;
using CodecPtr = std::unique_ptr<AVCodecContext, AvDeleter>;
using FramePtr = std::unique_ptr<AVFrame, AvDeleter>;
using PacketPtr = std::unique_ptr<AVPacket, AvDeleter>;
using SwrPtr = std::unique_ptr<SwrContext, AvDeleter>;
using SwsPtr = std::unique_ptr<SwsContext, AvDeleter>;

/// libav's text for an error code, in lower case.
std::string av_error_text(int code);

/// Throws Error(Resource) if libav is out of memory.
template <typename T>
T* require_memory(T* pointer) {
    if (!pointer) {
        throw core::Error(core::ErrorKind::Resource, "out of memory");
    }
    return pointer;
}

FramePtr make_frame();
PacketPtr make_packet();

/// Opens a local media file of a common container and reads its streams' headers. Playlists and
/// other formats that could refer to other files are refused.
/// @param what   "speech" or "video", for the message
/// @param range  part of the file to read as if it were a file; an empty one stands for all of it
/// @throws Error(Input)
InputPtr open_media(const std::string& path, const std::string& what, const SoundRange& range = {});

/// First decodable stream of a type, except cover pictures.
/// @return its index; -1 if there is none
int find_stream(AVFormatContext& input, AVMediaType type, const AVCodec*& decoder);

/// Opens a stream's decoder. @throws Error(Input) with the cause only.
CodecPtr open_decoder(const AVStream& stream, const AVCodec* decoder, int threads);

/// Length of a stream as stated by its container, seconds; 0 if not stated.
double stream_duration_s(const AVFormatContext& input, const AVStream& stream);

/// Rate and channels of sound.
struct SoundFormat {
    int sample_rate, channels;
};

/// Allocates a converter of sound to interleaved f32, channels in libav's default order. The caller
/// may set options before it calls swr_init().
/// @param samples  how the source's samples are stored
/// @return         libav's error code, negative if there is none
int make_sound_converter(const SoundFormat& from,
                         AVSampleFormat samples,
                         const SoundFormat& to,
                         SwrPtr& converter);

/// Converts a block and appends the result.
/// @param planes      of the block, null for what the converter still holds
/// @param num_frames  of the block
/// @return            libav's error code; if negative, nothing was appended
int append_converted(SwrContext& converter,
                     const std::uint8_t** planes,
                     int num_frames,
                     int channels,
                     std::vector<float>& samples);

std::map<std::string, std::string> read_tags(const AVDictionary* tags);

/// Drops this thread's libav messages during its lifetime: for attempts that may fail.
class AvLogMute {
  public:
    AvLogMute();
    ~AvLogMute();
    AvLogMute(const AvLogMute&) = delete;
    AvLogMute& operator=(const AvLogMute&) = delete;
};

/// Lets libav's warnings be logged anew if this is another file than before; of each file, the
/// first few are.
void begin_av_messages(const std::string& path);

/// Installs the log redirection once; every function that uses libav calls it first.
void ensure_av_log();

}  // namespace vasa::media
