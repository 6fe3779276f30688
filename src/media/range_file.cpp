// SPDX-License-Identifier: Apache-2.0
#include "range_file.h"

#include <algorithm>

namespace vasa::media {

RangeFile::RangeFile(const std::string& path)
    : file_(std::fopen(path.c_str(), "rbe"), std::fclose) {
    if (file_ && std::fseek(file_.get(), 0, SEEK_END) == 0) {
        range_.end = std::max(0L, std::ftell(file_.get()));
    }
}

std::size_t RangeFile::read(std::int64_t offset, void* bytes, std::size_t count) const {
    if (!file_ || offset < 0 || offset >= size() ||
        std::fseek(file_.get(), range_.begin + offset, SEEK_SET) != 0) {
        return 0;
    }
    return std::fread(
        bytes, 1, std::min(count, static_cast<std::size_t>(size() - offset)), file_.get());
}

}  // namespace vasa::media
