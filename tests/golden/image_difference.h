// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <string>

namespace vasa::golden {

/// How much an image may differ from its golden image. A pixel's difference is the maximum over its
/// channels, 0..255. Three thresholds, as in OpenImageIO's idiff.
struct DifferenceLimits {
    // Another compiler or instruction set may round differently: by 1 anywhere. More pixels over
    // that are a warning, not a failure.
    int warn = 1;                  ///< pixels over this count towards warn_fraction
    double warn_fraction = 0.001;  ///< of all pixels
    int fail = 3;                  ///< pixels over this count towards fail_fraction
    double fail_fraction = 0.002;  ///< of all pixels
    int hard_fail = 24;            ///< no pixel may differ by more
};

enum class Verdict { Same, Warning, Failure };

struct ImageDifference {
    Verdict verdict = Verdict::Same;
    double warn_fraction = 0, fail_fraction = 0;  ///< of pixels over the limits' differences
    int max = 0;                                  ///< maximum difference
    int max_x = 0, max_y = 0;                     ///< its place

    std::string to_string() const;
};

/// @param image, golden  of any size; different sizes are a failure
ImageDifference compare_images(const core::ImageU8& image,
                               const core::ImageU8& golden,
                               const DifferenceLimits& limits = {});

}  // namespace vasa::golden
