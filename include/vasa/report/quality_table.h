// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/quality_gate.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vasa::report {

/// One line per row, then one line per failure with what is wrong.
std::string quality_table(const std::vector<eval::QualityRow>& rows);

/// A list of {"case", "score", "value", "baseline", "tolerance", "verdict", "failed", "text"}.
nlohmann::json quality_rows_json(const std::vector<eval::QualityRow>& rows);

}  // namespace vasa::report
