// SPDX-License-Identifier: Apache-2.0
// Synthetic portraits that look like a face: features are painted at the landmarks.
#pragma once

#include "support/synthetic_face.h"

#include "vasa/core/geometry.h"
#include "vasa/core/rng.h"
#include "vasa/head/landmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace vasa::support {

using PaintColour = std::array<float, 3>;  ///< red, green, blue, 0..255

/// Colours of a painted face.
struct FacePaint {
    PaintColour skin = {205, 158, 136}, hair = {62, 46, 36}, clothes = {70, 82, 110};
    PaintColour lips = {170, 90, 86}, mouth = {60, 25, 24};  ///< `mouth`: between parted lips
    PaintColour eye_white = {222, 218, 212}, iris = {84, 104, 96}, pupil = {22, 20, 20};
    PaintColour brow = {74, 54, 42}, lashes = {34, 26, 24};
    float grain = 2.5F;  ///< standard deviation of the skin's pores, range 0..255
};

/// Canvas of a face, with functions that paint polygons, lines and discs.
class FaceCanvas {
  public:
    FaceCanvas(head::FaceCode& code) : canvas_(code.appearance.canvas) {
        for (const core::Vec2f& landmark : code.landmarks) {
            points_.push_back(head::canvas_from_crop(landmark));
        }
    }

    const core::Vec2f& point(int landmark) const { return points_[landmark]; }

    template <std::size_t n>
    std::vector<core::Vec2f> line(const std::array<int, n>& landmarks) const {
        std::vector<core::Vec2f> out;
        for (const int i : landmarks) {
            out.push_back(points_[i]);
        }
        return out;
    }

    /// Sets every pixel to `colour`(x, y).
    template <typename Colour>
    void paint_all(const Colour& colour) {
        for (int y = 0; y < canvas_.height; ++y) {
            for (int x = 0; x < canvas_.width; ++x) {
                set(x, y, colour(static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F));
            }
        }
    }

    void fill(const std::vector<core::Vec2f>& polygon, const PaintColour& colour) {
        for_box(polygon, 1, [&](int x, int y, const core::Vec2f& p) {
            if (is_inside(polygon, p)) {
                set(x, y, colour);
            }
        });
    }

    /// A disc, clipped to a polygon.
    void disc(const std::vector<core::Vec2f>& window,
              const core::Vec2f& middle,
              float radius_px,
              const PaintColour& colour) {
        for_box(window, 1, [&](int x, int y, const core::Vec2f& p) {
            if (std::hypot(p.x - middle.x, p.y - middle.y) < radius_px && is_inside(window, p)) {
                set(x, y, colour);
            }
        });
    }

    void stroke(const std::vector<core::Vec2f>& line, float width_px, const PaintColour& colour) {
        for_box(line, width_px, [&](int x, int y, const core::Vec2f& p) {
            if (distance(line, p) < width_px / 2) {
                set(x, y, colour);
            }
        });
    }

  private:
    static bool is_inside(const std::vector<core::Vec2f>& polygon, const core::Vec2f& p) {
        bool inside = false;
        for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
            const core::Vec2f a = polygon[j], b = polygon[i];
            if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) {
                inside = !inside;
            }
        }
        return inside;
    }

    static float distance(const std::vector<core::Vec2f>& line, const core::Vec2f& p) {
        float best = 1e9F;
        for (std::size_t i = 1; i < line.size(); ++i) {
            const core::Vec2f a = line[i - 1];
            const float ex = line[i].x - a.x, ey = line[i].y - a.y;
            const float t = std::clamp(
                ((p.x - a.x) * ex + (p.y - a.y) * ey) / (ex * ex + ey * ey + 1e-6F), 0.0F, 1.0F);
            best = std::min(best, std::hypot(p.x - a.x - t * ex, p.y - a.y - t * ey));
        }
        return best;
    }

    template <typename Do>
    void for_box(const std::vector<core::Vec2f>& points, float margin_px, const Do& call) {
        core::Vec2f first = points.front(), last = first;
        for (const core::Vec2f& p : points) {
            first = {std::min(first.x, p.x), std::min(first.y, p.y)};
            last = {std::max(last.x, p.x), std::max(last.y, p.y)};
        }
        const int x0 = std::max(0, static_cast<int>(first.x - margin_px));
        const int y0 = std::max(0, static_cast<int>(first.y - margin_px));
        const int x1 = std::min(canvas_.width - 1, static_cast<int>(last.x + margin_px));
        const int y1 = std::min(canvas_.height - 1, static_cast<int>(last.y + margin_px));
        for (int y = y0; y <= y1; ++y) {
            for (int x = x0; x <= x1; ++x) {
                call(x, y, core::Vec2f{static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F});
            }
        }
    }

    void set(int x, int y, const PaintColour& colour) {
        std::uint8_t* out = canvas_.at(x, y);
        for (int c = 0; c < 3; ++c) {
            out[c] = static_cast<std::uint8_t>(std::clamp(colour[c] + 0.5F, 0.0F, 255.0F));
        }
    }

    core::ImageU8& canvas_;
    std::vector<core::Vec2f> points_;
};

/// Skin in an oval with pores, hair around it and clothes below.
inline void paint_head(FaceCanvas& canvas, const FacePaint& paint, core::Rng& rng) {
    const core::Vec2f top = canvas.point(head::kForeheadTop), chin = canvas.point(head::kChin);
    const core::Vec2f left = canvas.point(head::kFaceSides[0]),
                      right = canvas.point(head::kFaceSides[1]);
    const core::Vec2f middle = {(left.x + right.x) / 2, (top.y + chin.y) / 2};
    const float half_width = 0.5F * (right.x - left.x), half_height = 0.54F * (chin.y - top.y);
    constexpr int kPore_px = 8, kNumPores = head::kCanvasSize_px / kPore_px;
    std::vector<float> pores(kNumPores * kNumPores);
    for (float& pore : pores) {
        pore = paint.grain * static_cast<float>(rng.normal());
    }
    canvas.paint_all([&](float x, float y) {
        const float u = (x - middle.x) / half_width, v = (y - middle.y) / half_height;
        const float r = u * u + v * v;
        const bool is_neck = v > 0 && std::fabs(u) < 0.6F && v < 1.3F;
        PaintColour colour = r < 1 || is_neck ? paint.skin : v < 0.9F ? paint.hair : paint.clothes;
        const float pore =
            pores[static_cast<int>(y) / kPore_px * kNumPores + static_cast<int>(x) / kPore_px];
        for (float& c : colour) {
            c = c * (1.03F - 0.12F * std::min(r, 1.5F) - 0.05F * u) + pore;
        }
        return colour;
    });
}

inline void paint_eyes(FaceCanvas& canvas, const FacePaint& paint) {
    constexpr float kLash_px = 4.0F, kBrow_px = 22.0F, kPupil = 0.45F;
    for (int eye = 0; eye < 2; ++eye) {
        const auto opening = canvas.line(head::kLidEdges[eye]);
        const core::Vec2f pupil = canvas.point(head::kIrises[eye]);
        const core::Vec2f rim = canvas.point(head::kIrises[eye] + 1);
        const float radius = std::hypot(rim.x - pupil.x, rim.y - pupil.y);
        canvas.fill(opening, paint.eye_white);
        canvas.disc(opening, pupil, radius, paint.iris);
        canvas.disc(opening, pupil, kPupil * radius, paint.pupil);
        canvas.stroke(canvas.line(head::kUpperLidEdge[eye]), kLash_px, paint.lashes);
        canvas.stroke(canvas.line(head::kBrowBottom[eye]), kBrow_px, paint.brow);
    }
}

inline void paint_mouth(FaceCanvas& canvas, const FacePaint& paint) {
    canvas.fill(canvas.line(head::kOuterLips), paint.lips);
    canvas.fill(canvas.line(head::kInnerLips), paint.mouth);
}

/// A portrait with a painted face.
/// @param seed     seed of identity and pores
/// @param actions  actions of the portrait
inline head::FaceCode make_painted_face(const head::HeadModel& model,
                                        std::uint64_t seed,
                                        const head::Actions& actions = {},
                                        const FacePaint& paint = {}) {
    head::FaceCode code = make_face_code(model, seed);
    head::LandmarkFit truth;
    truth.pose = code.pose;
    truth.identity = code.identity;
    truth.actions = actions;
    code.actions = actions;
    code.landmarks = make_landmarks(model, truth);
    core::Rng rng = core::Rng(seed).fork(1);
    FaceCanvas canvas(code);
    paint_head(canvas, paint, rng);
    paint_mouth(canvas, paint);
    paint_eyes(canvas, paint);
    set_crop(code);
    return code;
}

}  // namespace vasa::support
