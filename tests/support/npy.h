// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace vasa::test {

/// A NumPy array in C order; values converted to f32.
struct NpyArray {
    std::vector<int> shape;
    std::vector<float> values;
};

/// Reads a version 1 .npy file of f32 ('<f4') or u8 ('|u1').
/// @throws std::runtime_error naming the file if it is missing or in another format.
inline NpyArray load_npy(const std::string& path) {
    const auto check = [&](bool good, const char* what) {
        if (!good) {
            throw std::runtime_error("npy '" + path + "': " + what);
        }
    };
    std::ifstream file(path, std::ios::binary);
    check(file.good(), "cannot be opened");
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    check(bytes.size() >= 10 && bytes.compare(0, 7, "\x93NUMPY\x01") == 0, "not version 1");
    const std::size_t header_size =
        static_cast<std::uint8_t>(bytes[8]) + 256U * static_cast<std::uint8_t>(bytes[9]);
    check(bytes.size() >= 10 + header_size, "header is cut off");
    const std::string header = bytes.substr(10, header_size);
    check(header.find("'fortran_order': False") != std::string::npos, "not in C order");
    const bool is_f32 = header.find("'<f4'") != std::string::npos;
    check(is_f32 || header.find("'|u1'") != std::string::npos, "neither f32 nor u8");
    const std::size_t open = header.find("'shape': (");
    check(open != std::string::npos, "no shape");
    NpyArray array;
    std::size_t num_values = 1;
    std::size_t at = open + 10;
    while (at < header.size() && header[at] != ')') {
        std::size_t used = 0;
        array.shape.push_back(std::stoi(header.substr(at), &used));
        num_values *= static_cast<std::size_t>(array.shape.back());
        at = header.find_first_not_of(" ,", at + used);
    }
    const char* data = bytes.data() + 10 + header_size;
    check(bytes.size() == 10 + header_size + num_values * (is_f32 ? 4 : 1), "size is not shape");
    array.values.resize(num_values);
    if (is_f32) {
        std::memcpy(array.values.data(), data, num_values * 4);
    } else {
        for (std::size_t i = 0; i < num_values; ++i) {
            array.values[i] = static_cast<float>(static_cast<std::uint8_t>(data[i]));
        }
    }
    return array;
}

}  // namespace vasa::test
