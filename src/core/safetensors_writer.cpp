// SPDX-License-Identifier: Apache-2.0
#include "safetensors_header.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/safetensors.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

namespace vasa::core {
namespace {

template <typename T>
std::vector<std::uint8_t> bytes_of(const std::vector<T>& values) {
    std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
    if (!bytes.empty()) {
        std::memcpy(bytes.data(), values.data(), bytes.size());
    }
    return bytes;
}

}  // namespace

void SafetensorsWriter::set_metadata(const std::string& key, const std::string& value) {
    metadata_[key] = value;
}

void SafetensorsWriter::add_f32(const std::string& name,
                                const std::vector<std::int64_t>& shape,
                                const std::vector<float>& values) {
    add_raw(name, DType::F32, shape, bytes_of(values));
}

void SafetensorsWriter::add_f16(const std::string& name,
                                const std::vector<std::int64_t>& shape,
                                const std::vector<float>& values) {
    std::vector<std::uint16_t> halves(values.size());
    std::transform(values.begin(), values.end(), halves.begin(), float_to_half);
    add_raw(name, DType::F16, shape, bytes_of(halves));
}

void SafetensorsWriter::add_i32(const std::string& name,
                                const std::vector<std::int64_t>& shape,
                                const std::vector<std::int32_t>& values) {
    add_raw(name, DType::I32, shape, bytes_of(values));
}

void SafetensorsWriter::add_u8(const std::string& name,
                               const std::vector<std::int64_t>& shape,
                               const std::vector<std::uint8_t>& values) {
    add_raw(name, DType::U8, shape, values);
}

void SafetensorsWriter::add_raw(const std::string& name,
                                DType dtype,
                                const std::vector<std::int64_t>& shape,
                                std::vector<std::uint8_t> bytes) {
    std::int64_t product = 0;
    if (!shape_product(shape, product) || bytes.size() % dtype_size(dtype) != 0 ||
        bytes.size() / dtype_size(dtype) != static_cast<std::uint64_t>(product)) {
        throw Error(ErrorKind::Internal,
                    "tensor '" + name + "': shape " + shape_text(shape) + " of " +
                        dtype_name(dtype) + " does not fit " + std::to_string(bytes.size()) +
                        " bytes");
    }
    if (name == "__metadata__" ||
        !entries_.emplace(name, Entry{dtype, shape, std::move(bytes)}).second) {
        throw Error(ErrorKind::Internal, "tensor '" + name + "': the name is taken");
    }
}

std::vector<std::uint8_t> SafetensorsWriter::serialize() const {
    // Wide types first, as in the reference: every tensor starts at a multiple of its value size.
    std::vector<std::pair<const std::string*, const Entry*>> order;
    for (const auto& [name, entry] : entries_) {
        order.emplace_back(&name, &entry);
    }
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return dtype_size(a.second->dtype) > dtype_size(b.second->dtype);
    });
    nlohmann::json root = nlohmann::json::object();
    if (!metadata_.empty()) {
        root["__metadata__"] = metadata_;
    }
    std::size_t offset = 0;
    for (const auto& [name, entry] : order) {
        const std::size_t end = offset + entry->bytes.size();
        root[*name] = {{"dtype", dtype_name(entry->dtype)},
                       {"shape", entry->shape},
                       {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string header;
    try {
        header = root.dump();
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorKind::Internal, "safetensors names and metadata: expected UTF-8");
    }
    header.resize((header.size() + 7) / 8 * 8, ' ');
    std::vector<std::uint8_t> bytes;
    bytes.reserve(8 + header.size() + offset);
    for (int i = 0; i < 8; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(header.size() >> (8 * i)));
    }
    bytes.insert(bytes.end(), header.begin(), header.end());
    for (const auto& item : order) {
        bytes.insert(bytes.end(), item.second->bytes.begin(), item.second->bytes.end());
    }
    return bytes;
}

void SafetensorsWriter::save(const std::string& path) const {
    const std::vector<std::uint8_t> bytes = serialize();
    write_file_atomic(path, std::string(bytes.begin(), bytes.end()), true);
}

}  // namespace vasa::core
