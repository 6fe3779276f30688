// SPDX-License-Identifier: Apache-2.0
#include "encoder_tensors.h"

#include "log_mel.h"

#include "vasa/core/error.h"
#include "vasa/speech/speech_encoder.h"

#include <vector>

#include <ATen/ops/from_blob.h>

namespace vasa::speech {
namespace {

at::Tensor tensor_of(const core::SafetensorsFile& file,
                     const std::string& name,
                     const std::vector<std::int64_t>& shape) {
    std::vector<float> values = file.floats(name, shape);
    return at::from_blob(values.data(), shape, at::kFloat).clone();
}

}  // namespace

FeatureTensors read_feature_tensors(const core::SafetensorsFile& file) {
    FeatureTensors tensors;
    tensors.mel_filters = tensor_of(file, "mel_filters", {kNumMels, kFftSize / 2 + 1});
    tensors.center = tensor_of(file, "features.center", {kFeatureWidth});
    tensors.scale = tensor_of(file, "features.scale", {kFeatureWidth});
    if (!(tensors.scale.min().item<float>() > 0.0F)) {
        throw core::Error(core::ErrorKind::Model,
                          "speech encoder '" + file.name() + "': features.scale is not positive");
    }
    return tensors;
}

int read_num_blocks(const core::SafetensorsFile& file) {
    const std::string& text = file.metadata("num_blocks");
    if (text.size() != 1 || text[0] < '1' || text[0] > '6') {
        throw core::Error(
            core::ErrorKind::Model,
            "speech encoder '" + file.name() + "': num_blocks is '" + text + "', expected 1 to 6");
    }
    return text[0] - '0';
}

std::string feature_name(int num_blocks) {
    return "whisper base, block " + std::to_string(num_blocks);
}

}  // namespace vasa::speech
