// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/speech/speech_encoder.h"
#include "vasa/speech/speech_rate.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace vasa::speech {

/// Speech after the beginning of a feature row's 40 ms that the live encoder needs, s: the row,
/// half a spectrogram's window, and 20 ms for each block of the network.
constexpr double kLiveFuture_s = 0.1325;

/// Features of speech that arrives. The encoder must outlive it.
class LiveSpeechStream {
  public:
    ~LiveSpeechStream();
    LiveSpeechStream(LiveSpeechStream&&) noexcept;
    LiveSpeechStream& operator=(LiveSpeechStream&&) noexcept;

    /// Takes mono speech at kSpeechRate_hz and returns the rows that it completes, [rows,
    /// kFeatureWidth]; two at a time, row i kLiveFuture_s after i / kFeatureRate_hz or up to one
    /// row later. Rows do not depend on how the samples were pushed.
    std::vector<float> push(const float* samples, std::size_t count);

  private:
    friend class LiveSpeechEncoder;
    struct Impl;
    explicit LiveSpeechStream(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Speech encoder for speech that arrives: imitates SpeechEncoder's features with less of the
/// future.
class LiveSpeechEncoder {
  public:
    /// @param path    live_speech_encoder.safetensors
    /// @param device  "cpu" or "cuda:0"
    /// @throws Error(Model) naming the tensor that is missing or of another shape
    static LiveSpeechEncoder load(const std::string& path, const std::string& device = "cpu");
    ~LiveSpeechEncoder();
    LiveSpeechEncoder(LiveSpeechEncoder&&) noexcept;
    LiveSpeechEncoder& operator=(LiveSpeechEncoder&&) noexcept;

    /// Name of the features that it imitates.
    const std::string& features() const;
    LiveSpeechStream start() const;
    /// Features of a whole clip as a stream gives them but for rounding, as many rows as
    /// SpeechEncoder::encode().
    SpeechFeatures encode(const std::vector<float>& speech) const;

  private:
    friend class LiveSpeechStream;
    struct Impl;
    explicit LiveSpeechEncoder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace vasa::speech
