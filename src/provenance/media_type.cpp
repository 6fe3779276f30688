// SPDX-License-Identifier: Apache-2.0
#include "media_type.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include <array>
#include <cstdio>
#include <memory>
#include <string_view>

namespace vasa::provenance {
namespace {

constexpr std::size_t kHeadBytes = 16;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string head_of(const std::string& path) {
    const std::string cause = core::unreadable_cause(path);
    const std::unique_ptr<std::FILE, CloseFile> file(cause.empty() ? std::fopen(path.c_str(), "rbe")
                                                                   : nullptr);
    if (!file) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot read '" + path + "': " + (cause.empty() ? "no access" : cause));
    }
    std::array<char, kHeadBytes> bytes{};
    return {bytes.data(), std::fread(bytes.data(), 1, bytes.size(), file.get())};
}

/// Of a file that begins with a box "ftyp", by its major brand (ISO/IEC 14496-12, 4.3).
std::string type_of_brand(std::string_view brand) {
    if (brand == "avif" || brand == "avis") {
        return "image/avif";
    }
    if (brand == "heic" || brand == "heix" || brand == "mif1" || brand == "msf1") {
        return "image/heic";
    }
    return brand == "qt  " ? "video/quicktime" : "video/mp4";
}

}  // namespace

std::string media_type_of(const std::string& path) {
    const std::string head = head_of(path);
    const auto has = [&head](std::string_view text, std::size_t at) {
        return head.compare(at <= head.size() ? at : head.size(), text.size(), text) == 0;
    };
    if (has("\x89PNG\r\n\x1A\n", 0)) {
        return "image/png";
    }
    if (has("\xFF\xD8\xFF", 0)) {
        return "image/jpeg";
    }
    if (has("RIFF", 0) && has("WEBP", 8)) {
        return "image/webp";
    }
    if (has(std::string_view("II*\0", 4), 0) || has(std::string_view("MM\0*", 4), 0)) {
        return "image/tiff";
    }
    return has("ftyp", 4) && head.size() >= 12 ? type_of_brand(std::string_view(head).substr(8, 4))
                                               : "";
}

}  // namespace vasa::provenance
