// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vasa::train {

/// A NumPy archive: a zip of .npy files, stored, deflated or compressed by bzip2, in C order,
/// little endian. At most 256 MiB; every size is checked before use.
class Npz {
  public:
    /// @throws Error(Input) naming the file for anything that is not such an archive.
    static Npz load(const std::string& path);
    static Npz parse(const std::vector<std::uint8_t>& bytes, const std::string& name);

    /// Values of an f2, f4 or f8 array. @throws Error(Input)
    std::vector<float> floats(const std::string& array, std::vector<std::int64_t>& shape) const;
    /// Values of an array of Unicode text; non-ASCII characters become '?'. @throws Error(Input)
    std::vector<std::string> texts(const std::string& array) const;
    /// Values of an array of integers of 1 to 8 bytes, signed or not. @throws Error(Input), also
    /// for values of more than 63 bits.
    std::vector<std::int64_t> integers(const std::string& array,
                                       std::vector<std::int64_t>& shape) const;
    /// The value of an i4 or i8 array with one element. @throws Error(Input)
    std::int64_t integer(const std::string& array) const;

    /// Names of all arrays in alphabetical order.
    std::vector<std::string> names() const;
    /// @throws Error(Input) if there is no such array.
    const std::vector<std::int64_t>& shape(const std::string& array) const;

  private:
    struct Array {
        char kind = 0;       ///< 'f', 'i', 'u', 'U'
        int item_bytes = 0;  ///< bytes per element
        std::vector<std::int64_t> shape;
        std::vector<std::uint8_t> data;
    };
    /// @param kinds  accepted kinds, e.g. "iu"; empty = all
    const Array& array(const std::string& array, const std::string& kinds) const;
    static Array parse_array(const std::vector<std::uint8_t>& bytes, const std::string& name);

    std::string name_;
    std::map<std::string, Array> arrays_;
};

}  // namespace vasa::train
