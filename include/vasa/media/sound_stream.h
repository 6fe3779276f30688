// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vasa::media {

/// The sound of a file or URL, block by block as it comes.
class SoundStream {
  public:
    /// Opens a protocol of libav (udp://, srt://, rtmp://, http://, ...) or a file, of the
    /// containers that load_audio() reads. Playlists are refused, and so are containers that refer
    /// to others.
    /// @param is_stopped  looked at while it waits for the other side; true gives up
    /// @throws Error(Input)
    SoundStream(const std::string& address, std::function<bool()> is_stopped);
    ~SoundStream();
    SoundStream(const SoundStream&) = delete;
    SoundStream& operator=(const SoundStream&) = delete;

    int sample_rate() const;
    int channels() const;

    /// Appends the next block, interleaved, limited to [-1, 1]. What cannot be decoded is left out.
    /// @return false at the end, or once `is_stopped` says so
    /// @throws Error(Input) if the other side fails
    bool read(std::vector<float>& samples);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::media
