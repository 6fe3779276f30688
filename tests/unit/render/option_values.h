// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/test_folder.h"

#include "vasa/drive/speech_motion_options.h"

#include <fstream>
#include <map>
#include <string>

namespace vasa::test {

/// A value other than the default for every field, as its get() writes it.
inline std::map<std::string, std::string> other_values(const TestFolder& folder) {
    const std::string controls = folder / "controls.json";
    std::ofstream(controls)
        << R"({"amplitude": [{"time": 0, "value": 1}, {"time": 1, "value": 2}]})";
    return {{"image", "face.png"},
            {"face", "face.safetensors"},
            {"face-index", "2"},
            {"audio", "speech.wav"},
            {"allow-long", "true"},
            {"out", "clip.mp4"},
            {"fps", "30000/1001"},
            {"codec", "h264_nvenc"},
            {"crf", "30"},
            {"preset", "slow"},
            {"force", "true"},
            {"decoder", "geometry"},
            {"precision", "bf16"},
            {"eye-colour", "hazel"},
            {"device", "cuda:1"},
            {"driver", drive::default_driver() == drive::Driver::Rules ? "diffusion" : "rules"},
            {"gaze", "12.5,-3"},
            {"distance", "1.15"},
            {"emotion", "happy:0.6"},
            {"amplitude", "0.8"},
            {"head-motion", "1.5"},
            {"expression", "0.1"},
            {"blink-rate", "33.3"},
            {"cfg-audio", "2"},
            {"cfg-gaze", "0.25"},
            {"controls", controls},
            {"keep-expression", "0.4"},
            {"steps", "50"},
            {"seed", "18446744073709551615"},
            {"style", "grid"},
            {"motion", "motion.csv"},
            {"pose-from", "pose.csv"},
            {"dynamics-from", "dynamics.csv"},
            {"motion-scale", "0.7"},
            {"loop", "true"},
            {"watermark-key", "watermark.key"},
            {"label", "true"},
            {"sign-cert", "chain.pem"},
            {"sign-key", "key.pem"},
            {"timestamp-url", "http://time.example"},
            {"no-marks", "true"},
            {"i-understand", "true"},
            {"threads", "3"},
            {"models", "elsewhere"}};
}

}  // namespace vasa::test
