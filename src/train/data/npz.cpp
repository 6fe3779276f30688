// SPDX-License-Identifier: Apache-2.0
#include "data/npz.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <bzlib.h>
#include <zlib.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kMaxBytes = 256ULL << 20U;
constexpr std::size_t kEndSize = 22;        ///< bytes of the end of the central directory
constexpr std::size_t kDirectorySize = 46;  ///< bytes of an entry without its texts
constexpr std::size_t kLocalSize = 30;
/// Compression methods of a zip entry. Source: PKWARE, APPNOTE.TXT, 4.4.5.
constexpr std::uint64_t kStored = 0, kDeflated = 8, kBzip2 = 12;

Error broken(const std::string& name, const std::string& what) {
    return {ErrorKind::Input, "archive '" + name + "': " + what};
}

/// Little-endian number of `size` bytes.
std::uint64_t number(const Bytes& bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) {
        value = value << 8U | bytes[at + i];
    }
    return value;
}

void check_span(const Bytes& bytes, std::size_t at, std::size_t size, const std::string& name) {
    if (at > bytes.size() || size > bytes.size() - at) {
        throw broken(name, "cut off at byte " + std::to_string(bytes.size()));
    }
}

std::size_t find_end(const Bytes& bytes, const std::string& name) {
    if (bytes.size() >= kEndSize) {
        const std::size_t last = bytes.size() - kEndSize;
        const std::size_t first = last > 65535 ? last - 65535 : 0;
        for (std::size_t at = last + 1; at-- > first;) {
            if (number(bytes, at, 4) == 0x06054B50U) {
                return at;
            }
        }
    }
    throw broken(name, "no zip archive");
}

Bytes inflate_entry(const Bytes& bytes,
                    std::size_t at,
                    std::size_t packed_size,
                    std::size_t size,
                    const std::string& name) {
    Bytes out(size);
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        throw Error(ErrorKind::Resource, "zlib cannot start");
    }
    stream.next_in = const_cast<Bytef*>(bytes.data() + at);  // zlib only reads it
    stream.avail_in = static_cast<uInt>(packed_size);
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(size);
    const int result = inflate(&stream, Z_FINISH);
    const bool is_whole = result == Z_STREAM_END && stream.total_out == size;
    inflateEnd(&stream);
    if (!is_whole) {
        throw broken(name, "deflated data are damaged");
    }
    return out;
}

Bytes bunzip2_entry(const Bytes& bytes,
                    std::size_t at,
                    std::size_t packed_size,
                    std::size_t size,
                    const std::string& name) {
    Bytes out(size);
    // bzlib only reads the source, and wants room for at least one byte.
    char nothing = 0;
    auto* source = const_cast<char*>(reinterpret_cast<const char*>(bytes.data() + at));
    auto* target = size > 0 ? reinterpret_cast<char*>(out.data()) : &nothing;
    auto num_out = static_cast<unsigned>(size);
    const int result = BZ2_bzBuffToBuffDecompress(
        target, &num_out, source, static_cast<unsigned>(packed_size), 0, 0);
    if (result != BZ_OK || num_out != size) {
        throw broken(name, "bzip2 data are damaged");
    }
    return out;
}

Bytes unpack_entry(const Bytes& bytes,
                   std::size_t at,
                   std::size_t packed_size,
                   std::size_t size,
                   std::uint64_t method,
                   const std::string& name) {
    if (method == kDeflated) {
        return inflate_entry(bytes, at, packed_size, size, name);
    }
    if (method == kBzip2) {
        return bunzip2_entry(bytes, at, packed_size, size, name);
    }
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

/// The text after `key` in the header of an .npy, up to `end`.
std::string field(const std::string& header, const std::string& key, char end) {
    const std::size_t at = header.find(key);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + key.size();
    const std::size_t stop = header.find(end, begin);
    return stop == std::string::npos ? std::string() : header.substr(begin, stop - begin);
}

/// Values of an array whose first index changes fastest, with the last changing fastest.
Bytes in_c_order(const Bytes& data,
                 const std::vector<std::int64_t>& shape,
                 std::size_t item_bytes) {
    Bytes result(data.size());
    std::vector<std::size_t> index(shape.size(), 0);
    for (std::size_t to = 0; to < data.size(); to += item_bytes) {
        std::size_t from = 0;
        for (std::size_t k = shape.size(); k-- > 0;) {
            from = from * static_cast<std::size_t>(shape[k]) + index[k];
        }
        std::memcpy(&result[to], &data[from * item_bytes], item_bytes);
        for (std::size_t k = shape.size(); k-- > 0;) {
            if (++index[k] < static_cast<std::size_t>(shape[k])) {
                break;
            }
            index[k] = 0;
        }
    }
    return result;
}

}  // namespace

Npz::Array Npz::parse_array(const Bytes& bytes, const std::string& name) {
    if (bytes.size() < 10 || std::memcmp(bytes.data(), "\x93NUMPY\x01", 7) != 0) {
        throw broken(name, "no .npy of version 1");
    }
    const auto header_size = static_cast<std::size_t>(number(bytes, 8, 2));
    check_span(bytes, 10, header_size, name);
    const std::string header(bytes.begin() + 10,
                             bytes.begin() + 10 + static_cast<std::ptrdiff_t>(header_size));
    const std::string type = field(header, "'descr': '", '\'');
    const bool is_by_column = header.find("'fortran_order': True") != header.npos;
    if (type.size() < 3 || type[0] != '<' || header.find("'shape': (") == header.npos ||
        (!is_by_column && header.find("'fortran_order': False") == header.npos)) {
        throw broken(name, "not a little-endian array: " + header.substr(0, 80));
    }
    Array array;
    array.kind = type[1];
    const long length = std::strtol(type.c_str() + 2, nullptr, 10);
    if (length < 1 || length > 1024) {
        throw broken(name, "type " + type.substr(0, 20) + " is not supported");
    }
    array.item_bytes = static_cast<int>(array.kind == 'U' ? 4 * length : length);
    std::uint64_t expected = static_cast<std::uint64_t>(array.item_bytes);
    const std::string shape = field(header, "'shape': (", ')');
    for (const char* at = shape.c_str(); *at != '\0';) {
        char* after = nullptr;
        const long long size = std::strtoll(at, &after, 10);
        if (after == at) {
            ++at;  // a comma or a space
            continue;
        }
        if (size < 0 || static_cast<std::uint64_t>(size) > kMaxBytes) {
            throw broken(name, "size " + std::to_string(size) + " is not supported");
        }
        expected = std::min(expected * static_cast<std::uint64_t>(size), 2 * kMaxBytes);
        array.shape.push_back(size);
        at = after;
    }
    array.data.assign(bytes.begin() + 10 + static_cast<std::ptrdiff_t>(header_size), bytes.end());
    if (expected != array.data.size()) {
        throw broken(name,
                     std::to_string(array.data.size()) + " bytes of values, expected " +
                         std::to_string(expected));
    }
    if (is_by_column) {
        array.data =
            in_c_order(array.data, array.shape, static_cast<std::size_t>(array.item_bytes));
    }
    return array;
}

Npz Npz::load(const std::string& path) {
    return parse(core::read_file(path, kMaxBytes), path);
}

Npz Npz::parse(const Bytes& bytes, const std::string& name) {
    Npz npz;
    npz.name_ = name;
    const std::size_t end = find_end(bytes, name);
    const auto num_entries = static_cast<std::size_t>(number(bytes, end + 10, 2));
    auto at = static_cast<std::size_t>(number(bytes, end + 16, 4));
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < num_entries; ++i) {
        check_span(bytes, at, kDirectorySize, name);
        const auto method = number(bytes, at + 10, 2);
        const auto packed_size = static_cast<std::size_t>(number(bytes, at + 20, 4));
        const auto size = static_cast<std::size_t>(number(bytes, at + 24, 4));
        const auto name_size = static_cast<std::size_t>(number(bytes, at + 28, 2));
        const auto extra_size = static_cast<std::size_t>(number(bytes, at + 30, 2));
        const auto comment_size = static_cast<std::size_t>(number(bytes, at + 32, 2));
        const auto local = static_cast<std::size_t>(number(bytes, at + 42, 4));
        check_span(bytes, at + kDirectorySize, name_size, name);
        std::string entry(
            bytes.begin() + static_cast<std::ptrdiff_t>(at + kDirectorySize),
            bytes.begin() + static_cast<std::ptrdiff_t>(at + kDirectorySize + name_size));
        check_span(bytes, local, kLocalSize, name);
        const std::size_t data = local + kLocalSize +
                                 static_cast<std::size_t>(number(bytes, local + 26, 2)) +
                                 static_cast<std::size_t>(number(bytes, local + 28, 2));
        check_span(bytes, data, packed_size, name);
        total += size;
        if (total > kMaxBytes || (method != kStored && method != kDeflated && method != kBzip2) ||
            (method == kStored && packed_size != size)) {
            throw broken(name, "entry '" + entry + "' is too large or of an unknown method");
        }
        const Bytes content = unpack_entry(bytes, data, packed_size, size, method, name);
        if (entry.size() > 4 && entry.compare(entry.size() - 4, 4, ".npy") == 0) {
            entry.resize(entry.size() - 4);
            npz.arrays_[entry] = parse_array(content, name + "/" + entry);
        }
        at += kDirectorySize + name_size + extra_size + comment_size;
    }
    return npz;
}

const Npz::Array& Npz::array(const std::string& array, const std::string& kinds) const {
    const auto found = arrays_.find(array);
    if (found == arrays_.end()) {
        throw broken(name_, "no array '" + array + "'");
    }
    if (!kinds.empty() && kinds.find(found->second.kind) == std::string::npos) {
        throw broken(name_,
                     "array '" + array + "' is of kind '" + std::string(1, found->second.kind) +
                         "', expected one of '" + kinds + "'");
    }
    return found->second;
}

std::vector<float> Npz::floats(const std::string& name, std::vector<std::int64_t>& shape) const {
    const Array& source = array(name, "f");
    shape = source.shape;
    const auto size = static_cast<std::size_t>(source.item_bytes);
    if (size != 2 && size != 4 && size != 8) {
        throw broken(name_, "array '" + name + "' is not f2, f4 or f8");
    }
    std::vector<float> values(source.data.size() / size);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint8_t* at = source.data.data() + i * size;
        if (size == 2) {
            std::uint16_t half = 0;
            std::memcpy(&half, at, 2);
            values[i] = core::half_to_float(half);
        } else if (size == 4) {
            std::memcpy(&values[i], at, 4);
        } else {
            double value = 0;
            std::memcpy(&value, at, 8);
            values[i] = static_cast<float>(value);
        }
    }
    return values;
}

std::vector<std::string> Npz::texts(const std::string& name) const {
    const Array& source = array(name, "U");
    const auto size = static_cast<std::size_t>(source.item_bytes);
    std::vector<std::string> texts(source.data.size() / size);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (std::size_t k = 0; k < size; k += 4) {
            const auto code = number(source.data, i * size + k, 4);
            if (code == 0) {
                break;
            }
            texts[i] += code < 128 ? static_cast<char>(code) : '?';
        }
    }
    return texts;
}

std::vector<std::int64_t> Npz::integers(const std::string& name,
                                        std::vector<std::int64_t>& shape) const {
    const Array& source = array(name, "iu");
    shape = source.shape;
    const auto size = static_cast<std::size_t>(source.item_bytes);
    if (size != 1 && size != 2 && size != 4 && size != 8) {
        throw broken(name_, "array '" + name + "' is not of integers of 1, 2, 4 or 8 bytes");
    }
    const std::uint64_t sign = std::uint64_t{1} << (8 * size - 1);
    std::vector<std::int64_t> values(source.data.size() / size);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint64_t raw = number(source.data, i * size, size);
        const bool has_top_bit = (raw & sign) != 0;
        if (source.kind == 'u' && size == 8 && has_top_bit) {
            throw broken(name_, "array '" + name + "' holds " + std::to_string(raw));
        }
        // Two's complement: the bits above the top one repeat it.
        const std::uint64_t above = source.kind == 'i' && has_top_bit ? ~(sign | (sign - 1)) : 0;
        values[i] = static_cast<std::int64_t>(raw | above);
    }
    return values;
}

std::vector<std::string> Npz::names() const {
    std::vector<std::string> names;
    for (const auto& [name, array] : arrays_) {
        names.push_back(name);
    }
    return names;
}

const std::vector<std::int64_t>& Npz::shape(const std::string& name) const {
    return array(name, "").shape;
}

std::int64_t Npz::integer(const std::string& name) const {
    const Array& source = array(name, "i");
    const auto size = static_cast<std::size_t>(source.item_bytes);
    if (source.data.size() != size || (size != 4 && size != 8)) {
        throw broken(name_, "array '" + name + "' is not one i4 or i8");
    }
    const std::uint64_t value = number(source.data, 0, size);
    return size == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
}

}  // namespace vasa::train
