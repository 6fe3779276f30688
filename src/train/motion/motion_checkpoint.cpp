// SPDX-License-Identifier: Apache-2.0
#include "motion/motion_checkpoint.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/training_summary.h"
#include "vasa/motion/motion_space.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using motion::kMotionWidth;

std::vector<float> values_of(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.contiguous();
    return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

drive::MotionTransformer zero_network(const drive::MotionTransformerConfig& config) {
    drive::MotionTransformer network(config);
    const torch::NoGradGuard guard;
    for (at::Tensor& parameter : network->parameters()) {
        parameter.zero_();
        parameter.set_requires_grad(false);
    }
    return network;
}

/// A whole number of the checkpoint's metadata.
int metadata_int(const core::SafetensorsFile& file, const std::string& key) {
    const std::string& text = file.metadata(key);
    char* end = nullptr;
    const long value = std::strtol(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0' || value < 0 || value > 1'000'000'000) {
        throw Error(ErrorKind::Input,
                    "checkpoint '" + file.name() + "': " + key + " is '" + text + "'");
    }
    return static_cast<int>(value);
}

}  // namespace

MotionTrainState make_train_state(const drive::MotionTransformerConfig& config,
                                  std::uint64_t seed) {
    torch::manual_seed(seed);
    MotionTrainState state;
    state.network = drive::MotionTransformer(config);
    state.average = zero_network(config);
    state.first_moment = zero_network(config);
    state.second_moment = zero_network(config);
    const torch::NoGradGuard guard;
    const auto parameters = state.network->parameters();
    auto averages = state.average->parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        averages[i].copy_(parameters[i]);
    }
    return state;
}

void save_checkpoint(const std::string& path, const MotionTrainState& state) {
    core::SafetensorsWriter writer;
    writer.set_metadata("format", "vasa motion checkpoint");
    writer.set_metadata("version", "1");
    writer.set_metadata("config", state.network->config().to_json());
    writer.set_metadata("step", std::to_string(state.step));
    char loss[32];
    std::snprintf(loss, sizeof loss, "%.17g", state.train_loss_sum);
    writer.set_metadata("train_loss_sum", loss);
    writer.set_metadata("curves", curves_csv(state.curves));
    tensor::add_weights(writer, *state.network, "network.");
    tensor::add_weights(writer, *state.average, "average.");
    tensor::add_weights(writer, *state.first_moment, "first_moment.");
    tensor::add_weights(writer, *state.second_moment, "second_moment.");
    writer.add_f32("motion.mean", {kMotionWidth}, values_of(state.statistics.mean));
    writer.add_f32("motion.scale", {kMotionWidth}, values_of(state.statistics.scale));
    writer.save(path);
}

bool load_checkpoint(const std::string& path, MotionTrainState& state) {
    if (!std::filesystem::exists(path)) {
        return false;
    }
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Input);
    if (file.metadata("format") != "vasa motion checkpoint" || file.metadata("version") != "1") {
        throw Error(ErrorKind::Input, "'" + path + "' is no motion checkpoint of version 1");
    }
    if (file.metadata("config") != state.network->config().to_json()) {
        throw Error(ErrorKind::Input,
                    "checkpoint '" + path + "' is of another configuration: " +
                        file.metadata("config") + ", expected " + state.network->config().to_json(),
                    "name another --checkpoint, or train with its sizes");
    }
    tensor::load_weights(*state.network, file, "network.");
    tensor::load_weights(*state.average, file, "average.");
    tensor::load_weights(*state.first_moment, file, "first_moment.");
    tensor::load_weights(*state.second_moment, file, "second_moment.");
    std::vector<float> mean = file.floats("motion.mean", {kMotionWidth});
    std::vector<float> scale = file.floats("motion.scale", {kMotionWidth});
    state.statistics.mean = at::from_blob(mean.data(), {kMotionWidth}).clone();
    state.statistics.scale = at::from_blob(scale.data(), {kMotionWidth}).clone();
    state.step = metadata_int(file, "step");
    state.train_loss_sum = std::strtod(file.metadata("train_loss_sum").c_str(), nullptr);
    state.curves = parse_curves_csv(file.metadata("curves"));
    return true;
}

void save_motion_network(const std::string& path,
                         const MotionTrainState& state,
                         const MotionTrainOptions& options,
                         double hours,
                         const std::string& speech_features) {
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::MotionNetwork);
    models::write_inputs(writer, drive::motion_network_inputs(speech_features));
    writer.set_metadata("config", state.network->config().to_json());
    char text[64];
    std::snprintf(text, sizeof text, "%.2f h of motion", hours);
    models::TrainingSummary training;
    training.data = text;
    training.num_steps = state.step;
    training.command = options.command;
    models::write_training(writer, training);
    tensor::add_weights(writer, *state.average, "network.", core::DType::F16);
    writer.add_f32("motion.mean", {kMotionWidth}, values_of(state.statistics.mean));
    writer.add_f32("motion.scale", {kMotionWidth}, values_of(state.statistics.scale));
    writer.save(path);
}

std::string curves_csv(const std::vector<MotionValidation>& curves) {
    std::string text =
        "step,train_loss,error_100,error_500,error_900,mouth_100,mouth_500,mouth_900,lip_error_"
        "cm\n";
    for (const MotionValidation& row : curves) {
        char line[256];
        std::snprintf(line,
                      sizeof line,
                      "%d,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g\n",
                      row.step,
                      row.train_loss,
                      row.error_100,
                      row.error_500,
                      row.error_900,
                      row.mouth_100,
                      row.mouth_500,
                      row.mouth_900,
                      row.lip_error_cm);
        text += line;
    }
    return text;
}

std::vector<MotionValidation> parse_curves_csv(const std::string& text) {
    std::vector<MotionValidation> curves;
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        MotionValidation row;
        const int count = std::sscanf(line.c_str(),
                                      "%d,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf",
                                      &row.step,
                                      &row.train_loss,
                                      &row.error_100,
                                      &row.error_500,
                                      &row.error_900,
                                      &row.mouth_100,
                                      &row.mouth_500,
                                      &row.mouth_900,
                                      &row.lip_error_cm);
        if (count != 9) {
            throw Error(ErrorKind::Input, "checkpoint: curves: bad line '" + line + "'");
        }
        curves.push_back(row);
    }
    return curves;
}

}  // namespace vasa::train
