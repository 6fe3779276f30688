// SPDX-License-Identifier: Apache-2.0
#include "scene/eye_texture.h"

#include "scene/sampling.h"
#include "scene/source_view.h"

#include "vasa/head/landmark_groups.h"

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

Iris find_iris(const head::FaceCode& code, int eye) {
    const int first = eye == 0 ? 468 : 473;
    Iris iris{head::canvas_from_crop(code.landmarks[first]), 0};
    for (int k = 1; k <= 4; ++k) {
        const Vec2f rim = head::canvas_from_crop(code.landmarks[first + k]);
        iris.radius += std::hypot(rim.x - iris.center.x, rim.y - iris.center.y) / 4;
    }
    iris.radius = std::max(iris.radius, 2.0F);
    return iris;
}

/// Mean known colour of the iris by distance from its centre.
std::vector<std::array<float, 4>> radial_profile(Patch& known, const Iris& local) {
    constexpr int kBins = 24;
    std::vector<std::array<float, 4>> bins(kBins);
    for (int y = 0; y < known.height; ++y) {
        for (int x = 0; x < known.width; ++x) {
            const auto& p = known.at(x, y);
            const float d = std::hypot(static_cast<float>(x) + 0.5F - local.center.x,
                                       static_cast<float>(y) + 0.5F - local.center.y) /
                            (1.15F * local.radius);
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
    for (int i = 1; i < kBins; ++i) {  // bins nobody saw take their neighbour's colour
        if (bins[i][3] == 0 && bins[i - 1][3] > 0) {
            bins[i] = bins[i - 1];
        }
    }
    for (int i = kBins - 2; i >= 0; --i) {
        if (bins[i][3] == 0 && bins[i + 1][3] > 0) {
            bins[i] = bins[i + 1];
        }
    }
    return bins;
}

}  // namespace

EyeTexture make_eye_texture(const head::FaceCode& code, int eye) {
    const core::ImageU8& canvas = code.appearance.canvas;
    std::vector<Vec2f> lids;
    float x0 = 1e9F, y0 = 1e9F, x1 = -1e9F, y1 = -1e9F;
    for (int i : head::kLidEdges[eye]) {
        lids.push_back(head::canvas_from_crop(code.landmarks[i]));
        x0 = std::min(x0, lids.back().x);
        x1 = std::max(x1, lids.back().x);
        y0 = std::min(y0, lids.back().y);
        y1 = std::max(y1, lids.back().y);
    }
    const float margin = 0.5F * (x1 - x0);
    EyeTexture out;
    out.left = std::floor(x0 - margin);
    out.top = std::floor((y0 + y1) / 2 - (x1 - x0));
    const int width = std::clamp(static_cast<int>(x1 + margin - out.left), 8, 600);
    const int height = std::clamp(static_cast<int>(2 * (x1 - x0)), 8, 600);
    Iris iris = find_iris(code, eye);
    iris.center.x -= out.left;
    iris.center.y -= out.top;

    const float inset = 0.02F * (x1 - x0);  // lashes and the lid's wet edge are not eyeball
    Patch known(width, height), white(width, height);
    std::vector<float> brightness;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const float cx = out.left + static_cast<float>(x) + 0.5F,
                        cy = out.top + static_cast<float>(y) + 0.5F;
            const int ix = std::clamp(static_cast<int>(cx), 0, canvas.width - 1);
            const int iy = std::clamp(static_cast<int>(cy), 0, canvas.height - 1);
            const std::uint8_t* c = canvas.at(ix, iy);
            const float inside = signed_distance(lids, cx, cy);
            const float w = std::clamp((inside - inset) / 2.0F + 0.5F, 0.0F, 1.0F);
            known.at(x, y) = {
                static_cast<float>(c[0]), static_cast<float>(c[1]), static_cast<float>(c[2]), w};
            const float d = std::hypot(static_cast<float>(x) + 0.5F - iris.center.x,
                                       static_cast<float>(y) + 0.5F - iris.center.y);
            white.at(x, y) = known.at(x, y);
            white.at(x, y)[3] = d > 1.12F * iris.radius && w > 0.9F ? 1.0F : 0.0F;
            if (white.at(x, y)[3] > 0) {
                brightness.push_back(luminance(white.at(x, y).data()));
            }
        }
    }
    const auto profile = radial_profile(known, iris);
    if (!brightness.empty()) {
        const auto p = brightness.begin() + static_cast<long>(brightness.size() * 8 / 10);
        std::nth_element(brightness.begin(), p, brightness.end());
        out.white = *p;
    }
    if (brightness.size() < 12) {  // no white to be seen: a plain one from the face's light
        for (auto& p : white.pixels) {
            p = {150, 145, 140, p[3]};
        }
        white.pixels[0][3] = 1;
    }
    pull_push(white);
    out.image = core::ImageU8(width, height, 4, 255);
    const auto bins = static_cast<int>(profile.size());
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto& k = known.at(x, y);
            std::array<float, 4> fill = white.at(x, y);
            const float d = std::hypot(static_cast<float>(x) + 0.5F - iris.center.x,
                                       static_cast<float>(y) + 0.5F - iris.center.y) /
                            iris.radius;
            const float disc = std::clamp((1.08F - d) / 0.12F, 0.0F, 1.0F);
            const auto& ring =
                profile[std::min(bins - 1, static_cast<int>(d / 1.15F * static_cast<float>(bins)))];
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
