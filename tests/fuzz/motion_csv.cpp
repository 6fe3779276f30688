// SPDX-License-Identifier: Apache-2.0
// Fuzz target: accepted motion can be written and reads the same again.
#include "fuzz.h"

#include "vasa/motion/motion_clip.h"

using namespace vasa;
using core::ErrorKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    motion::MotionClip clip;
    if (!fuzz::is_accepted({ErrorKind::Input},
                           [&] { clip = motion::parse_motion_csv(text, "input"); })) {
        return 0;
    }
    const std::string written = motion::format_motion_csv(clip);
    const motion::MotionClip again = motion::parse_motion_csv(written, "written");
    fuzz::require(again.frames.size() == clip.frames.size(), "no frame is lost");
    fuzz::require(again.metadata == clip.metadata, "metadata stay");
    fuzz::require(motion::format_motion_csv(again) == written, "written the same twice");
    return 0;
}
