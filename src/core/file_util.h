// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <memory>
#include <string>

namespace vasa::core {

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using FilePtr = std::unique_ptr<std::FILE, FileCloser>;

/// The system's text for an errno value, in lower case like error messages.
std::string errno_text(int error_number);

/// Opens a regular file for reading; never waits for the other end of a pipe.
/// @throws Error(Input) naming the file
FilePtr open_regular_file(const std::string& path);

}  // namespace vasa::core
