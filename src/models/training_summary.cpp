// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/training_summary.h"

#include "vasa/core/error.h"
#include "vasa/core/json_text.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace vasa::models {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

constexpr const char* kTrainingKey = "training";
constexpr const char* kLicenceKey = "licence";

[[noreturn]] void damaged(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::Model, "model '" + file + "': training summary: " + what);
}

}  // namespace

std::string TrainingSummary::to_json() const {
    json out = json::object();
    if (!data.empty()) {
        out["data"] = data;
    }
    if (num_steps > 0) {
        out["steps"] = num_steps;
    }
    if (loss && std::isfinite(*loss)) {
        out["loss"] = *loss;
    }
    if (!command.empty()) {
        out["command"] = command;
    }
    if (!revision.empty()) {
        out["revision"] = revision;
    }
    return out.dump();
}

TrainingSummary TrainingSummary::from_json(const std::string& text, const std::string& file) {
    TrainingSummary summary;
    try {
        const json in = core::parse_json(text);
        if (!in.is_object()) {
            damaged(file, "expected an object, found " + core::shown(in));
        }
        for (const auto& [key, value] : in.items()) {
            if (key == "data") {
                summary.data = value.get<std::string>();
            } else if (key == "steps") {
                summary.num_steps = value.get<std::int64_t>();
            } else if (key == "loss") {
                summary.loss = value.get<double>();
            } else if (key == "command") {
                summary.command = value.get<std::string>();
            } else if (key == "revision") {
                summary.revision = value.get<std::string>();
            } else {
                damaged(file, "unknown key " + core::quote(key));
            }
        }
    } catch (const json::exception& error) {
        damaged(file, error.what());
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Model) {
            throw;
        }
        damaged(file, error.what());
    }
    return summary;
}

void write_training(core::SafetensorsWriter& writer, const TrainingSummary& summary) {
    writer.set_metadata(kTrainingKey, summary.to_json());
}

std::optional<TrainingSummary> read_training(const core::SafetensorsFile& file) {
    const auto found = file.metadata().find(kTrainingKey);
    if (found == file.metadata().end()) {
        return std::nullopt;
    }
    return TrainingSummary::from_json(found->second, file.name());
}

void write_licence(core::SafetensorsWriter& writer, const std::string& licence) {
    writer.set_metadata(kLicenceKey, licence);
}

std::string read_licence(const core::SafetensorsFile& file) {
    const auto found = file.metadata().find(kLicenceKey);
    return found == file.metadata().end() ? "" : found->second;
}

}  // namespace vasa::models
