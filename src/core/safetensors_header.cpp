// SPDX-License-Identifier: Apache-2.0
#include "safetensors_header.h"

#include "vasa/core/json_text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace vasa::core {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr int kMaxDepth = 3;

struct DTypeRow {
    DType dtype;
    const char* name;
    std::size_t size;
};
constexpr std::array<DTypeRow, 10> kDTypes = {{{DType::F32, "F32", 4},
                                               {DType::F16, "F16", 2},
                                               {DType::BF16, "BF16", 2},
                                               {DType::F64, "F64", 8},
                                               {DType::I64, "I64", 8},
                                               {DType::I32, "I32", 4},
                                               {DType::I16, "I16", 2},
                                               {DType::I8, "I8", 1},
                                               {DType::U8, "U8", 1},
                                               {DType::Bool, "BOOL", 1}}};

const DTypeRow& dtype_row(DType dtype) {
    return *std::find_if(
        kDTypes.begin(), kDTypes.end(), [&](const DTypeRow& row) { return row.dtype == dtype; });
}

[[noreturn]] void fail(const std::string& cause) {
    throw Error(ErrorKind::Internal, cause);
}

std::uint64_t read_header_length(const std::vector<std::uint8_t>& bytes) {
    if (bytes.size() < 8) {
        fail(std::to_string(bytes.size()) + " bytes, expected at least 8");
    }
    std::uint64_t length = 0;
    for (int i = 7; i >= 0; --i) {
        length = length << 8 | bytes[static_cast<std::size_t>(i)];
    }
    if (length > kMaxHeaderBytes) {
        fail("header of " + std::to_string(length) + " bytes, expected at most " +
             std::to_string(kMaxHeaderBytes));
    }
    if (length > bytes.size() - 8) {
        fail("header of " + std::to_string(length) + " bytes in a file of " +
             std::to_string(bytes.size()));
    }
    return length;
}

std::int64_t read_count(const json& value, const std::string& what) {
    if (!value.is_number_unsigned() ||
        value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
        fail(what + ": expected whole numbers of at least 0");
    }
    return value.get<std::int64_t>();
}

const json& member(const json& info, const char* key, const std::string& what) {
    const auto found = info.find(key);
    if (found == info.end()) {
        fail(what + ": no '" + key + "'");
    }
    return *found;
}

SafetensorsHeader::Entry read_entry(const std::string& name,
                                    const json& info,
                                    std::size_t data_begin,
                                    std::size_t data_size) {
    const std::string what = "tensor " + quote(name);
    if (!info.is_object() || info.size() != 3) {
        fail(what + ": expected an object of dtype, shape and data_offsets");
    }
    SafetensorsHeader::Entry entry;
    const json& dtype = member(info, "dtype", what);
    const auto row = std::find_if(kDTypes.begin(), kDTypes.end(), [&](const DTypeRow& candidate) {
        return dtype.is_string() && dtype.get_ref<const std::string&>() == candidate.name;
    });
    if (row == kDTypes.end()) {
        fail(what + ": unknown dtype");
    }
    entry.dtype = row->dtype;
    const json& shape = member(info, "shape", what);
    if (!shape.is_array()) {
        fail(what + ": shape is not a list");
    }
    for (const json& size : shape) {
        entry.shape.push_back(read_count(size, what + " shape"));
    }
    const json& offsets = member(info, "data_offsets", what);
    if (!offsets.is_array() || offsets.size() != 2) {
        fail(what + ": expected two data_offsets");
    }
    const auto begin = static_cast<std::uint64_t>(read_count(offsets[0], what + " data_offsets"));
    const auto end = static_cast<std::uint64_t>(read_count(offsets[1], what + " data_offsets"));
    if (begin > end || end > data_size) {
        fail(what + ": bytes " + std::to_string(begin) + " to " + std::to_string(end) + " of " +
             std::to_string(data_size));
    }
    std::int64_t product = 0;
    if (!shape_product(entry.shape, product) ||
        static_cast<std::uint64_t>(product) > (end - begin) / row->size ||
        static_cast<std::uint64_t>(product) * row->size != end - begin) {
        fail(what + ": shape " + shape_text(entry.shape) + " of " + row->name + " does not fit " +
             std::to_string(end - begin) + " bytes");
    }
    entry.begin = data_begin + static_cast<std::size_t>(begin);
    entry.num_bytes = static_cast<std::size_t>(end - begin);
    return entry;
}

/// The tensors, in order of their offsets, must fill [data_begin, file_size) exactly.
void check_contiguous(const SafetensorsHeader& header,
                      std::size_t data_begin,
                      std::size_t file_size) {
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    for (const auto& [name, entry] : header.entries) {
        ranges.emplace_back(entry.begin, entry.begin + entry.num_bytes);
    }
    std::sort(ranges.begin(), ranges.end());
    std::size_t position = data_begin;
    for (const auto& [begin, end] : ranges) {
        if (begin != position) {
            fail(begin < position ? "tensors overlap" : "bytes between tensors");
        }
        position = end;
    }
    if (position != file_size) {
        fail(std::to_string(file_size - position) + " bytes after the last tensor");
    }
}

}  // namespace

std::size_t dtype_size(DType dtype) {
    return dtype_row(dtype).size;
}

const char* dtype_name(DType dtype) {
    return dtype_row(dtype).name;
}

bool shape_product(const std::vector<std::int64_t>& shape, std::int64_t& product) {
    product = 1;
    for (const std::int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(product, size, &product)) {
            return false;
        }
    }
    return true;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i == 16) {
            return text + ", ...]";
        }
        text += (i == 0 ? "" : ", ") + (shape[i] < 0 ? "*" : std::to_string(shape[i]));
    }
    return text + "]";
}

SafetensorsHeader parse_safetensors_header(const std::vector<std::uint8_t>& bytes) {
    const auto length = static_cast<std::size_t>(read_header_length(bytes));
    const std::size_t data_begin = 8 + length;
    if (length == 0 || bytes[8] != '{') {
        fail("header does not start with '{'");
    }
    const json root =
        parse_json({reinterpret_cast<const char*>(bytes.data()) + 8, length}, kMaxDepth);
    SafetensorsHeader header;
    for (const auto& [name, info] : root.items()) {
        if (name == "__metadata__") {
            if (!info.is_object()) {
                fail("__metadata__ is not an object");
            }
            for (const auto& [key, value] : info.items()) {
                if (!value.is_string()) {
                    fail("metadata " + quote(key) + " is not a string");
                }
                header.metadata[key] = value.get<std::string>();
            }
            continue;
        }
        header.entries[name] = read_entry(name, info, data_begin, bytes.size() - data_begin);
    }
    check_contiguous(header, data_begin, bytes.size());
    return header;
}

}  // namespace vasa::core
