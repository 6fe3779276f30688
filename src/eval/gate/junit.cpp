// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/markup.h"
#include "vasa/eval/quality_gate.h"

#include <cstdio>

namespace vasa::eval {
namespace {

using core::escape_markup;

std::string attribute(const char* name, const std::string& value) {
    return std::string(" ") + name + "=\"" + escape_markup(value) + "\"";
}

std::string seconds_text(double seconds) {
    char text[40];
    std::snprintf(text, sizeof text, "%.1f", seconds);
    return text;
}

std::string counts(const std::vector<QualityRow>& rows) {
    return attribute("tests", std::to_string(rows.size())) +
           attribute("failures", std::to_string(count_failures(rows))) + attribute("errors", "0");
}

std::string test_text(const QualityRow& row) {
    std::string text = "    <testcase" + attribute("classname", row.test) +
                       attribute("name", row.score.empty() ? "case" : row.score);
    if (!is_failure(row.verdict)) {
        return text + "/>\n";
    }
    return text + ">\n      <failure" + attribute("type", verdict_name(row.verdict)) +
           attribute("message", row.text) + ">" + escape_markup(row.text) +
           "</failure>\n    </testcase>\n";
}

}  // namespace

std::string junit_text(const std::string& name,
                       const std::vector<QualityRow>& rows,
                       const std::map<std::string, double>& seconds) {
    std::map<std::string, std::vector<QualityRow>> by_test;
    for (const QualityRow& row : rows) {
        by_test[row.test].push_back(row);
    }
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
                       attribute("name", name) + counts(rows) + ">\n";
    for (const auto& [test, tests] : by_test) {
        const auto time = seconds.find(test);
        text += "  <testsuite" + attribute("name", test) + counts(tests) +
                attribute("time", seconds_text(time == seconds.end() ? 0 : time->second)) + ">\n";
        for (const QualityRow& row : tests) {
            text += test_text(row);
        }
        text += "  </testsuite>\n";
    }
    return text + "</testsuites>\n";
}

}  // namespace vasa::eval
