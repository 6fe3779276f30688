// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over the files of a folder: its corpus as a test, without libFuzzer. Files
// named seed_... are valid: a target that refuses one does not reach the code to be tested.
#include "fuzz.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iterator>
#include <vector>

namespace fs = std::filesystem;

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
        return 2;
    }
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(argv[1], error)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& path : files) {
        std::ifstream file(path, std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        // Printed first, so that a crash names its input.
        std::printf("%s\n", path.filename().c_str());
        std::fflush(stdout);
        const int before = vasa::fuzz::num_accepted();
        try {
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
        } catch (const std::exception& exception) {
            std::fprintf(stderr, "fuzz: unexpected exception: %s\n", exception.what());
            return 1;
        }
        if (path.filename().string().rfind("seed_", 0) == 0 &&
            vasa::fuzz::num_accepted() == before) {
            std::fprintf(stderr,
                         "fuzz: seed '%s' is refused: %s\n",
                         path.c_str(),
                         vasa::fuzz::last_refusal().c_str());
            return 1;
        }
    }
    std::printf("%zu inputs\n", files.size());
    return files.empty() ? 1 : 0;
}
