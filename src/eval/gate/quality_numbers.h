// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vasa::eval {

/// Rounds to the four significant digits that baselines hold.
double rounded(double value);

}  // namespace vasa::eval
