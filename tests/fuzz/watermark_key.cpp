// SPDX-License-Identifier: Apache-2.0
// Fuzz target: an accepted key file holds what its digits say, whatever stands around them.
#include "fuzz.h"

#include "vasa/marks/watermark.h"

#include <cctype>
#include <cstdio>
#include <string>

using namespace vasa;
using core::ErrorKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file(".key");
    file.write(data, size);
    marks::WatermarkKey key;
    if (!fuzz::is_accepted({ErrorKind::Input},
                           [&] { key = marks::load_watermark_key(file.path()); })) {
        return 0;
    }
    std::string digits;
    for (std::size_t i = 0; i < size; ++i) {
        if (std::isxdigit(data[i]) != 0) {
            digits += static_cast<char>(std::tolower(data[i]));
        }
    }
    std::string again;
    for (const std::uint8_t byte : key.bytes) {
        char pair[3];
        std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned>(byte));
        again += pair;
    }
    fuzz::require(again == digits, "a key holds its file's digits");
    return 0;
}
