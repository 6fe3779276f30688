// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/export.h"
#include "vasa/motion/controls.h"

#include <cstdint>
#include <optional>
#include <string>

namespace vasa::drive {

/// Method that turns speech into motion.
enum class Driver {
    Diffusion,  ///< the motion network; needs a build with libtorch
    Rules,      ///< signal processing and rules; needs no weights
};
/// Driver::Diffusion in builds with libtorch.
VASA_API Driver default_driver();
/// "diffusion", "rules"
const char* driver_name(Driver driver);
/// @throws Error(Usage) for another name
Driver find_driver(const std::string& name);

/// Maximum number of diffusion sampler steps: the noise schedule has no more.
constexpr int kMaxSteps = 1000;

/// Options for making motion from speech.
struct SpeechMotionOptions {
    Driver driver = default_driver();
    motion::Controls controls;
    /// Of the random numbers. Empty: renders derive it from portrait and speech, animate from the
    /// speech, by their content.
    std::optional<std::uint64_t> seed;
    /// What the speech contains (its SHA-256): with one seed, other speech is performed with other
    /// random numbers. Empty: the seed alone determines them.
    std::string performance;
    int steps = 10;               ///< of the diffusion sampler, 1..kMaxSteps
    std::string style;            ///< diffusion: a source of the training data; empty = default
    std::string device = "auto";  ///< of networks: "auto", "cpu", "cuda", "cuda:n"

    /// @throws Error(Usage)
    VASA_API void check() const;
};

}  // namespace vasa::drive
