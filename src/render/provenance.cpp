// SPDX-License-Identifier: Apache-2.0
#include "provenance.h"

#include "vasa/core/hash.h"
#include "vasa/provenance/xmp.h"
#include "vasa/render/option_fields.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace vasa::render {
namespace {

constexpr std::size_t kHashPrefix = 16;

/// The decimal that was typed rather than its nearest float.
double rounded(float value) {
    return std::round(static_cast<double>(value) * 1e6) / 1e6;
}

/// A constant as a number, other curves as their extremes.
nlohmann::json control_json(const motion::ControlCurve& curve) {
    if (curve.min() == curve.max()) {
        return rounded(curve.min());
    }
    return {{"min", rounded(curve.min())}, {"max", rounded(curve.max())}};
}

/// A field's value in its JSON type.
nlohmann::json value_json(const OptionField& field, const RenderOptions& options) {
    const std::string text = field.get(options);
    switch (field.kind) {
        case FieldKind::Integer:
            return std::stoll(text);
        case FieldKind::Number:
            return std::stod(text);
        case FieldKind::Flag:
            return text == "true";
        default:
            return text;
    }
}

std::string key_of(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

nlohmann::json settings_json(const RenderOptions& options, int num_threads) {
    nlohmann::json settings = {{"threads", num_threads}};
    for (const OptionField& field : option_fields()) {
        if (!field.is_tag || (field.matters != nullptr && !field.matters(options))) {
            continue;
        }
        for (const std::string& name : field.curves) {
            settings[name] = control_json(options.drive.controls.curve(name));
        }
        if (field.curves.empty()) {
            settings[key_of(field.name)] = value_json(field, options);
        }
    }
    return settings;
}

/// Names and hashes of the inputs that the clip has.
std::vector<std::pair<const char*, std::string>> sources_of(const RenderResult& result) {
    std::vector<std::pair<const char*, std::string>> sources = {
        {"portrait", result.portrait_sha256}};
    for (const auto& [name, sha256] : {std::pair{"speech", &result.speech_sha256},
                                       std::pair{"motion", &result.motion_sha256},
                                       std::pair{"pose", &result.pose_sha256},
                                       std::pair{"dynamics", &result.dynamics_sha256}}) {
        if (!sha256->empty()) {
            sources.emplace_back(name, *sha256);
        }
    }
    return sources;
}

nlohmann::json facts_json(const RenderOptions& options,
                          int num_threads,
                          const RenderResult& result) {
    nlohmann::json facts = {{"version", version()},
                            {"seed", std::to_string(result.seed)},
                            {"driver", result.driver},
                            {"decoder", result.decoder},
                            {"settings", settings_json(options, num_threads)}};
    for (const models::ModelFile& model : result.models) {
        facts["models"][model.name] = model.sha256;
    }
    for (const auto& [name, sha256] : sources_of(result)) {
        facts["source"][name] = sha256;
    }
    return facts;
}

}  // namespace

std::string job_hash(const RenderOptions& options, const RenderResult& result) {
    nlohmann::json facts = facts_json(options, 0, result);
    facts["settings"].erase("threads");
    return core::sha256_text(facts.dump());
}

std::string generation_json(const RenderOptions& options,
                            int num_threads,
                            const RenderResult& result) {
    nlohmann::json facts = facts_json(options, num_threads, result);
    facts["job"] = result.job_sha256;
    return facts.dump();
}

std::map<std::string, std::string> provenance_tags(const RenderOptions& options,
                                                   int num_threads,
                                                   const RenderResult& result) {
    std::string models;
    for (const models::ModelFile& model : result.models) {
        models +=
            (models.empty() ? "" : ",") + model.name + ":" + model.sha256.substr(0, kHashPrefix);
    }
    std::string source;
    for (const auto& [name, sha256] : sources_of(result)) {
        source += (source.empty() ? "" : " ") + std::string(name) + "=" + sha256;
    }
    return {{"com.vasa.version", version()},
            {"com.vasa.models", models},
            {"com.vasa.seed", std::to_string(result.seed)},
            {"com.vasa.driver", result.driver},
            {"com.vasa.decoder", result.decoder},
            {"com.vasa.settings", settings_json(options, num_threads).dump()},
            {"com.vasa.source", source},
            {"com.vasa.job", result.job_sha256},
            {"com.iptc.digitalsourcetype", provenance::kTrainedAlgorithmicMedia},
            {"comment",
             std::string("This clip was generated by vasa ") + version() +
                 " from a single portrait. It does not show a real event."}};
}

}  // namespace vasa::render
