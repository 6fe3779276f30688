// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace vasa::speech {

/// ARPAbet without stress, and silence.
constexpr std::array<std::string_view, 40> kArpabet = {
    "SIL", "AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY",
    "UH",  "UW", "P",  "B",  "M",  "F",  "V",  "T",  "D",  "N",  "L",  "TH", "DH", "S",
    "Z",   "SH", "ZH", "CH", "JH", "K",  "G",  "NG", "HH", "R",  "W",  "Y"};
bool is_arpabet(std::string_view name);

/// One phone of an aligned utterance.
struct Phone {
    double start_s = 0.0;
    double duration_s = 0.0;
    std::string name;  ///< ARPAbet without stress ("P", "AA"), or "SIL"
};

/// Reads an alignment: one line per phone, "start<TAB>duration<TAB>name", seconds, ascending.
/// @throws Error(Input) naming the line where a field is missing, not a number, out of order or not
///         an ARPAbet phone.
std::vector<Phone> load_phones(const std::string& path);

}  // namespace vasa::speech
