// SPDX-License-Identifier: Apache-2.0
// Holds the README's table of options against render::option_fields(), or writes it.
//
// Usage: vasa_option_table README.md [--write]; exit code 1 if they differ.
#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/render/option_fields.h"

#include <cstdint>
#include <cstdio>
#include <string>

using namespace vasa;

namespace {

const std::string kBegin = "<!-- options: made by scripts/update_readme.sh -->\n";
const std::string kEnd = "<!-- options end -->\n";
constexpr std::uint64_t kMaxBytes = 1U << 20U;

/// The text with the table between the marks replaced by the present one.
std::string with_table(const std::string& text) {
    const std::size_t begin = text.find(kBegin);
    const std::size_t end = text.find(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
        throw core::Error(core::ErrorKind::Input, "no marks of the table of options");
    }
    return text.substr(0, begin + kBegin.size()) + render::option_table_markdown() +
           text.substr(end);
}

int run(const std::string& path, bool is_write) {
    const auto bytes = core::read_file(path, kMaxBytes);
    const std::string text(bytes.begin(), bytes.end());
    const std::string expected = with_table(text);
    if (is_write) {
        core::write_file_atomic(path, expected, true);
        return 0;
    }
    if (text != expected) {
        std::fprintf(stderr,
                     "%s: its table of options is not that of the program, which is:\n%s"
                     "run scripts/update_readme.sh\n",
                     path.c_str(),
                     render::option_table_markdown().c_str());
        return 1;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const bool is_write = argc == 3 && std::string(argv[2]) == "--write";
    if (argc != 2 && !is_write) {
        std::fprintf(stderr, "usage: vasa_option_table README.md [--write]\n");
        return 2;
    }
    try {
        return run(argv[1], is_write);
    } catch (const core::Error& error) {
        std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
        return 1;
    }
}
