// SPDX-License-Identifier: Apache-2.0
// Code shared by the fuzz targets. A target is LLVMFuzzerTestOneInput() in its own file. Linked to
// libFuzzer, it searches for faults; linked to replay_main.cpp, it runs over its corpus as a test.
#pragma once

#include "vasa/core/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <string>

#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace vasa::fuzz {

/// Ends the program if a required property does not hold.
inline void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "fuzz: not so: %s\n", what);
        std::abort();
    }
}

/// Number of calls of is_accepted() so far that threw nothing.
inline int& num_accepted() {
    static int count = 0;
    return count;
}

/// The message of the last error in is_accepted().
inline std::string& last_refusal() {
    static std::string message;
    return message;
}

/// Calls `run`; any exception must be a core::Error of one of these kinds with a message.
/// @return whether nothing was thrown
inline bool is_accepted(std::initializer_list<core::ErrorKind> kinds,
                        const std::function<void()>& run) {
    try {
        run();
        ++num_accepted();
        return true;
    } catch (const core::Error& error) {
        last_refusal() = error.what();
        bool is_expected = false;
        for (const core::ErrorKind kind : kinds) {
            is_expected = is_expected || error.kind() == kind;
        }
        if (!is_expected) {
            std::fprintf(
                stderr, "fuzz: %s error: %s\n", core::error_kind_name(error.kind()), error.what());
        }
        require(is_expected, "the error is of a kind that damaged input may have");
        require(*error.what() != '\0', "the error says something");
        return false;
    }
}

/// The input as a file of this process, for readers that take a name. Removed at the end.
class InputFile {
  public:
    explicit InputFile(const std::string& extension) {
        const char* folder = std::getenv("TMPDIR");
        path_ = std::string(folder != nullptr ? folder : "/tmp") + "/vasa_fuzz_" +
                std::to_string(::getpid()) + extension;
    }
    ~InputFile() { ::unlink(path_.c_str()); }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    const std::string& path() const { return path_; }
    void write(const std::uint8_t* data, std::size_t size) const {
        std::ofstream file(path_, std::ios::binary | std::ios::trunc);
        file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
        file.close();
        require(file.good(), "the input can be written to a file");
    }

  private:
    std::string path_;
};

}  // namespace vasa::fuzz
