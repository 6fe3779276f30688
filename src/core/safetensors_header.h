// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vasa::core {

/// The header of a safetensors file, checked against the size of the file.
struct SafetensorsHeader {
    struct Entry {
        DType dtype = DType::F32;
        std::vector<std::int64_t> shape;
        std::size_t begin = 0;  ///< offset from the first byte of the file
        std::size_t num_bytes = 0;
    };
    std::map<std::string, std::string> metadata;
    std::map<std::string, Entry> entries;
};

/// Parses and checks the header of a file held in memory.
///
/// As in the reference: the header is at most 100 MB of JSON that starts with '{', names are
/// unique, dtypes known, and the tensors' bytes fill the rest of the file without overlap or hole.
/// @throws Error(Internal) with the cause only; the caller adds the file's name and the kind.
SafetensorsHeader parse_safetensors_header(const std::vector<std::uint8_t>& bytes);

/// Product of a shape. @return false if a size is negative or the product exceeds 63 bits.
bool shape_product(const std::vector<std::int64_t>& shape, std::int64_t& product);

/// "[2, 3]", with * for -1.
std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace vasa::core
