// SPDX-License-Identifier: Apache-2.0
#include "loop/curves.h"

#include "vasa/core/error.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace vasa::train {
namespace {

std::string header_of(const std::vector<std::string>& columns) {
    std::string text;
    for (const std::string& column : columns) {
        text += (text.empty() ? "" : ",") + column;
    }
    return text;
}

}  // namespace

std::string CurveTable::csv(int num_digits) const {
    std::string text = header_of(columns) + "\n";
    for (const std::vector<double>& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            char number[32];
            std::snprintf(number, sizeof number, "%s%.*g", i > 0 ? "," : "", num_digits, row[i]);
            text += number;
        }
        text += "\n";
    }
    return text;
}

void CurveTable::read_csv(const std::string& text) {
    const auto refuse = [](const std::string& line, const std::string& expected) {
        throw core::Error(core::ErrorKind::Input,
                          "training curves: expected " + expected + ", found '" + line + "'");
    };
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);
    if (line != header_of(columns)) {
        refuse(line, "the columns " + header_of(columns));
    }
    while (std::getline(lines, line)) {
        std::vector<double> row;
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');) {
            char* end = nullptr;
            row.push_back(std::strtod(cell.c_str(), &end));
            if (cell.empty() || *end != '\0') {
                refuse(line, "numbers");
            }
        }
        if (row.size() != columns.size()) {
            refuse(line, std::to_string(columns.size()) + " numbers");
        }
        rows.push_back(std::move(row));
    }
}

}  // namespace vasa::train
