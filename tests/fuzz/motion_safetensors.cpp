// SPDX-License-Identifier: Apache-2.0
// Fuzz target: accepted motion is in range and can be played at another rate.
#include "fuzz.h"

#include "vasa/motion/motion_clip.h"

#include <cmath>

using namespace vasa;
using core::ErrorKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file(".safetensors");
    file.write(data, size);
    motion::MotionClip clip;
    if (!fuzz::is_accepted({ErrorKind::Input}, [&] { clip = motion::load_motion(file.path()); })) {
        return 0;
    }
    for (const motion::MotionFrame& frame : clip.frames) {
        fuzz::require(std::isfinite(frame.pose.yaw_rad) && std::isfinite(frame.pose.z_cm),
                      "poses are finite");
        for (const float action : frame.actions.values) {
            fuzz::require(action >= 0.0F && action <= 1.0F, "actions are 0 to 1");
        }
    }
    if (!clip.frames.empty()) {
        fuzz::require(motion::resample_motion(clip, {25, 1}, 7).frames.size() == 7,
                      "seven frames were asked for");
    }
    return 0;
}
