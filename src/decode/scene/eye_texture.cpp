// SPDX-License-Identifier: Apache-2.0
#include "scene/eye_texture.h"

#include "scene/sampling.h"
#include "scene/source_view.h"

#include "vasa/head/landmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace vasa::decode {
namespace {

using core::Vec2f;

/// RGB and weight of a small patch.
struct Patch {
    int width = 0, height = 0;
    std::vector<std::array<float, 4>> pixels;

    Patch(int w, int h) : width(w), height(h), pixels(static_cast<std::size_t>(w) * h) {}
    std::array<float, 4>& at(int x, int y) {
        return pixels[static_cast<std::size_t>(y) * width + x];
    }
};

/// Fills pixels of weight 0 from known ones, coarse to fine.
/// Source: Gortler et al., The Lumigraph (1996), pull-push.
void pull_push(Patch& patch) {
    if (patch.width < 2 || patch.height < 2) {
        return;
    }
    Patch half((patch.width + 1) / 2, (patch.height + 1) / 2);
    for (int y = 0; y < patch.height; ++y) {
        for (int x = 0; x < patch.width; ++x) {
            const auto& p = patch.at(x, y);
            auto& h = half.at(x / 2, y / 2);
            for (int c = 0; c < 3; ++c) {
                h[c] += p[c] * p[3];
            }
            h[3] += p[3];
        }
    }
    for (auto& h : half.pixels) {
        if (h[3] > 0) {
            for (int c = 0; c < 3; ++c) {
                h[c] /= h[3];
            }
            h[3] = std::min(h[3], 1.0F);
        }
    }
    pull_push(half);
    for (int y = 0; y < patch.height; ++y) {
        for (int x = 0; x < patch.width; ++x) {
            auto& p = patch.at(x, y);
            const float u = std::clamp((static_cast<float>(x) + 0.5F) / 2 - 0.5F,
                                       0.0F,
                                       static_cast<float>(half.width - 1));
            const float v = std::clamp((static_cast<float>(y) + 0.5F) / 2 - 0.5F,
                                       0.0F,
                                       static_cast<float>(half.height - 1));
            const int x0 = static_cast<int>(u), y0 = static_cast<int>(v);
            const int x1 = std::min(x0 + 1, half.width - 1), y1 = std::min(y0 + 1, half.height - 1);
            const float fx = u - static_cast<float>(x0), fy = v - static_cast<float>(y0);
            for (int c = 0; c < 3; ++c) {
                const float low =
                    (half.at(x0, y0)[c] * (1 - fx) + half.at(x1, y0)[c] * fx) * (1 - fy) +
                    (half.at(x0, y1)[c] * (1 - fx) + half.at(x1, y1)[c] * fx) * fy;
                p[c] = p[c] * p[3] + low * (1 - p[3]);
            }
        }
    }
    for (auto& p : patch.pixels) {
        p[3] = 1;
    }
}

/// Iris of one eye: its disc in canvas pixels.
struct Iris {
    Vec2f center;
    float radius = 0;
};

Iris find_iris(const head::FaceCode& code, int eye, float min_radius_px) {
    const int first = head::kIrises[eye];
    Iris iris{head::canvas_from_crop(code.landmarks[first]), 0};
    for (int k = 1; k < head::kNumIrisLandmarks; ++k) {
        const Vec2f rim = head::canvas_from_crop(code.landmarks[first + k]);
        iris.radius += std::hypot(rim.x - iris.center.x, rim.y - iris.center.y) / 4;
    }
    iris.radius = std::max(iris.radius, min_radius_px);
    return iris;
}

/// Distance from the iris' centre to a pixel's centre.
float distance(const Iris& iris, int x, int y) {
    return std::hypot(static_cast<float>(x) + 0.5F - iris.center.x,
                      static_cast<float>(y) + 0.5F - iris.center.y);
}

using Bin = std::array<float, 4>;  // mean colour, and the number of pixels

/// Fills empty bins with their neighbour's colour.
void fill_empty(std::vector<Bin>& bins) {
    const auto num_bins = static_cast<int>(bins.size());
    for (int i = 1; i < num_bins; ++i) {
        if (bins[i][3] == 0 && bins[i - 1][3] > 0) {
            bins[i] = bins[i - 1];
        }
    }
    for (int i = num_bins - 2; i >= 0; --i) {
        if (bins[i][3] == 0 && bins[i + 1][3] > 0) {
            bins[i] = bins[i + 1];
        }
    }
}

/// Mean known colour of the iris by distance from its centre.
/// @param iris  in the patch
/// @param end   maximum distance, fraction of the radius
std::vector<Bin> radial_profile(Patch& known, const Iris& iris, float end) {
    constexpr int kBins = 24;
    std::vector<Bin> bins(kBins);
    for (int y = 0; y < known.height; ++y) {
        for (int x = 0; x < known.width; ++x) {
            const auto& p = known.at(x, y);
            const float d = distance(iris, x, y) / (end * iris.radius);
            if (p[3] > 0.5F && d < 1) {
                auto& b = bins[static_cast<int>(d * kBins)];
                for (int c = 0; c < 3; ++c) {
                    b[c] += p[c];
                }
                b[3] += 1;
            }
        }
    }
    for (auto& b : bins) {
        for (int c = 0; c < 3 && b[3] > 0; ++c) {
            b[c] /= b[3];
        }
    }
    fill_empty(bins);
    return bins;
}

/// The rectangle of the canvas that a texture covers, and the lids' outline in it.
struct Opening {
    std::vector<Vec2f> lids;  ///< canvas pixels
    float width_px = 0;       ///< from corner to corner
    float left = 0, top = 0;  ///< canvas pixels
    int width = 0, height = 0;
};

Opening find_opening(const head::FaceCode& code, int eye, const EyeTextureParams& params) {
    Opening out;
    float x0 = 1e9F, y0 = 1e9F, x1 = -1e9F, y1 = -1e9F;
    for (int i : head::kLidEdges[eye]) {
        out.lids.push_back(head::canvas_from_crop(code.landmarks[i]));
        x0 = std::min(x0, out.lids.back().x);
        x1 = std::max(x1, out.lids.back().x);
        y0 = std::min(y0, out.lids.back().y);
        y1 = std::max(y1, out.lids.back().y);
    }
    out.width_px = x1 - x0;
    const float margin_px = params.margin * out.width_px;
    const float half_height_px = params.half_height * out.width_px;
    out.left = std::floor(x0 - margin_px);
    out.top = std::floor((y0 + y1) / 2 - half_height_px);
    out.width = std::clamp(
        static_cast<int>(x1 + margin_px - out.left), params.min_size_px, params.max_size_px);
    out.height =
        std::clamp(static_cast<int>(2 * half_height_px), params.min_size_px, params.max_size_px);
    return out;
}

/// The canvas inside the lids.
Patch known_pixels(const core::ImageU8& canvas,
                   const Opening& opening,
                   const EyeTextureParams& params) {
    const float inset_px = params.inset * opening.width_px;
    Patch known(opening.width, opening.height);
    for (int y = 0; y < known.height; ++y) {
        for (int x = 0; x < known.width; ++x) {
            const float cx = opening.left + static_cast<float>(x) + 0.5F,
                        cy = opening.top + static_cast<float>(y) + 0.5F;
            const int ix = std::clamp(static_cast<int>(cx), 0, canvas.width - 1);
            const int iy = std::clamp(static_cast<int>(cy), 0, canvas.height - 1);
            const std::uint8_t* c = canvas.at(ix, iy);
            const float inside = signed_distance(opening.lids, cx, cy);
            const float weight =
                std::clamp((inside - inset_px) / params.edge_px + 0.5F, 0.0F, 1.0F);
            known.at(x, y) = {static_cast<float>(c[0]),
                              static_cast<float>(c[1]),
                              static_cast<float>(c[2]),
                              weight};
        }
    }
    return known;
}

/// The white, continued over the whole patch.
/// @param luminance_out  of its bright part; unchanged if none of it is seen
Patch complete_white(Patch& known,
                     const Iris& iris,
                     const EyeTextureParams& params,
                     float& luminance_out) {
    Patch white(known.width, known.height);
    std::vector<float> brightness;
    for (int y = 0; y < known.height; ++y) {
        for (int x = 0; x < known.width; ++x) {
            const float weight = known.at(x, y)[3];
            white.at(x, y) = known.at(x, y);
            const bool is_white = distance(iris, x, y) > params.white_start * iris.radius &&
                                  weight > params.min_white_weight;
            white.at(x, y)[3] = is_white ? 1.0F : 0.0F;
            if (is_white) {
                brightness.push_back(luminance(white.at(x, y).data()));
            }
        }
    }
    if (!brightness.empty()) {
        const auto p = brightness.begin() +
                       static_cast<long>(brightness.size() *
                                         static_cast<std::size_t>(params.white_percentile) / 100);
        std::nth_element(brightness.begin(), p, brightness.end());
        luminance_out = *p;
    }
    if (brightness.size() < static_cast<std::size_t>(params.min_white_px)) {
        const auto& plain = params.plain_white;
        for (auto& p : white.pixels) {
            p = {plain[0], plain[1], plain[2], p[3]};
        }
        white.pixels[0][3] = 1;
    }
    pull_push(white);
    return white;
}

}  // namespace

EyeTexture make_eye_texture(const head::FaceCode& code, int eye, const EyeTextureParams& params) {
    const Opening opening = find_opening(code, eye, params);
    EyeTexture out;
    out.left = opening.left;
    out.top = opening.top;
    Iris iris = find_iris(code, eye, params.min_iris_px);
    iris.center.x -= out.left;
    iris.center.y -= out.top;
    Patch known = known_pixels(code.appearance.canvas, opening, params);
    const std::vector<Bin> profile = radial_profile(known, iris, params.profile_end);
    Patch white = complete_white(known, iris, params, out.white);
    out.image = core::ImageU8(opening.width, opening.height, 4, 255);
    const auto num_bins = static_cast<int>(profile.size());
    for (int y = 0; y < opening.height; ++y) {
        for (int x = 0; x < opening.width; ++x) {
            const auto& k = known.at(x, y);
            std::array<float, 4> fill = white.at(x, y);
            const float d = distance(iris, x, y) / iris.radius;
            const float disc = std::clamp((params.iris_end - d) / params.iris_edge, 0.0F, 1.0F);
            const Bin& ring = profile[std::min(
                num_bins - 1,
                static_cast<int>(d / params.profile_end * static_cast<float>(num_bins)))];
            if (ring[3] > 0) {
                for (int c = 0; c < 3; ++c) {
                    fill[c] = fill[c] * (1 - disc) + ring[c] * disc;
                }
            }
            for (int c = 0; c < 3; ++c) {
                const float v = k[c] * k[3] + fill[c] * (1 - k[3]);
                out.image.at(x, y)[c] =
                    static_cast<std::uint8_t>(std::clamp(v + 0.5F, 0.0F, 255.0F));
            }
            out.image.at(x, y)[3] = static_cast<std::uint8_t>(k[3] * 255.0F + 0.5F);
        }
    }
    return out;
}

}  // namespace vasa::decode
