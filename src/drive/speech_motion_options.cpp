// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/speech_motion_options.h"

#include "vasa/core/error.h"

namespace vasa::drive {

using core::Error;
using core::ErrorKind;

Driver default_driver() {
#ifdef VASA_WITH_TORCH
    return Driver::Diffusion;
#else
    return Driver::Rules;
#endif
}

const char* driver_name(Driver driver) {
    return driver == Driver::Diffusion ? "diffusion" : "rules";
}

Driver find_driver(const std::string& name) {
    for (const Driver driver : {Driver::Diffusion, Driver::Rules}) {
        if (name == driver_name(driver)) {
            return driver;
        }
    }
    throw Error(ErrorKind::Usage, "unknown driver '" + name + "', expected diffusion or rules");
}

void SpeechMotionOptions::check() const {
    if (steps < 1 || steps > kMaxSteps) {
        throw Error(
            ErrorKind::Usage,
            "steps is " + std::to_string(steps) + ", expected 1 to " + std::to_string(kMaxSteps));
    }
    if (driver == Driver::Rules && !style.empty()) {
        throw Error(ErrorKind::Usage, "the rules driver has no styles");
    }
}

}  // namespace vasa::drive
