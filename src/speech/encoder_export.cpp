// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/encoder_export.h"

#include "spectrogram_inputs.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"
#include "vasa/models/training_summary.h"
#include "vasa/speech/speech_encoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

namespace vasa::speech {
namespace {

using core::Error;
using core::ErrorKind;

/// Large enough that the encoder's limit on scaled features never acts.
constexpr float kScaleWithoutLimit = 1e4F;
constexpr float kMinScale = 1e-3F;
/// Interquartile range of a standard normal.
constexpr float kNormalQuartiles = 1.35F;

bool is_kept(const std::string& name, int num_blocks) {
    static const std::string kBlocks = "encoder.blocks.";
    if (name.rfind(kBlocks, 0) == 0) {
        return name[kBlocks.size()] - '0' < num_blocks;
    }
    return name.rfind("encoder.ln_post", 0) != 0;
}

void write(const EncoderExportOptions& options,
           const core::SafetensorsFile& whisper,
           const std::vector<float>& center,
           const std::vector<float>& scale) {
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::SpeechEncoder);
    models::write_inputs(writer, spectrogram_inputs());
    models::write_licence(writer, "MIT (OpenAI Whisper)");
    models::TrainingSummary training;
    training.command = options.command;
    training.revision = options.revision;
    models::write_training(writer, training);
    writer.set_metadata("num_blocks", std::to_string(options.num_blocks));
    for (const std::string& name : whisper.tensor_names()) {
        if (!is_kept(name, options.num_blocks)) {
            continue;
        }
        const core::TensorView view = whisper.tensor(name);
        writer.add_raw(name,
                       view.dtype,
                       view.shape,
                       std::vector<std::uint8_t>(view.data, view.data + view.num_bytes));
    }
    writer.add_f32("features.center", {kFeatureWidth}, center);
    writer.add_f32("features.scale", {kFeatureWidth}, scale);
    writer.save(options.out);
}

/// Median and scaled interquartile range; reorders the values.
std::pair<float, float> robust_statistics(std::vector<float>& values) {
    const auto quantile = [&](std::size_t index) {
        std::nth_element(
            values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
        return values[index];
    };
    const std::size_t count = values.size();
    const float low = quantile(count / 4);
    const float middle = quantile(count / 2);
    const float high = quantile(count * 3 / 4);
    return {middle, std::max((high - low) / kNormalQuartiles, kMinScale)};
}

}  // namespace

void EncoderExportOptions::check() const {
    if (num_blocks < 1 || num_blocks > 6) {
        throw Error(ErrorKind::Usage,
                    "speech encoder: " + std::to_string(num_blocks) + " blocks, expected 1 to 6");
    }
    if (whisper.empty() || out.empty()) {
        throw Error(ErrorKind::Usage, "speech encoder: source and output are needed");
    }
}

void export_speech_encoder(const EncoderExportOptions& options,
                           const std::vector<std::vector<float>>& clips) {
    options.check();
    const auto whisper = core::SafetensorsFile::load(options.whisper, ErrorKind::Model);
    std::vector<float> center(kFeatureWidth, 0.0F);
    std::vector<float> scale(kFeatureWidth, kScaleWithoutLimit);
    write(options, whisper, center, scale);
    const SpeechEncoder encoder = SpeechEncoder::load(options.out);
    std::vector<std::vector<float>> columns(kFeatureWidth);
    for (const std::vector<float>& clip : clips) {
        const SpeechFeatures features = encoder.encode(clip);
        for (std::size_t i = 0; i < features.values.size(); ++i) {
            columns[i % kFeatureWidth].push_back(features.values[i] * kScaleWithoutLimit);
        }
    }
    if (columns[0].empty()) {
        throw Error(ErrorKind::Input, "speech encoder: no speech to scale the features by");
    }
    for (std::size_t c = 0; c < columns.size(); ++c) {
        std::tie(center[c], scale[c]) = robust_statistics(columns[c]);
    }
    write(options, whisper, center, scale);
}

}  // namespace vasa::speech
