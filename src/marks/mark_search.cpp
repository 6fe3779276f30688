// SPDX-License-Identifier: Apache-2.0
#include "mark_search.h"

#include "vasa/core/parallel.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vasa::marks {
namespace {

/// Weighted samples that make up a pixel along one axis.
struct Taps {
    std::vector<int> first;    ///< of two neighbours
    std::vector<float> share;  ///< of the second
    int per_pixel = 1;
};

/// @param scale  samples per pixel; several samples a pixel if the image is reduced
Taps make_taps(int num_samples, double scale) {
    Taps taps;
    taps.per_pixel = std::max(1, static_cast<int>(std::lround(scale)));
    const int num_pixels = static_cast<int>(num_samples / scale);
    for (int i = 0; i < num_pixels * taps.per_pixel; ++i) {
        const double place = (i + 0.5) * scale / taps.per_pixel - 0.5;
        const int first = std::clamp(static_cast<int>(std::floor(place)), 0, num_samples - 2);
        taps.first.push_back(first);
        taps.share.push_back(static_cast<float>(std::clamp(place - first, 0.0, 1.0)));
    }
    return taps;
}

/// The image at the pattern's scale, as one tile: what lies a tile apart is added.
ComplexPlane fold(const core::ImageF& image, double scale_x, double scale_y) {
    const Taps columns = make_taps(image.width, scale_x), rows = make_taps(image.height, scale_y);
    ComplexPlane tile(kTile_px);
    std::vector<float> line(static_cast<std::size_t>(image.width));
    for (std::size_t i = 0; i < rows.first.size(); ++i) {
        const float* const upper = image.row(rows.first[i]);
        const float* const lower = image.row(rows.first[i] + 1);
        for (std::size_t x = 0; x < line.size(); ++x) {
            line[x] = upper[x] + (lower[x] - upper[x]) * rows.share[i];
        }
        const std::size_t y = i / static_cast<std::size_t>(rows.per_pixel) % kTile_px;
        float* const row = tile.real.data() + y * kTile_px;
        for (std::size_t j = 0; j < columns.first.size(); ++j) {
            const float* const sample = line.data() + columns.first[j];
            row[j / static_cast<std::size_t>(columns.per_pixel) % kTile_px] +=
                sample[0] + (sample[1] - sample[0]) * columns.share[j];
        }
    }
    return tile;
}

/// Length of each element's frequency, in steps of the lowest one.
std::vector<std::uint16_t> ring_indices(std::size_t size) {
    std::vector<std::uint16_t> rings(size * size);
    for (std::size_t i = 0; i < rings.size(); ++i) {
        const float length = std::hypot(frequency_of(i / size, size), frequency_of(i % size, size));
        rings[i] = static_cast<std::uint16_t>(std::lround(length * static_cast<float>(size)));
    }
    return rings;
}

/// Divides by the mean power of the frequencies of equal length: pictures have more of the lower
/// ones, a correlation is best in noise that has equal shares.
void whiten(ComplexPlane& spectrum, const std::vector<std::uint16_t>& rings) {
    std::vector<double> powers(spectrum.size), counts(spectrum.size);
    for (std::size_t i = 0; i < rings.size(); ++i) {
        powers[rings[i]] += static_cast<double>(spectrum.real[i] * spectrum.real[i] +
                                                spectrum.imaginary[i] * spectrum.imaginary[i]);
        counts[rings[i]] += 1;
    }
    std::vector<float> factors(spectrum.size);
    for (std::size_t i = 0; i < factors.size(); ++i) {
        factors[i] = powers[i] > 0 ? static_cast<float>(counts[i] / powers[i]) : 0.0F;
    }
    for (std::size_t i = 0; i < rings.size(); ++i) {
        spectrum.real[i] *= factors[rings[i]];
        spectrum.imaginary[i] *= factors[rings[i]];
    }
}

double deviation_of(const std::vector<float>& values) {
    double sum = 0, squares = 0;
    for (const float value : values) {
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const auto count = static_cast<double>(values.size());
    return std::sqrt(std::max(squares / count - sum * sum / (count * count), 0.0));
}

}  // namespace

MarkSearch::MarkSearch(const MarkPattern& pattern, core::ImageF evidence)
    : pattern_(pattern),
      evidence_(std::move(evidence)),
      rings_(ring_indices(kTile_px)),
      sync_(pattern.draw(pattern.sync_amplitudes())) {
    transform(sync_);
}

ComplexPlane MarkSearch::correlate(double scale_x, double scale_y) const {
    ComplexPlane plane = fold(evidence_, scale_x, scale_y);
    transform(plane);
    whiten(plane, rings_);
    smooth_spectrum(plane);
    // Both results are real: one inverse transform of A + iB gives A in its real part and B in the
    // other.
    for (std::size_t i = 0; i < plane.real.size(); ++i) {
        const float real = plane.real[i], imaginary = plane.imaginary[i];
        const float sync_real = sync_.real[i], sync_imaginary = sync_.imaginary[i];
        plane.real[i] = real * sync_real + imaginary * sync_imaginary - imaginary;
        plane.imaginary[i] = imaginary * sync_real - real * sync_imaginary + real;
    }
    inverse_transform(plane);
    return plane;
}

MarkPlacement MarkSearch::best_at(double scale_x, double scale_y, int reach_px) const {
    const ComplexPlane plane = correlate(scale_x, scale_y);
    MarkPlacement best;
    best.scale_x = scale_x;
    best.scale_y = scale_y;
    float highest = 0;
    const auto is_near = [&](std::size_t shift) {
        return reach_px == kAnywhere || shift <= static_cast<std::size_t>(reach_px) ||
               shift + static_cast<std::size_t>(reach_px) >= kTile_px;
    };
    for (std::size_t y = 0; y < kTile_px; ++y) {
        for (std::size_t x = 0; x < kTile_px && is_near(y); ++x) {
            if (is_near(x) && plane.real[y * kTile_px + x] > highest) {
                highest = plane.real[y * kTile_px + x];
                best.shift_x = x;
                best.shift_y = y;
            }
        }
    }
    const double deviation = deviation_of(plane.real);
    best.peak = deviation > 0 ? static_cast<double>(highest) / deviation : 0.0;
    return best;
}

MarkPlacement MarkSearch::best_of_scales(double first_scale, double step, int num_scales) const {
    std::vector<MarkPlacement> found(static_cast<std::size_t>(num_scales));
    core::parallel_for(num_scales, [&](int i) {
        const double scale = first_scale * std::pow(step, i);
        found[static_cast<std::size_t>(i)] = best_at(scale, scale);
    });
    return *std::max_element(
        found.begin(), found.end(), [](const auto& a, const auto& b) { return a.peak < b.peak; });
}

BlockValues MarkSearch::scores_at(const MarkPlacement& placement) const {
    const ComplexPlane plane = correlate(placement.scale_x, placement.scale_y);
    return pattern_.correlate(plane.imaginary, placement.shift_x, placement.shift_y);
}

}  // namespace vasa::marks
