// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace vasa::test {

/// Pearson correlation of a[i] with b[i + lag], where both exist.
template <typename Value>
double correlation(const std::vector<Value>& a, const std::vector<Value>& b, int lag = 0) {
    const auto begin = static_cast<std::size_t>(std::max(0, -lag));
    const auto end = static_cast<std::size_t>(
        std::max<std::ptrdiff_t>(0,
                                 std::min(static_cast<std::ptrdiff_t>(a.size()),
                                          static_cast<std::ptrdiff_t>(b.size()) - lag)));
    double mean_a = 0, mean_b = 0;
    for (std::size_t i = begin; i < end; ++i) {
        mean_a += static_cast<double>(a[i]) / static_cast<double>(end - begin);
        mean_b += static_cast<double>(b[i + lag]) / static_cast<double>(end - begin);
    }
    double aa = 0, bb = 0, ab = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const double x = a[i] - mean_a, y = b[i + lag] - mean_b;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return ab / std::sqrt(aa * bb + 1e-12);
}

}  // namespace vasa::test
