// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_conditions.h"

#include "condition_values.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vasa::decode {
namespace {

using head::Part;

constexpr float kRestUnit_cm = 8.0F;
constexpr float kRestStep_cm = 0.001F;
constexpr int kTwoTeeth_10um = 1700;
constexpr std::uint8_t kCardPart = 255;

std::uint8_t to_byte(float v) {
    return static_cast<std::uint8_t>(std::clamp(v, 0.0F, 1.0F) * 255.0F + 0.5F);
}

struct Wave {
    float sine, cosine;
};

/// The wave of ToothSine and ToothCosine in the steps in which records hold places.
std::vector<Wave> tooth_waves() {
    std::vector<Wave> waves(kTwoTeeth_10um);
    for (int i = 0; i < kTwoTeeth_10um; ++i) {
        const double phase = 2 * M_PI * i / kTwoTeeth_10um;
        waves[static_cast<std::size_t>(i)] = {static_cast<float>(std::sin(phase)),
                                              static_cast<float>(std::cos(phase))};
    }
    return waves;
}

/// Channel of a part, or -1 for the background.
int part_channel(std::uint8_t part) {
    if (part == kCardPart) {
        return static_cast<int>(Condition::Card);
    }
    if (part == 0) {
        return -1;
    }
    return std::min(static_cast<int>(Condition::Skin) + part - 1, static_cast<int>(Condition::Eye));
}

/// Rows or columns of an image.
struct Lines {
    int count, length;
    std::ptrdiff_t to_next, step;  ///< to the next line, and along one
};

/// Replaces each pixel by what `of` makes of the sum over its neighbours along the line, and their
/// number.
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
    PixelRecord record;
    std::copy_n(rgb, 3, record.rgb.begin());
    record.visibility = to_byte(geometry.visibility);
    record.alpha = to_byte(geometry.alpha);
    record.part = geometry.part;
    record.shading = to_byte(geometry.shading * 0.5F);
    for (int c = 0; c < 3; ++c) {
        record.normal[c] = static_cast<std::int8_t>(std::lround(geometry.normal[c] * 127.0F));
        record.rest_10um[c] = static_cast<std::int16_t>(
            std::lround(std::clamp(geometry.rest_cm[c], -32.0F, 32.0F) / kRestStep_cm));
    }
    return record;
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

void condition_values(const PixelRecord& record,
                      float scale,
                      std::array<float, kNumConditions>& out) {
    static const std::vector<Wave> waves = tooth_waves();
    out.fill(0.0F);
    const auto channel = [&](Condition c) { return out.data() + static_cast<int>(c); };
    for (int c = 0; c < 3; ++c) {
        channel(Condition::Red)[c] = static_cast<float>(record.rgb[c]) / 255.0F - 0.5F;
        channel(Condition::FacingX)[c] = static_cast<float>(record.normal[c]) / 127.0F;
        channel(Condition::RestX)[c] =
            static_cast<float>(record.rest_10um[c]) * (kRestStep_cm / kRestUnit_cm);
    }
    *channel(Condition::Visibility) = static_cast<float>(record.visibility) / 255.0F;
    *channel(Condition::Alpha) = static_cast<float>(record.alpha) / 255.0F;
    const int part = part_channel(record.part);
    if (part >= 0) {
        out[static_cast<std::size_t>(part)] = 1.0F;
    }
    *channel(Condition::Shading) = static_cast<float>(record.shading) / 127.5F;
    if (is_mouth_value(record.part)) {
        const int step = (record.rest_10um[0] % kTwoTeeth_10um + kTwoTeeth_10um) % kTwoTeeth_10um;
        const Wave& wave = waves[static_cast<std::size_t>(step)];
        *channel(Condition::ToothSine) = wave.sine;
        *channel(Condition::ToothCosine) = wave.cosine;
    }
    *channel(Condition::SourceScale) = scale;
}

void fill_conditions(const PixelRecord* records, int num_pixels, float source_scale, float* out) {
    const float scale = scale_condition(source_scale);
    std::array<float, kNumConditions> values;
    for (int i = 0; i < num_pixels; ++i) {
        condition_values(records[i], scale, values);
        for (int c = 0; c < kNumConditions; ++c) {
            out[static_cast<std::ptrdiff_t>(c) * num_pixels + i] = values[c];
        }
    }
}

void mark_lost(const PixelRecord* records, int num_pixels, float* out) {
    for (int i = 0; i < num_pixels; ++i) {
        const PixelRecord& r = records[i];
        const bool is_inside = r.part > part_value(Part::Skin) && r.part != kCardPart;
        const bool is_hidden = r.part == part_value(Part::Skin) && r.visibility < 128;
        out[i] = is_inside || is_hidden ? 1.0F : 0.0F;
    }
}

void mark_region(const float* lost, int width, int height, float* out) {
    constexpr int kWiden_px = 5, kSoften_px = 3;
    const Lines rows{height, width, width, 1}, columns{width, height, 1, width};
    std::vector<float> sums(static_cast<std::size_t>(std::max(width, height)) + 1);
    std::copy_n(lost, static_cast<std::ptrdiff_t>(width) * height, out);
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
