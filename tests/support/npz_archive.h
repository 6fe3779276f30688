// SPDX-License-Identifier: Apache-2.0
// NumPy archives made by hand.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace vasa::support {

using Bytes = std::vector<std::uint8_t>;

/// Appends the low bytes of a number, little endian.
inline void put(Bytes& bytes, std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
        bytes.push_back(i < 8 ? static_cast<std::uint8_t>(value >> (8 * i)) : std::uint8_t{0});
    }
}

/// An .npy of integers.
/// @param type          NumPy's name, e.g. "<i2"
/// @param shape         e.g. "(3, 68, 2)"
/// @param is_by_column  values are in Fortran's order: the first index changes fastest
inline Bytes npy_of(const std::string& type,
                    const std::string& shape,
                    const std::vector<std::int64_t>& values,
                    bool is_by_column = false) {
    std::string header = "{'descr': '" + type +
                         "', 'fortran_order': " + (is_by_column ? "True" : "False") +
                         ", 'shape': " + shape + ", }";
    header.resize(117, ' ');
    header += '\n';
    Bytes npy = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    put(npy, header.size(), 2);
    npy.insert(npy.end(), header.begin(), header.end());
    for (const std::int64_t value : values) {
        put(npy, static_cast<std::uint64_t>(value), type.back() - '0');
    }
    return npy;
}

/// One file of an archive.
struct ZipEntry {
    std::string name;
    Bytes packed;
    std::size_t size = 0;  ///< unpacked
    int method = 0;        ///< 0 = stored
};

inline ZipEntry stored(const std::string& array, const Bytes& npy) {
    return {array + ".npy", npy, npy.size(), 0};
}

inline Bytes zip_of(const std::vector<ZipEntry>& entries) {
    Bytes zip, directory;
    for (const ZipEntry& entry : entries) {
        const std::size_t start = zip.size();
        put(zip, 0x04034B50, 4);
        put(zip, 0, 14);
        put(zip, entry.packed.size(), 4);
        put(zip, entry.size, 4);
        put(zip, entry.name.size(), 2);
        put(zip, 0, 2);
        zip.insert(zip.end(), entry.name.begin(), entry.name.end());
        zip.insert(zip.end(), entry.packed.begin(), entry.packed.end());
        put(directory, 0x02014B50, 4);
        put(directory, 0, 6);
        put(directory, static_cast<std::uint64_t>(entry.method), 2);
        put(directory, 0, 8);
        put(directory, entry.packed.size(), 4);
        put(directory, entry.size, 4);
        put(directory, entry.name.size(), 2);
        put(directory, 0, 12);
        put(directory, start, 4);
        directory.insert(directory.end(), entry.name.begin(), entry.name.end());
    }
    const std::size_t start = zip.size();
    zip.insert(zip.end(), directory.begin(), directory.end());
    put(zip, 0x06054B50, 4);
    put(zip, 0, 4);
    put(zip, entries.size(), 2);
    put(zip, entries.size(), 2);
    put(zip, directory.size(), 4);
    put(zip, start, 4);
    put(zip, 0, 2);
    return zip;
}

inline void write_bytes(const std::string& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

}  // namespace vasa::support
