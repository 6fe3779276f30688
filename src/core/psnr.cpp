// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/psnr.h"

#include <cmath>
#include <cstddef>

namespace vasa::core {

double psnr(const ImageU8& a, const ImageU8& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i) {
        const double d = static_cast<double>(a.data[i]) - b.data[i];
        sum += d * d;
    }
    return 10 * std::log10(255.0 * 255.0 / (sum / static_cast<double>(a.data.size()) + 1e-9));
}

}  // namespace vasa::core
