// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vasa::core {

enum class DType { F32, F16, BF16, F64, I64, I32, I16, I8, U8, Bool };

std::size_t dtype_size(DType dtype);
const char* dtype_name(DType dtype);

/// One tensor of a safetensors file: a view into the file's bytes.
struct TensorView {
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    const std::uint8_t* data = nullptr;
    std::size_t num_bytes = 0;

    std::int64_t num_elements() const;
};

/// A safetensors file in memory; every length and offset is checked before use.
///
/// Layout: u64 header length (little endian), JSON header, tensor bytes.
class SafetensorsFile {
  public:
    /// @param kind  the error kind of a missing or damaged file: Model for the program's own
    ///              weights, Input for files from the user
    /// @throws Error(kind) if the file is missing, truncated, has overlapping or out-of-range
    ///         tensors, sizes that do not match shapes, or a header that is not valid.
    static SafetensorsFile load(const std::string& path, ErrorKind kind);
    static SafetensorsFile parse(std::vector<std::uint8_t> bytes,
                                 const std::string& name,
                                 ErrorKind kind);

    const std::string& name() const { return name_; }
    /// The header's "__metadata__" strings.
    const std::map<std::string, std::string>& metadata() const { return metadata_; }
    /// @throws Error if the key is missing.
    const std::string& metadata(const std::string& key) const;
    bool contains(const std::string& tensor) const;
    std::vector<std::string> tensor_names() const;

    /// The tensor as stored.
    /// @param shape  expected shape, -1 for any size; empty means any shape
    /// @throws Error naming file and tensor if it is missing or of another shape.
    TensorView tensor(const std::string& tensor, const std::vector<std::int64_t>& shape = {}) const;

    /// The tensor's values as f32 (from F32, F16, BF16, F64 or integers).
    std::vector<float> floats(const std::string& tensor,
                              const std::vector<std::int64_t>& shape = {}) const;
    /// The tensor's values as i32 (from I32, I16, I8, U8, or I64 within range).
    std::vector<std::int32_t> ints(const std::string& tensor,
                                   const std::vector<std::int64_t>& shape = {}) const;
    std::vector<std::uint8_t> bytes(const std::string& tensor,
                                    const std::vector<std::int64_t>& shape = {}) const;

  private:
    std::shared_ptr<const std::vector<std::uint8_t>> bytes_;
    std::string name_;
    ErrorKind kind_ = ErrorKind::Input;
    std::map<std::string, std::string> metadata_;
    std::map<std::string, TensorView> tensors_;
};

/// Collects tensors and writes them as one safetensors file, atomically.
class SafetensorsWriter {
  public:
    void set_metadata(const std::string& key, const std::string& value);
    /// Stores values as f32. The product of shape must be the number of values.
    void add_f32(const std::string& name,
                 const std::vector<std::int64_t>& shape,
                 const std::vector<float>& values);
    /// Stores values rounded to f16.
    void add_f16(const std::string& name,
                 const std::vector<std::int64_t>& shape,
                 const std::vector<float>& values);
    void add_i32(const std::string& name,
                 const std::vector<std::int64_t>& shape,
                 const std::vector<std::int32_t>& values);
    void add_u8(const std::string& name,
                const std::vector<std::int64_t>& shape,
                const std::vector<std::uint8_t>& values);
    /// Stores raw little-endian bytes of any dtype.
    void add_raw(const std::string& name,
                 DType dtype,
                 const std::vector<std::int64_t>& shape,
                 std::vector<std::uint8_t> bytes);

    std::vector<std::uint8_t> serialize() const;
    /// Writes a file beside `path` and renames it. @throws Error(Output)
    void save(const std::string& path) const;

  private:
    struct Entry {
        DType dtype;
        std::vector<std::int64_t> shape;
        std::vector<std::uint8_t> bytes;
    };
    std::map<std::string, std::string> metadata_;
    std::map<std::string, Entry> entries_;
};

/// IEEE half precision <-> single precision, round to nearest even.
float half_to_float(std::uint16_t half);
std::uint16_t float_to_half(float value);

}  // namespace vasa::core
