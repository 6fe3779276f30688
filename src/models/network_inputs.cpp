// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/network_inputs.h"

#include "vasa/core/error.h"
#include "vasa/core/json_text.h"

#include <algorithm>
#include <cstddef>

#include <nlohmann/json.hpp>

namespace vasa::models {
namespace {

using core::Error;
using core::ErrorKind;

constexpr const char* kInputsKey = "inputs";

[[noreturn]] void refuse(const core::SafetensorsFile& file, const std::string& what) {
    throw Error(ErrorKind::Model, "model '" + file.name() + "': inputs: " + what);
}

void check_values(const core::SafetensorsFile& file,
                  const std::string& input,
                  const std::vector<std::string>& found,
                  const std::vector<std::string>& expected) {
    const std::size_t num_common = std::min(found.size(), expected.size());
    for (std::size_t i = 0; i < num_common; ++i) {
        if (found[i] != expected[i]) {
            refuse(file,
                   "value " + std::to_string(i) + " of " + core::quote(input) + " is " +
                       core::quote(found[i]) + ", expected " + core::quote(expected[i]));
        }
    }
    if (found.size() != expected.size()) {
        refuse(file,
               core::quote(input) + " has " + std::to_string(found.size()) + " values, expected " +
                   std::to_string(expected.size()));
    }
}

}  // namespace

void write_inputs(core::SafetensorsWriter& writer, const NetworkInputs& inputs) {
    writer.set_metadata(kInputsKey, nlohmann::json(inputs).dump());
}

NetworkInputs read_inputs(const core::SafetensorsFile& file) {
    const auto found = file.metadata().find(kInputsKey);
    if (found == file.metadata().end()) {
        refuse(file, "the file does not name them");
    }
    try {
        return core::parse_json(found->second).get<NetworkInputs>();
    } catch (const nlohmann::json::exception& error) {
        refuse(file, error.what());
    } catch (const Error& error) {
        refuse(file, error.what());
    }
}

void check_inputs(const core::SafetensorsFile& file, const NetworkInputs& expected) {
    const NetworkInputs found = read_inputs(file);
    for (const auto& [input, values] : expected) {
        const auto place = found.find(input);
        if (place == found.end()) {
            refuse(file, "no " + core::quote(input));
        }
        check_values(file, input, place->second, values);
    }
    for (const auto& item : found) {
        if (expected.count(item.first) == 0) {
            refuse(file, "unknown input " + core::quote(item.first));
        }
    }
}

std::string one_input(const core::SafetensorsFile& file, const std::string& input) {
    const NetworkInputs inputs = read_inputs(file);
    const auto found = inputs.find(input);
    if (found == inputs.end() || found->second.size() != 1) {
        refuse(file, "expected one value of " + core::quote(input));
    }
    return found->second.front();
}

void check_speech_features(const std::string& name,
                           const std::string& heard,
                           const std::string& given) {
    if (heard != given) {
        throw Error(ErrorKind::Model,
                    "model " + core::quote(name) + " was trained on speech features " +
                        core::quote(heard) + ", the speech encoder gives " + core::quote(given));
    }
}

}  // namespace vasa::models
