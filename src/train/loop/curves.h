// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace vasa::train {

/// Digits of a number in the files that users read, and digits for an exact round trip.
constexpr int kCurveDigits = 9, kExactDigits = 17;

/// Numbers in named columns: the form in which all curves are written and read.
struct CurveTable {
    std::vector<std::string> columns;
    std::vector<std::vector<double>> rows;

    /// CSV with a header.
    std::string csv(int num_digits) const;
    /// Adds the rows of a CSV with the same columns.
    /// @throws Error(Input) for other columns, cells that are not numbers and lines of other
    /// lengths.
    void read_csv(const std::string& text);
};

/// One value of a row, by its column's name.
template <class Row>
using CurveColumn = std::pair<std::string, std::function<double&(Row&)>>;

/// Validation curves as CSV. `Row` has an `int step`, the first column; `columns` are the others.
template <class Row>
std::string curves_csv(const std::vector<CurveColumn<Row>>& columns,
                       std::vector<Row> rows,
                       int num_digits) {
    CurveTable table{{"step"}, {}};
    for (const auto& [name, value] : columns) {
        table.columns.push_back(name);
    }
    for (Row& row : rows) {
        std::vector<double>& values = table.rows.emplace_back(1, static_cast<double>(row.step));
        for (const auto& [name, value] : columns) {
            values.push_back(value(row));
        }
    }
    return table.csv(num_digits);
}

/// The rows of curves_csv(). @throws Error(Input)
template <class Row>
std::vector<Row> parse_curves(const std::vector<CurveColumn<Row>>& columns,
                              const std::string& csv) {
    CurveTable table{{"step"}, {}};
    for (const auto& [name, value] : columns) {
        table.columns.push_back(name);
    }
    table.read_csv(csv);
    std::vector<Row> rows(table.rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].step = static_cast<int>(table.rows[i][0]);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            columns[k].second(rows[i]) = table.rows[i][k + 1];
        }
    }
    return rows;
}

}  // namespace vasa::train
