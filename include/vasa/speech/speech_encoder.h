// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"
#include "vasa/speech/speech_rate.h"

#include <memory>
#include <string>
#include <vector>

namespace vasa::speech {

/// Rate of the features: one row per frame of motion.
constexpr int kFeatureRate_hz = 25;
constexpr int kFeatureWidth = 1024;
/// Name of the shipped encoder's features. Networks with feature inputs record this name; features
/// of other encoders have another meaning.
constexpr const char* kSpeechFeatures = "whisper base, block 4";

/// Speech over time, as input of the motion network.
struct SpeechFeatures {
    int num_frames = 0;
    /// [num_frames, kFeatureWidth] row-major, roughly within ±5; row i covers the speech from
    /// i / 25 s to (i + 1) / 25 s.
    std::vector<float> values;
};

/// Features of one clip, computed as needed. The encoder must outlive it.
class SpeechStream {
  public:
    ~SpeechStream();
    SpeechStream(SpeechStream&&) noexcept;
    SpeechStream& operator=(SpeechStream&&) noexcept;

    /// Rows of the whole clip.
    int num_frames() const;
    /// Features of the whole clip; at least the first `num_frames` rows are computed, rows not yet
    /// computed are zero. Rows do not depend on how many are requested at once.
    const SpeechFeatures& encode_to(int num_frames, const core::StopToken& stop = {});

  private:
    friend class SpeechEncoder;
    struct Impl;
    explicit SpeechStream(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Speech encoder: log-mel spectrogram and the first blocks of Whisper base's encoder.
class SpeechEncoder {
  public:
    /// @param path    speech_encoder.safetensors
    /// @param device  "cpu" or "cuda:0", as tensor::Device::to_string() gives
    /// @throws Error(Model) naming the tensor that is missing or of another shape.
    static SpeechEncoder load(const std::string& path, const std::string& device = "cpu");
    ~SpeechEncoder();
    SpeechEncoder(SpeechEncoder&&) noexcept;
    SpeechEncoder& operator=(SpeechEncoder&&) noexcept;

    /// Name of the features: kSpeechFeatures, or that of another block.
    const std::string& features() const;

    /// Begins a clip of ceil(samples · kFeatureRate_hz / kSpeechRate_hz) rows.
    /// @param speech  mono, kSpeechRate_hz
    SpeechStream start(const std::vector<float>& speech) const;

    /// Features of a whole clip, ceil(samples · kFeatureRate_hz / kSpeechRate_hz) rows.
    ///
    /// A row depends on at most 1 s of later speech and on about 30 s of earlier speech; a gain of
    /// the recording hardly changes it.
    /// @param speech  mono, kSpeechRate_hz
    SpeechFeatures encode(const std::vector<float>& speech, const core::StopToken& stop = {}) const;

  private:
    friend class SpeechStream;
    struct Impl;
    explicit SpeechEncoder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace vasa::speech
