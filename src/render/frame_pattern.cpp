// SPDX-License-Identifier: Apache-2.0
#include "frame_sink.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"

#include <cctype>
#include <filesystem>

namespace vasa::render {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_pattern(const std::string& pattern, const std::string& found) {
    throw core::Error(
        core::ErrorKind::Usage,
        "output '" + pattern + "': " + found + ", expected one number field such as dir/%05d.png");
}

}  // namespace

bool FramePattern::is_pattern(const std::string& path) {
    return core::extension_of(path) == ".png" &&
           fs::path(path).filename().string().find('%') != std::string::npos;
}

FramePattern::FramePattern(const std::string& pattern) {
    const fs::path path(pattern);
    const std::string name = path.filename().string();
    name_ = name;
    folder_ = path.has_parent_path() ? path.parent_path().string() : ".";
    const std::size_t start = name.find('%');
    if (start == std::string::npos) {
        fail_pattern(pattern, "no number field");
    }
    if (name.find('%', start + 1) != std::string::npos) {
        fail_pattern(pattern, "more than one '%'");
    }
    std::size_t end = start + 1;
    while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end])) != 0) {
        ++end;
    }
    const std::string digits = name.substr(start + 1, end - start - 1);
    const bool is_padded = digits.size() == 2 && digits[0] == '0' && digits[1] != '0';
    if (end >= name.size() || name[end] != 'd' || !(digits.empty() || is_padded)) {
        fail_pattern(pattern, "'" + name.substr(start) + "'");
    }
    name_ = name;
    num_digits_ = is_padded ? digits[1] - '0' : 1;
    prefix_ = name.substr(0, start);
    suffix_ = name.substr(end + 1);
}

std::string FramePattern::file_name(std::int64_t index) const {
    std::string number = std::to_string(index + 1);
    if (static_cast<int>(number.size()) < num_digits_) {
        number.insert(0, static_cast<std::size_t>(num_digits_) - number.size(), '0');
    }
    return prefix_ + number + suffix_;
}

std::string FramePattern::path(std::int64_t index) const {
    return (fs::path(folder_) / file_name(index)).string();
}

}  // namespace vasa::render
