// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_conditions.h"

#include "network/condition_values.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace vasa::decode {
namespace {

/// Rows or columns of an image.
struct Lines {
    int count, length;
    std::ptrdiff_t to_next, step;  ///< between lines, and between pixels of one
};

/// Replaces each pixel by `of`(sum of its neighbours along the line, their number).
template <typename Of>
void for_windows(
    const Lines& lines, int reach, float* image, std::vector<float>& sums, const Of& of) {
    for (int line = 0; line < lines.count; ++line) {
        float* const first = image + line * lines.to_next;
        sums[0] = 0;
        for (int i = 0; i < lines.length; ++i) {
            sums[static_cast<std::size_t>(i) + 1] =
                sums[static_cast<std::size_t>(i)] + first[i * lines.step];
        }
        for (int i = 0; i < lines.length; ++i) {
            const int from = std::max(i - reach, 0), to = std::min(i + reach + 1, lines.length);
            first[i * lines.step] =
                of(sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)],
                   to - from);
        }
    }
}

}  // namespace

PixelRecord make_record(const std::uint8_t* rgb, const PixelGeometry& geometry) {
    return kernels::record_of(rgb, geometry);
}

void record_pixels(const core::ImageU8& rgb,
                   const GeometryBuffers& buffers,
                   const PixelRect& rect,
                   PixelRecord* out) {
    for (int y = rect.y; y < rect.y + rect.height; ++y) {
        const int cy = std::clamp(y, 0, rgb.height - 1);
        for (int x = rect.x; x < rect.x + rect.width; ++x, ++out) {
            const int cx = std::clamp(x, 0, rgb.width - 1);
            PixelGeometry pixel;
            pixel.visibility = *buffers.visibility.at(cx, cy);
            pixel.alpha = *buffers.alpha.at(cx, cy);
            pixel.part = *buffers.part.at(cx, cy);
            pixel.shading = *buffers.shading.at(cx, cy);
            std::copy_n(buffers.normal.at(cx, cy), 3, pixel.normal.begin());
            std::copy_n(buffers.rest.at(cx, cy), 3, pixel.rest_cm.begin());
            *out = make_record(rgb.at(cx, cy), pixel);
        }
    }
}

float scale_condition(float source_scale) {
    return std::clamp(std::log2(std::max(source_scale, 1e-3F)), -2.0F, 1.0F);
}

const std::vector<ToothWave>& tooth_waves() {
    static const std::vector<ToothWave> waves = [] {
        std::vector<ToothWave> made(kNumToothWaves);
        for (int i = 0; i < kNumToothWaves; ++i) {
            const double phase = 2 * M_PI * i / kNumToothWaves;
            made[static_cast<std::size_t>(i)] = {static_cast<float>(std::sin(phase)),
                                                 static_cast<float>(std::cos(phase))};
        }
        return made;
    }();
    return waves;
}

void fill_conditions(const PixelRecord* records, int num_pixels, float source_scale, float* out) {
    const float scale = scale_condition(source_scale);
    const ToothWave* const waves = tooth_waves().data();
    std::array<float, kNumConditions> values;
    for (int i = 0; i < num_pixels; ++i) {
        kernels::condition_values(records[i], scale, waves, values.data());
        for (int c = 0; c < kNumConditions; ++c) {
            out[static_cast<std::ptrdiff_t>(c) * num_pixels + i] = values[c];
        }
    }
}

void mark_disoccluded(const PixelRecord* records, int num_pixels, float* out) {
    for (int i = 0; i < num_pixels; ++i) {
        out[i] = kernels::is_disoccluded(records[i]) ? 1.0F : 0.0F;
    }
}

void mark_region(const float* disoccluded, int width, int height, float* out) {
    using kernels::kSoften_px, kernels::kWiden_px;
    const Lines rows{height, width, width, 1}, columns{width, height, 1, width};
    std::vector<float> sums(static_cast<std::size_t>(std::max(width, height)) + 1);
    std::copy_n(disoccluded, static_cast<std::ptrdiff_t>(width) * height, out);
    for (const Lines& lines : {rows, columns}) {
        for_windows(
            lines, kWiden_px, out, sums, [](float sum, int) { return sum > 0 ? 1.0F : 0.0F; });
    }
    for (const Lines& lines : {rows, columns}) {
        for_windows(lines, kSoften_px, out, sums, [](float sum, int count) {
            return sum / static_cast<float>(count);
        });
    }
}

}  // namespace vasa::decode
