// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/live_encoder_training.h"

#include "encoder_tensors.h"
#include "live_mel.h"
#include "spectrogram_inputs.h"
#include "whisper_encoder.h"

#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"
#include "vasa/models/training_summary.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/tensor/weights.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <torch/utils.h>

namespace vasa::speech {
namespace {

std::vector<float> values_of(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.contiguous();
    return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

}  // namespace

at::Tensor LiveEncoderParts::spectrogram(const std::vector<float>& speech) const {
    LiveMel mel(mel_filters);
    mel.push(speech.data(), speech.size());
    std::vector<at::Tensor> blocks;
    for (at::Tensor block = mel.next(); block.defined(); block = mel.next()) {
        blocks.push_back(block);
    }
    return at::cat(blocks, 0);
}

at::Tensor LiveEncoderParts::features(const at::Tensor& rows) const {
    return (rows.reshape({rows.size(0), -1, kFeatureWidth}) - center) / scale;
}

void LiveEncoderParts::add_to(core::SafetensorsWriter& writer, const LiveEncoder& weights) const {
    models::write_marker(writer, models::FileKind::LiveSpeechEncoder);
    models::write_inputs(writer, spectrogram_inputs());
    models::write_licence(writer, "MIT (OpenAI Whisper)");
    writer.set_metadata("num_blocks", std::to_string(num_blocks));
    tensor::add_weights(writer, *weights, "encoder.", core::DType::F16);
    writer.add_f32("mel_filters", mel_filters.sizes().vec(), values_of(mel_filters));
    writer.add_f32("features.center", {kFeatureWidth}, values_of(center));
    writer.add_f32("features.scale", {kFeatureWidth}, values_of(scale));
}

LiveEncoderParts make_live_encoder(const std::string& path) {
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Model);
    models::check_marker(file, models::FileKind::SpeechEncoder);
    models::check_inputs(file, spectrogram_inputs());
    LiveEncoderParts parts;
    parts.num_blocks = read_num_blocks(file);
    WhisperConfig whisper;
    whisper.num_blocks = parts.num_blocks;
    WhisperEncoder windowed(whisper);
    tensor::load_weights(*windowed, file, "encoder.");
    LiveEncoderConfig config;
    config.num_blocks = parts.num_blocks;
    parts.network = LiveEncoder(config);
    const torch::NoGradGuard guard;
    const auto values = windowed->named_parameters();
    for (auto& item : parts.network->named_parameters()) {
        item.value().copy_(values[item.key()]);
    }
    const FeatureTensors tensors = read_feature_tensors(file);
    parts.mel_filters = tensors.mel_filters;
    parts.center = tensors.center;
    parts.scale = tensors.scale;
    return parts;
}

}  // namespace vasa::speech
