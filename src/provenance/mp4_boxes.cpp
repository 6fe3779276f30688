// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/mp4_boxes.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include <algorithm>
#include <cstdio>
#include <memory>

namespace vasa::provenance {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::uint64_t kShortHeaderBytes = 8, kLongHeaderBytes = 16, kUuidBytes = 16;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// A file that is read at places of it.
class PlaceReader {
  public:
    explicit PlaceReader(const std::string& path) {
        const std::string cause = core::unreadable_cause(path);
        file_.reset(cause.empty() ? std::fopen(path.c_str(), "rbe") : nullptr);
        if (!file_ || fseeko(file_.get(), 0, SEEK_END) != 0) {
            throw Error(ErrorKind::Input,
                        "cannot read '" + path + "': " + (cause.empty() ? "no access" : cause));
        }
        num_bytes_ = static_cast<std::uint64_t>(std::max<off_t>(ftello(file_.get()), 0));
    }

    std::uint64_t num_bytes() const { return num_bytes_; }

    /// @return whether all of it was there
    bool read(std::uint64_t offset, void* data, std::size_t size) {
        return offset <= num_bytes_ && size <= num_bytes_ - offset &&
               fseeko(file_.get(), static_cast<off_t>(offset), SEEK_SET) == 0 &&
               std::fread(data, 1, size, file_.get()) == size;
    }

  private:
    std::unique_ptr<std::FILE, CloseFile> file_;
    std::uint64_t num_bytes_ = 0;
};

std::uint64_t number_at(const std::uint8_t* bytes, int size) {
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i) {
        value = (value << 8U) | bytes[i];
    }
    return value;
}

/// Reads the header at `offset`. @return false if there is no box that fits the file
bool read_header(PlaceReader& file, std::uint64_t offset, Mp4Box& box) {
    std::array<std::uint8_t, kLongHeaderBytes> header{};
    if (!file.read(offset, header.data(), kShortHeaderBytes)) {
        return false;
    }
    box.offset = offset;
    box.type.assign(reinterpret_cast<const char*>(header.data()) + 4, 4);
    box.num_header_bytes = kShortHeaderBytes;
    box.num_bytes = number_at(header.data(), 4);
    if (box.num_bytes == 1) {
        if (!file.read(offset, header.data(), kLongHeaderBytes)) {
            return false;
        }
        box.num_header_bytes = kLongHeaderBytes;
        box.num_bytes = number_at(header.data() + kShortHeaderBytes, 8);
    } else if (box.num_bytes == 0) {  // up to the end of the file
        box.num_bytes = file.num_bytes() - offset;
    }
    if (box.type == "uuid") {
        if (!file.read(offset + box.num_header_bytes, box.uuid.data(), kUuidBytes)) {
            return false;
        }
        box.num_header_bytes += kUuidBytes;
    }
    return box.num_bytes >= box.num_header_bytes && box.num_bytes <= file.num_bytes() - offset;
}

std::vector<Mp4Box> list_boxes(PlaceReader& file, bool& is_whole) {
    std::vector<Mp4Box> boxes;
    std::uint64_t offset = 0;
    Mp4Box box;
    while (static_cast<int>(boxes.size()) < kMaxMp4Boxes && read_header(file, offset, box)) {
        boxes.push_back(box);
        offset += box.num_bytes;
        box = Mp4Box();
    }
    is_whole = offset == file.num_bytes();
    return boxes;
}

}  // namespace

std::vector<Mp4Box> list_mp4_boxes(const std::string& path, bool& is_whole) {
    PlaceReader file(path);
    return list_boxes(file, is_whole);
}

bool is_cut_short(const std::string& path) {
    PlaceReader file(path);
    bool is_whole = false;
    const std::vector<Mp4Box> boxes = list_boxes(file, is_whole);
    if (is_whole || boxes.empty() || static_cast<int>(boxes.size()) >= kMaxMp4Boxes) {
        return false;
    }
    const std::uint64_t end = boxes.back().offset + boxes.back().num_bytes;
    std::array<char, kShortHeaderBytes> header{};
    if (!file.read(end, header.data(), header.size())) {
        return true;  // within a header
    }
    // What follows is a box if its type is text, and else something that was appended.
    return std::all_of(
        header.begin() + 4, header.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string read_uuid_box(const std::string& path,
                          const std::array<std::uint8_t, 16>& uuid,
                          std::uint64_t max_bytes) {
    PlaceReader file(path);
    bool is_whole = false;
    for (const Mp4Box& box : list_boxes(file, is_whole)) {
        if (box.type != "uuid" || box.uuid != uuid) {
            continue;
        }
        const std::uint64_t size = box.num_bytes - box.num_header_bytes;
        if (size > max_bytes) {
            return "";
        }
        std::string content(static_cast<std::size_t>(size), '\0');
        return file.read(box.offset + box.num_header_bytes, content.data(), content.size())
                   ? content
                   : "";
    }
    return "";
}

}  // namespace vasa::provenance
