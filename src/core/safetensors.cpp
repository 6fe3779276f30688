// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/safetensors.h"

#include "safetensors_header.h"

#include "vasa/core/atomic_file.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace vasa::core {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 34;

/// Reads element i; the bytes may lie at any address.
template <typename T>
T load(const TensorView& view, std::size_t i) {
    T value;
    std::memcpy(&value, view.data + i * sizeof(T), sizeof(T));
    return value;
}

float load_float(const TensorView& view, std::size_t i) {
    switch (view.dtype) {
        case DType::F32:
            return load<float>(view, i);
        case DType::F16:
            return half_to_float(load<std::uint16_t>(view, i));
        case DType::BF16: {
            const std::uint32_t bits = static_cast<std::uint32_t>(load<std::uint16_t>(view, i))
                                       << 16;
            float value;
            std::memcpy(&value, &bits, sizeof value);
            return value;
        }
        case DType::F64:
            return static_cast<float>(load<double>(view, i));
        case DType::I64:
            return static_cast<float>(load<std::int64_t>(view, i));
        case DType::I32:
            return static_cast<float>(load<std::int32_t>(view, i));
        case DType::I16:
            return load<std::int16_t>(view, i);
        case DType::I8:
            return load<std::int8_t>(view, i);
        case DType::U8:
        case DType::Bool:
            return load<std::uint8_t>(view, i);
    }
    return 0.0f;
}

std::int64_t load_int(const TensorView& view, std::size_t i) {
    switch (view.dtype) {
        case DType::I64:
            return load<std::int64_t>(view, i);
        case DType::I32:
            return load<std::int32_t>(view, i);
        case DType::I16:
            return load<std::int16_t>(view, i);
        case DType::I8:
            return load<std::int8_t>(view, i);
        default:
            return load<std::uint8_t>(view, i);
    }
}

bool shape_matches(const std::vector<std::int64_t>& shape,
                   const std::vector<std::int64_t>& expected) {
    if (shape.size() != expected.size()) {
        return false;
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (expected[i] != -1 && expected[i] != shape[i]) {
            return false;
        }
    }
    return true;
}

bool is_integer(DType dtype) {
    return dtype == DType::I64 || dtype == DType::I32 || dtype == DType::I16 ||
           dtype == DType::I8 || dtype == DType::U8;
}

}  // namespace

std::int64_t TensorView::num_elements() const {
    std::int64_t product = 0;
    return shape_product(shape, product) ? product : 0;
}

SafetensorsFile SafetensorsFile::load(const std::string& path, ErrorKind kind) {
    std::vector<std::uint8_t> bytes;
    try {
        bytes = read_file(path, kMaxFileBytes);
    } catch (const Error& error) {
        throw Error(kind, error.what(), error.hint());
    }
    return parse(std::move(bytes), path, kind);
}

SafetensorsFile SafetensorsFile::parse(std::vector<std::uint8_t> bytes,
                                       const std::string& name,
                                       ErrorKind kind) {
    SafetensorsHeader header;
    try {
        header = parse_safetensors_header(bytes);
    } catch (const Error& error) {
        throw Error(kind, "safetensors file '" + name + "' is damaged: " + error.what());
    }
    SafetensorsFile file;
    file.bytes_ = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    file.name_ = name;
    file.kind_ = kind;
    file.metadata_ = std::move(header.metadata);
    for (auto& [tensor, entry] : header.entries) {
        TensorView& view = file.tensors_[tensor];
        view.dtype = entry.dtype;
        view.shape = std::move(entry.shape);
        view.data = file.bytes_->data() + entry.begin;
        view.num_bytes = entry.num_bytes;
    }
    return file;
}

const std::string& SafetensorsFile::metadata(const std::string& key) const {
    const auto found = metadata_.find(key);
    if (found == metadata_.end()) {
        throw Error(kind_, "safetensors file '" + name_ + "': no metadata '" + key + "'");
    }
    return found->second;
}

bool SafetensorsFile::contains(const std::string& tensor) const {
    return tensors_.count(tensor) != 0;
}

std::vector<std::string> SafetensorsFile::tensor_names() const {
    std::vector<std::string> names;
    for (const auto& item : tensors_) {
        names.push_back(item.first);
    }
    return names;
}

TensorView SafetensorsFile::tensor(const std::string& tensor,
                                   const std::vector<std::int64_t>& shape) const {
    const auto found = tensors_.find(tensor);
    if (found == tensors_.end()) {
        throw Error(kind_, "safetensors file '" + name_ + "': no tensor '" + tensor + "'");
    }
    if (!shape.empty() && !shape_matches(found->second.shape, shape)) {
        throw Error(kind_,
                    "safetensors file '" + name_ + "': tensor '" + tensor + "' has shape " +
                        shape_text(found->second.shape) + ", expected " + shape_text(shape));
    }
    return found->second;
}

std::vector<float> SafetensorsFile::floats(const std::string& tensor,
                                           const std::vector<std::int64_t>& shape) const {
    const TensorView view = this->tensor(tensor, shape);
    if (view.dtype == DType::Bool) {
        throw Error(
            kind_,
            "safetensors file '" + name_ + "': tensor '" + tensor + "' is BOOL, expected numbers");
    }
    std::vector<float> values(static_cast<std::size_t>(view.num_elements()));
    if (view.dtype == DType::F32) {
        if (!values.empty()) {
            std::memcpy(values.data(), view.data, view.num_bytes);
        }
        return values;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = load_float(view, i);
    }
    return values;
}

std::vector<std::int32_t> SafetensorsFile::ints(const std::string& tensor,
                                                const std::vector<std::int64_t>& shape) const {
    const TensorView view = this->tensor(tensor, shape);
    if (!is_integer(view.dtype)) {
        throw Error(kind_,
                    "safetensors file '" + name_ + "': tensor '" + tensor + "' is " +
                        dtype_name(view.dtype) + ", expected whole numbers");
    }
    std::vector<std::int32_t> values(static_cast<std::size_t>(view.num_elements()));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::int64_t value = load_int(view, i);
        if (value < std::numeric_limits<std::int32_t>::min() ||
            value > std::numeric_limits<std::int32_t>::max()) {
            throw Error(kind_,
                        "safetensors file '" + name_ + "': tensor '" + tensor + "' holds " +
                            std::to_string(value) + ", expected 32-bit numbers");
        }
        values[i] = static_cast<std::int32_t>(value);
    }
    return values;
}

std::vector<std::uint8_t> SafetensorsFile::bytes(const std::string& tensor,
                                                 const std::vector<std::int64_t>& shape) const {
    const TensorView view = this->tensor(tensor, shape);
    if (dtype_size(view.dtype) != 1) {
        throw Error(kind_,
                    "safetensors file '" + name_ + "': tensor '" + tensor + "' is " +
                        dtype_name(view.dtype) + ", expected bytes");
    }
    return {view.data, view.data + view.num_bytes};
}

}  // namespace vasa::core
