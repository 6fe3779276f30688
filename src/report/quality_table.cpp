// SPDX-License-Identifier: Apache-2.0
#include "vasa/report/quality_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace vasa::report {
namespace {

using eval::QualityRow;

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.4g", value);
    return std::isfinite(value) ? text : "-";
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width - std::min(width, text.size()), ' ');
}

std::string line(std::size_t width,
                 const std::string& test,
                 const std::string& score,
                 const std::array<std::string, 3>& numbers,
                 const std::string& verdict) {
    std::string text = padded(test, width) + "  " + padded(score, 24);
    for (const std::string& one : numbers) {
        text += std::string(11 - std::min<std::size_t>(11, one.size()), ' ') + one;
    }
    return text + "  " + verdict + "\n";
}

}  // namespace

std::string quality_table(const std::vector<QualityRow>& rows) {
    std::size_t width = 4;
    for (const QualityRow& row : rows) {
        width = std::max(width, row.test.size());
    }
    std::string text = line(width, "case", "score", {"value", "baseline", "tolerance"}, "verdict");
    for (const QualityRow& row : rows) {
        const std::string verdict = eval::verdict_name(row.verdict);
        text += line(width,
                     row.test,
                     row.score,
                     {number(row.value), number(row.baseline), number(row.tolerance)},
                     (eval::is_failure(row.verdict) ? "FAILED: " : "") + verdict);
    }
    for (const QualityRow& row : rows) {
        if (eval::is_failure(row.verdict)) {
            text += row.test + (row.score.empty() ? "" : " " + row.score) + ": " + row.text + "\n";
        }
    }
    return text;
}

nlohmann::json quality_rows_json(const std::vector<QualityRow>& rows) {
    nlohmann::json list = nlohmann::json::array();
    for (const QualityRow& row : rows) {
        nlohmann::json one = {{"case", row.test},
                              {"verdict", eval::verdict_name(row.verdict)},
                              {"failed", eval::is_failure(row.verdict)}};
        if (!row.score.empty()) {
            one["score"] = row.score;
            one["value"] = row.value;
            one["baseline"] = row.baseline;
            one["tolerance"] = row.tolerance;
        }
        if (!row.text.empty()) {
            one["text"] = row.text;
        }
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace vasa::report
