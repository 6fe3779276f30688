// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace vasa::motion {

/// One phone of an aligned utterance.
struct Phone {
    double start_s = 0.0;
    double duration_s = 0.0;
    std::string name;  ///< ARPAbet without stress ("P", "AA"), or "SIL"
};

/// Reads an alignment: a line a phone, "start<TAB>duration<TAB>name", seconds, ascending.
/// @throws Error(Input) naming the line where a field is missing, no number, out of order or no
///         ARPAbet phone.
std::vector<Phone> load_phones(const std::string& path);

}  // namespace vasa::motion
