// SPDX-License-Identifier: Apache-2.0
// Writes the golden images: vasa_remake_goldens FOLDER. Called by scripts/remake_goldens.sh.
#include "golden_frames.h"

#include "vasa/core/error.h"
#include "vasa/media/image_file.h"

#include <cstdio>
#include <exception>
#include <string>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    try {
        const std::string model_dir = std::string(VASA_SOURCE_DIR) + "/models";
        if (vasa::golden::example_portrait().empty()) {
            throw vasa::core::Error(vasa::core::ErrorKind::Input,
                                    "the example portrait is not installed",
                                    "install the package python-matplotlib-data");
        }
        auto frames = vasa::golden::synthetic_frames(model_dir);
        for (auto& frame : vasa::golden::portrait_frames(model_dir)) {
            frames.push_back(std::move(frame));
        }
        for (const auto& frame : frames) {
            const std::string path = std::string(argv[1]) + "/" + frame.name + ".png";
            vasa::media::save_png(path, frame.image, true);
            std::printf("%s\n", path.c_str());
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
