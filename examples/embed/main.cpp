// SPDX-License-Identifier: Apache-2.0
// Renders a clip through the library: embed portrait speech clip.mp4
#include "vasa/vasa.h"

#include <iostream>

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: embed portrait speech clip.mp4   (libvasa " << vasa::version()
                  << ")\n";
        return 2;
    }
    vasa::set_log_sink([](vasa::LogLevel level, const std::string& message) {
        if (level >= vasa::LogLevel::Warning) {
            std::cerr << message << "\n";
        }
    });
    vasa::ClipOptions options;
    options.image = argv[1];
    options.audio = argv[2];
    options.out = argv[3];
    options.model_dir = VASA_MODEL_DIR;
    try {
        const vasa::ClipResult result = vasa::render_clip(options);
        std::cout << result.num_frames << " frames at " << result.fps << " fps\n";
    } catch (const vasa::Error& error) {
        std::cerr << "error: " << error.what() << "\n";
        if (!error.hint().empty()) {
            std::cerr << "hint: " << error.hint() << "\n";
        }
        return vasa::core::exit_code(error.kind());
    }
    return 0;
}
