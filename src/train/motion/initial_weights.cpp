// SPDX-License-Identifier: Apache-2.0
#include "motion/initial_weights.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"
#include "vasa/motion/motion_space.h"
#include "vasa/tensor/weights.h"

#include <algorithm>

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using motion::kMotionWidth;

/// The sizes that two networks must share. A network of a shorter window begins with the positions
/// of a longer one.
std::string sizes_of(drive::MotionTransformerConfig config, int longest_window) {
    config.styles = {"any"};
    config.window = std::min(config.window, longest_window);
    return config.to_json();
}

at::Tensor tensor_of(const std::vector<float>& values) {
    return at::from_blob(const_cast<float*>(values.data()), {kMotionWidth}).clone();
}

}  // namespace

MotionStatistics load_initial_weights(const std::string& path,
                                      const std::string& speech_features,
                                      drive::MotionTransformer& network) {
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Model);
    models::check_marker(file, models::FileKind::MotionNetwork);
    models::check_inputs(file, drive::motion_network_inputs(speech_features));
    const auto config = drive::MotionTransformerConfig::from_json(file.metadata("config"), path);
    const int window = network->config().window;
    const std::string found = sizes_of(config, window);
    const std::string expected = sizes_of(network->config(), window);
    if (found != expected) {
        throw Error(ErrorKind::Input,
                    "initial weights '" + path + "' are of " + found + ", expected " + expected);
    }
    drive::MotionTransformer trained(config);
    tensor::load_weights(*trained, file, "network.");
    const torch::NoGradGuard guard;
    const auto values = trained->named_parameters();
    for (auto& item : network->named_parameters()) {
        if (item.key() != "style") {
            const at::Tensor& trained_value = values[item.key()];
            item.value().copy_(item.key() == "position"
                                   ? trained_value.slice(0, 0, item.value().size(0))
                                   : trained_value);
            continue;
        }
        const std::vector<std::string>& wanted = network->config().styles;
        for (std::size_t i = 0; i <= wanted.size(); ++i) {
            // The row after the last style stands for "no style".
            const auto place =
                i < wanted.size() ? std::find(config.styles.begin(), config.styles.end(), wanted[i])
                                  : config.styles.end();
            if (i == wanted.size() || place != config.styles.end()) {
                item.value()[static_cast<std::int64_t>(i)].copy_(
                    values["style"][place - config.styles.begin()]);
            }
        }
    }
    return {tensor_of(file.floats("motion.mean", {kMotionWidth})),
            tensor_of(file.floats("motion.scale", {kMotionWidth}))};
}

}  // namespace vasa::train
