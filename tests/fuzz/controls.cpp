// SPDX-License-Identifier: Apache-2.0
// Fuzz target: curves of an accepted control file, JSON or CSV, are finite everywhere.
#include "vasa/motion/controls.h"

#include "fuzz.h"

#include <cmath>

using namespace vasa;
using core::ErrorKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file(".txt");
    file.write(data, size);
    motion::Controls controls;
    if (!fuzz::is_accepted({ErrorKind::Input},
                           [&] { controls = motion::load_controls(file.path(), {}); })) {
        return 0;
    }
    for (const std::string& name : motion::Controls::names()) {
        const motion::ControlCurve& curve = controls.curve(name);
        for (const motion::Keyframe& key : curve.keyframes()) {
            for (const double time_s : {key.time_s, key.time_s - 0.01, key.time_s + 0.5}) {
                const float value = curve.at(time_s);
                fuzz::require(std::isfinite(value), "a curve is finite");
                fuzz::require(value >= curve.min() - 1e-3F && value <= curve.max() + 1e-3F,
                              "a curve stays between its keyframes");
            }
        }
    }
    return 0;
}
