// SPDX-License-Identifier: Apache-2.0
#include "sndfile_decode.h"

#include "audio_decode.h"

#include <algorithm>
#include <memory>

#include <sndfile.h>

namespace vasa::media {
namespace {

constexpr sf_count_t kBlockFrames = 1 << 16;

struct SndfileCloser {
    void operator()(SNDFILE* file) const { sf_close(file); }
};

/// What libsndfile sees of a file.
struct Source {
    const RangeFile& file;
    const SoundHeader& header;
    std::int64_t position = 0;

    static Source& of(void* data) { return *static_cast<Source*>(data); }

    std::int64_t read(void* bytes, std::int64_t count) {
        const auto num_read = static_cast<std::int64_t>(
            file.read(position, bytes, static_cast<std::size_t>(std::max<std::int64_t>(0, count))));
        for (std::int64_t i = 0; i < 4 && header.repair_offset >= 0; ++i) {
            const std::int64_t place = header.repair_offset + i - position;
            if (place >= 0 && place < num_read) {
                static_cast<std::uint8_t*>(bytes)[place] =
                    static_cast<std::uint8_t>(header.repaired_size >> (8 * (3 - i)));
            }
        }
        position += num_read;
        return num_read;
    }

    std::int64_t seek(std::int64_t offset, int whence) {
        const std::int64_t origin =
            whence == SEEK_SET ? 0 : (whence == SEEK_CUR ? position : file.size());
        // Damaged headers ask for places before the begin.
        if (offset < -origin || offset > INT64_MAX - origin) {
            return -1;
        }
        position = origin + offset;
        return position;
    }
};

/// Files written to a pipe do not state their number of frames.
bool has_length(const SF_INFO& info) {
    return info.frames > 0 && info.frames < SF_COUNT_MAX;
}

}  // namespace

std::optional<AudioClip> decode_with_sndfile(const RangeFile& input,
                                             const SoundHeader& header,
                                             const std::string& name,
                                             const LoadAudioOptions& options) {
    Source source{input, header};
    SF_VIRTUAL_IO access{};
    access.get_filelen = [](void* data) -> sf_count_t { return Source::of(data).file.size(); };
    access.seek = [](sf_count_t offset, int whence, void* data) -> sf_count_t {
        return Source::of(data).seek(offset, whence);
    };
    access.read = [](void* bytes, sf_count_t count, void* data) -> sf_count_t {
        return Source::of(data).read(bytes, count);
    };
    access.tell = [](void* data) -> sf_count_t { return Source::of(data).position; };
    SF_INFO info{};
    const std::unique_ptr<SNDFILE, SndfileCloser> file(
        sf_open_virtual(&access, SFM_READ, &info, &source));
    if (!file) {
        return std::nullopt;
    }
    check_sound_format(name, info.samplerate, info.channels);
    AudioClip clip{info.samplerate, info.channels, {}};
    const auto channels = static_cast<std::size_t>(info.channels);
    for (;;) {
        const std::size_t used = clip.samples.size();
        clip.samples.resize(used + static_cast<std::size_t>(kBlockFrames) * channels);
        const sf_count_t count =
            sf_readf_float(file.get(), clip.samples.data() + used, kBlockFrames);
        clip.samples.resize(used +
                            static_cast<std::size_t>(std::max<sf_count_t>(count, 0)) * channels);
        check_sound_length(name, clip.num_frames(), clip.sample_rate, options);
        if (count < kBlockFrames) {
            break;
        }
    }
    const int error = sf_error(file.get());
    // What follows a file's last sample is a tag that libsndfile does not know.
    const bool is_complete = has_length(info) && clip.num_frames() >= info.frames;
    if (error != SF_ERR_NO_ERROR && !is_complete) {
        fail_sound(name, std::string("truncated or damaged: ") + sf_error_number(error));
    }
    if (has_length(info) && !header.is_length_wrong && !is_complete) {
        fail_sound(name,
                   "truncated: " + std::to_string(clip.num_frames()) + " samples, expected " +
                       std::to_string(info.frames));
    }
    return clip;
}

}  // namespace vasa::media
