// SPDX-License-Identifier: Apache-2.0
#include "test_inputs.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "support/catch.h"

namespace vasa::test {

std::string model_dir() {
    return std::string(VASA_SOURCE_DIR) + "/models";
}

std::string face_file() {
    return VASA_TEST_FACE;
}

void write_speech(const std::string& path, double seconds) {
    constexpr std::uint32_t kRate_hz = 16000;
    const auto num_samples = static_cast<std::uint32_t>(seconds * kRate_hz);
    std::ofstream file(path, std::ios::binary);
    const auto put = [&](std::uint32_t value, int num_bytes) {
        for (int i = 0; i < num_bytes; ++i) {
            file.put(static_cast<char>((value >> (8 * i)) & 0xFFU));
        }
    };
    file << "RIFF";
    put(36 + 2 * num_samples, 4);
    file << "WAVEfmt ";
    put(16, 4);
    put(1, 2);  // PCM
    put(1, 2);  // channels
    put(kRate_hz, 4);
    put(2 * kRate_hz, 4);
    put(2, 2);
    put(16, 2);
    file << "data";
    put(2 * num_samples, 4);
    for (std::uint32_t i = 0; i < num_samples; ++i) {
        const double t = static_cast<double>(i) / kRate_hz;
        const double loudness = 0.5 - 0.5 * std::cos(2 * M_PI * 4 * t);
        const double sample = 12000 * loudness * std::sin(2 * M_PI * 180 * t);
        put(static_cast<std::uint16_t>(static_cast<std::int16_t>(sample)), 2);
    }
}

Motion nodding(int num_samples) {
    constexpr int kJawOpen = 17;
    std::vector<MotionSample> samples(static_cast<std::size_t>(num_samples));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const float phase = 0.4F * static_cast<float>(i);
        samples[i].pose = {0.1F * std::sin(phase), 0, 0, 0, 0, -100.0F};
        samples[i].actions[kJawOpen] = 0.3F - 0.3F * std::cos(phase);
    }
    return {"25", samples};
}

std::optional<std::string> find_portrait() {
    std::string path = "/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg";
    if (std::filesystem::exists(path)) {
        return path;
    }
    WARN("SKIPPED: python-matplotlib-data not installed: no portrait");
    return std::nullopt;
}

RenderOptions quick_options() {
    RenderOptions options;
    options.decoder = Decoder::Geometry;
    options.drive.driver = Driver::Rules;
    return options;
}

}  // namespace vasa::test
