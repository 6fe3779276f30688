// SPDX-License-Identifier: Apache-2.0
#include "gate/quality_numbers.h"
#include "statistics.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/json_text.h"
#include "vasa/eval/quality_gate.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace vasa::eval {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

constexpr const char* kFormat = "vasa quality baseline";
constexpr int kFormatVersion = 1;
constexpr std::uint64_t kMaxBaselineBytes = 16U << 20U;
constexpr const char *kBySpread = "spread", *kByHand = "hand";

[[noreturn]] void fail(const std::string& what) {
    throw Error(ErrorKind::Input, what);
}

double number_of(const json& object, const char* name, double least) {
    const auto it = object.find(name);
    if (it == object.end() || !it->is_number() || !std::isfinite(it->get<double>()) ||
        it->get<double>() < least) {
        fail("'" + std::string(name) + "' is " +
             (it == object.end() ? "missing" : core::shown(*it)) + ", expected a number" +
             (least == 0 ? " of at least 0" : ""));
    }
    return it->get<double>();
}

int count_of(const json& object, const char* name) {
    constexpr double kMaxInteger = 1e9;
    const double value = number_of(object, name, 0);
    if (value != std::floor(value) || value > kMaxInteger) {
        fail("'" + std::string(name) + "' is " + core::shown(object[name]) +
             ", expected a whole number");
    }
    return static_cast<int>(value);
}

QualityValue value_of_json(const json& object) {
    if (!object.is_object()) {
        fail("expected an object");
    }
    static const std::set<std::string> known = {
        "value", "spread", "tolerance", "tolerance_by", "version", "clips"};
    for (const auto& [name, ignored] : object.items()) {
        if (known.count(name) == 0) {
            fail("unknown key " + core::quote(name));
        }
    }
    QualityValue value;
    value.value = number_of(object, "value", -1e300);
    value.spread = number_of(object, "spread", 0);
    value.tolerance = number_of(object, "tolerance", 0);
    value.version = count_of(object, "version");
    value.num_clips = count_of(object, "clips");
    const json by = object.value("tolerance_by", json());
    if (by != kBySpread && by != kByHand) {
        fail("'tolerance_by' is " + core::shown(by) + R"(, expected "spread" or "hand")");
    }
    value.is_set_by_hand = by == kByHand;
    return value;
}

QualityCase case_of_json(const json& object) {
    if (!object.is_object() || !object.contains("options") || !object["options"].is_object() ||
        !object.contains("scores") || !object["scores"].is_object()) {
        fail("expected an object of 'options' and 'scores', both objects");
    }
    QualityCase result;
    for (const auto& [name, value] : object["options"].items()) {
        if (!value.is_string()) {
            fail("option " + core::quote(name) + " is " + core::shown(value) +
                 ", expected a string");
        }
        result.options[name] = value.get<std::string>();
    }
    for (const auto& [name, value] : object["scores"].items()) {
        try {
            result.values[name] = value_of_json(value);
        } catch (const Error& error) {
            fail("score " + core::quote(name) + ": " + error.what());
        }
    }
    return result;
}

QualityCases cases_of_json(const json& file) {
    if (!file.is_object() || file.value("format", json()) != kFormat) {
        fail("its 'format' is not \"" + std::string(kFormat) + "\"");
    }
    if (file.value("version", json()) != kFormatVersion) {
        fail("its 'version' is " + core::shown(file.value("version", json())) + ", expected " +
             std::to_string(kFormatVersion));
    }
    if (!file.contains("cases") || !file["cases"].is_object()) {
        fail("it has no object 'cases'");
    }
    QualityCases cases;
    for (const auto& [name, value] : file["cases"].items()) {
        try {
            cases[name] = case_of_json(value);
        } catch (const Error& error) {
            fail("case " + core::quote(name) + ": " + error.what());
        }
    }
    return cases;
}

}  // namespace

double rounded(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.4g", value);
    return std::strtod(text, nullptr);
}

QualityCase summarize_case(std::map<std::string, std::string> options,
                           const std::vector<ClipScores>& clips) {
    QualityCase result;
    result.options = std::move(options);
    for (const ScoreField& field : score_fields()) {
        std::vector<double> values;
        for (const ClipScores& clip : clips) {
            const double value = clip.value(field.name);
            if (std::isfinite(value)) {
                values.push_back(value);
            }
        }
        if (values.empty()) {
            continue;
        }
        QualityValue& value = result.values[field.name];
        const auto count = static_cast<double>(values.size());
        value.num_clips = static_cast<int>(values.size());
        value.version = field.version;
        value.value = mean(values);
        // Estimate for all seeds, of which these are a sample.
        value.spread = count > 1 ? deviation(values) * std::sqrt(count / (count - 1)) : 0.0;
        value.tolerance = field.least_change;
    }
    return result;
}

void set_tolerances(QualityCases& cases) {
    // Other processors round differently, so that the same seed gives another motion of the same
    // quality: the difference of two means of as many clips has 1.4 times their standard error.
    constexpr double kErrors = 4.0;
    for (const ScoreField& field : score_fields()) {
        double squares = 0;
        int count = 0;
        const auto for_values = [&](const auto& use) {
            for (auto& [name, one] : cases) {
                const auto it = one.values.find(field.name);
                if (it != one.values.end()) {
                    use(it->second);
                }
            }
        };
        for_values([&](const QualityValue& value) {
            if (value.num_clips > 1) {
                squares += value.spread * value.spread;
                ++count;
            }
        });
        const double usual = count > 0 ? std::sqrt(squares / count) : 0.0;
        for_values([&](QualityValue& value) {
            const double error =
                std::max(value.spread, usual) / std::sqrt(std::max(value.num_clips, 1));
            value.tolerance = std::max(field.least_change, kErrors * error);
        });
    }
}

QualityCases load_baseline(const std::string& path) {
    const std::vector<std::uint8_t> bytes = core::read_file(path, kMaxBaselineBytes);
    const std::string text(bytes.begin(), bytes.end());
    try {
        return cases_of_json(core::parse_json(text));
    } catch (const Error& error) {
        throw Error(ErrorKind::Input, "baseline '" + path + "': " + error.what());
    }
}

std::string baseline_text(const QualityCases& cases) {
    json file = {{"format", kFormat}, {"version", kFormatVersion}, {"cases", json::object()}};
    for (const auto& [name, one] : cases) {
        json scores = json::object();
        for (const auto& [score, value] : one.values) {
            scores[score] = {{"value", rounded(value.value)},
                             {"spread", rounded(value.spread)},
                             {"tolerance", rounded(value.tolerance)},
                             {"tolerance_by", value.is_set_by_hand ? kByHand : kBySpread},
                             {"version", value.version},
                             {"clips", value.num_clips}};
        }
        file["cases"][name] = {{"options", one.options}, {"scores", std::move(scores)}};
    }
    // File names need not be UTF-8.
    return file.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

void keep_tolerances_set_by_hand(const QualityCases& old, QualityCases& cases) {
    for (auto& [name, one] : cases) {
        const auto before = old.find(name);
        if (before == old.end()) {
            continue;
        }
        for (auto& [score, value] : one.values) {
            const auto it = before->second.values.find(score);
            if (it != before->second.values.end() && it->second.is_set_by_hand) {
                value.tolerance = it->second.tolerance;
                value.is_set_by_hand = true;
            }
        }
    }
}

}  // namespace vasa::eval
