// SPDX-License-Identifier: Apache-2.0
// Renders a clip through libvasa: embed portrait speech clip.mp4
#include "vasa/vasa.h"

#include <iostream>

namespace {

void render_clip(const std::string& portrait, const std::string& speech, const std::string& out) {
    vasa::Session session(VASA_MODEL_DIR);
    vasa::RenderOptions options;
    options.audio = speech;
    options.out = out;
    options.force = true;
    const vasa::RenderResult result = session.render(session.encode(portrait), options);
    std::cout << out << ": " << result.num_frames << " frames at " << result.fps << " fps\n";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: embed portrait speech clip.mp4   (libvasa " << vasa::version()
                  << ")\n";
        return 2;
    }
    try {
        render_clip(argv[1], argv[2], argv[3]);
    } catch (const vasa::Error& error) {
        std::cerr << "error: " << error.what() << "\n";
        return vasa::exit_code(error.kind());
    }
    return 0;
}
