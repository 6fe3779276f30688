// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "encoder_tensors.h"
#include "spectrogram_inputs.h"

#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"
#include "vasa/tensor/weights.h"

#include <string>

#include <c10/core/Device.h>

namespace vasa::speech {

/// A speech encoder's network on its device, with what its file holds beside it.
template <typename Network>
struct LoadedEncoder {
    Network network{nullptr};
    FeatureTensors tensors;
    at::Device device{at::kCPU};
    std::string features;
};

/// Loads the encoder of a file.
/// @tparam Config  of the network; its num_blocks is read from the file
/// @throws Error(Model) if the file is missing, damaged, of another kind or version
template <typename Config, typename Network>
void load_encoder(const std::string& path,
                  models::FileKind kind,
                  const std::string& device,
                  LoadedEncoder<Network>& encoder) {
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Model);
    models::check_marker(file, kind);
    models::check_inputs(file, spectrogram_inputs());
    Config config;
    config.num_blocks = read_num_blocks(file);
    encoder.features = feature_name(config.num_blocks);
    encoder.network = Network(config);
    tensor::load_weights(*encoder.network, file, "encoder.");
    encoder.tensors = read_feature_tensors(file);
    encoder.device = at::Device(device);
    encoder.network->to(encoder.device);
    encoder.network->eval();
    encoder.tensors.center = encoder.tensors.center.to(encoder.device);
    encoder.tensors.scale = encoder.tensors.scale.to(encoder.device);
}

}  // namespace vasa::speech
