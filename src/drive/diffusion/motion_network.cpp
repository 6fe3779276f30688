// SPDX-License-Identifier: Apache-2.0
#include "diffusion/motion_network.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"
#include "vasa/tensor/weights.h"

#include <algorithm>

#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>

namespace vasa::drive {

using core::Error;
using core::ErrorKind;

int MotionNetwork::find_style(const std::string& name) const {
    const std::vector<std::string>& styles = network->config().styles;
    const auto place = std::find(styles.begin(), styles.end(), name);
    if (!name.empty() && place == styles.end()) {
        std::string known;
        for (const std::string& style : styles) {
            known += (known.empty() ? "" : ", ") + style;
        }
        throw Error(ErrorKind::Usage, "unknown style '" + name + "', known: " + known);
    }
    return name.empty() ? 0 : static_cast<int>(place - styles.begin());
}

motion::MotionVector MotionNetwork::motion_of(const float* values) const {
    motion::MotionVector vector;
    for (std::size_t k = 0; k < vector.size(); ++k) {
        vector[k] = mean[k] + scale[k] * values[k];
    }
    return vector;
}

at::Tensor MotionNetwork::values_of(const motion::MotionVector& vector) const {
    at::Tensor values = at::empty({motion::kMotionWidth}, at::kFloat);
    for (std::size_t k = 0; k < vector.size(); ++k) {
        values.data_ptr<float>()[k] = (vector[k] - mean[k]) / scale[k];
    }
    return values;
}

MotionNetwork load_motion_network(const std::string& path, const std::string& device) {
    const c10::InferenceMode inference;
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Model);
    models::check_marker(file, models::FileKind::MotionNetwork);
    MotionNetwork result;
    result.speech_features = models::one_input(file, "speech");
    models::check_inputs(file, motion_network_inputs(result.speech_features));
    const auto config = MotionTransformerConfig::from_json(file.metadata("config"), path);
    result.network = MotionTransformer(config);
    tensor::load_weights(*result.network, file, "network.");
    result.mean = file.floats("motion.mean", {motion::kMotionWidth});
    result.scale = file.floats("motion.scale", {motion::kMotionWidth});
    for (const float scale : result.scale) {
        if (!(scale > 0.0F)) {
            throw Error(ErrorKind::Model,
                        "motion network '" + path + "': motion.scale is not positive");
        }
    }
    result.device = at::Device(device);
    result.network->to(result.device);
    result.network->eval();
    return result;
}

}  // namespace vasa::drive
