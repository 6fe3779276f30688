// SPDX-License-Identifier: Apache-2.0
// Receives frames instead of a file, as a player would: embed_frames portrait speech [frames]
// Prints each frame's time and mean brightness; stops after the given number of frames.
#include "vasa/vasa.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <numeric>

namespace {

double mean_brightness(const vasa::VideoFrame& frame) {
    const std::uint8_t* end = frame.rgb + std::size_t{3} * frame.width_px * frame.height_px;
    return std::accumulate(frame.rgb, end, 0.0) / static_cast<double>(end - frame.rgb);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: embed_frames portrait speech [frames]\n";
        return 2;
    }
    const long max_frames = argc > 3 ? std::strtol(argv[3], nullptr, 10) : 0;
    vasa::set_log_sink([](vasa::LogLevel level, const std::string& message) {
        if (level >= vasa::LogLevel::Warning) {
            std::cerr << message << "\n";
        }
    });
    try {
        vasa::Session session(VASA_MODEL_DIR);
        const vasa::Face face = session.encode(argv[1]);
        vasa::RenderOptions options;
        options.audio = argv[2];
        vasa::set_option(options, "emotion", "happy:0.5");
        vasa::RenderCallbacks callbacks;
        callbacks.on_frame = [&](const vasa::VideoFrame& frame) {
            std::printf("%.2f s %.1f\n", frame.time_s, mean_brightness(frame));
            return frame.index + 1 != max_frames;
        };
        session.render(face, options, callbacks);
    } catch (const vasa::Error& error) {
        if (error.kind() == vasa::ErrorKind::Interrupted) {
            return 0;  // the callback stopped the render
        }
        std::cerr << "error: " << error.what() << "\n";
        return vasa::exit_code(error.kind());
    }
    return 0;
}
