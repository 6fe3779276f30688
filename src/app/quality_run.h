// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.h"

#include <string>

namespace vasa::app {

/// Options of `vasa eval --suite`.
struct QualityArguments {
    std::string suite, baseline;
    std::string inputs;  ///< folder; empty = the suite's own
    std::string junit;   ///< file to write
    std::string clips;   ///< folder where the clips are kept; empty = they are removed
    bool is_update = false;

    /// @throws Error(Usage)
    void check() const;
};

/// Renders and scores a suite, compares it with its baseline and prints the table; or writes the
/// baseline.
/// @param overwrite  replaces existing JUnit files and clips
/// @throws Error(Quality) if anything is worse; Error(Input, Output, ...)
void run_quality(const QualityArguments& arguments, bool overwrite, Context& context);

}  // namespace vasa::app
