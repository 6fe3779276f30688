// SPDX-License-Identifier: Apache-2.0
#include "vasa/face/covered_parts.h"

#include "cv_shapes.h"

#include "vasa/head/action_groups.h"
#include "vasa/head/face_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace vasa::face {
namespace {

using head::Action;
using Colour = cv::Vec3f;  // CIE L*a*b*

/// Rows of landmarks across the lips: outer and inner edge above, inner and outer edge below.
constexpr std::array<std::array<int, 4>, 5> kAcrossLips = {{{39, 81, 178, 181},
                                                            {37, 82, 87, 84},
                                                            {0, 13, 14, 17},
                                                            {267, 312, 317, 314},
                                                            {269, 311, 402, 405}}};
constexpr std::array<int, 6> kCheekSkin = {50, 280, 101, 330, 36, 266};
constexpr std::array<int, 4> kForeheadSkin = {9, 151, 108, 337};
/// Places that large glasses leave free.
constexpr std::array<int, 7> kLowerSkin = {50, 280, 205, 425, 36, 266, 4};
constexpr std::array<int, 2> kNoseSkin = {4, 5};
constexpr float kSkinReach = 0.06F;  ///< radius of skin patches, eye distances

/// The crop's colours with the regions of a face.
struct FaceColours {
    cv::Mat lab;
    const head::Landmarks& landmarks;
    float eye_distance_px;

    FaceColours(const core::ImageU8& crop, const head::Landmarks& l)
        : landmarks(l), eye_distance_px(head::eye_distance_px(l)) {
        cv::Mat scaled;
        wrap(crop).convertTo(scaled, CV_32F, 1.0 / 255);
        cv::cvtColor(scaled, lab, cv::COLOR_RGB2Lab);
    }

    /// Inside of a polygon of landmarks, scaled about its middle.
    template <typename Indices>
    cv::Mat polygon(const Indices& indices, float scale) const {
        core::Vec2f middle{0, 0};
        const auto share = 1.0F / static_cast<float>(indices.size());
        for (const int i : indices) {
            middle.x += landmarks[i].x * share;
            middle.y += landmarks[i].y * share;
        }
        std::vector<cv::Point> points;
        for (const int i : indices) {
            points.emplace_back(cvRound(middle.x + scale * (landmarks[i].x - middle.x)),
                                cvRound(middle.y + scale * (landmarks[i].y - middle.y)));
        }
        cv::Mat mask(lab.size(), CV_8UC1, cv::Scalar(0));
        cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{points}, cv::Scalar(255));
        return mask;
    }

    /// A strip across an eye's width below its lid, where lenses go on.
    /// @param from, to  distances from the lid, eye distances
    cv::Mat below_eye(int eye, float from, float to) const {
        constexpr float kHalfWidth = 0.07F;
        const core::Vec2f a = head::eye_middle(landmarks, 0), b = head::eye_middle(landmarks, 1);
        const float length = std::max(1.0F, std::hypot(b.x - a.x, b.y - a.y));
        const core::Vec2f along = {(b.x - a.x) / length, (b.y - a.y) / length};
        const core::Vec2f lid = landmarks[head::kLowerLidMiddle[eye]];
        std::vector<cv::Point> corners;
        for (const auto& [side, down] : {std::pair{-kHalfWidth, from},
                                         {kHalfWidth, from},
                                         {kHalfWidth, to},
                                         {-kHalfWidth, to}}) {
            corners.emplace_back(
                cvRound(lid.x + eye_distance_px * (side * along.x - down * along.y)),
                cvRound(lid.y + eye_distance_px * (side * along.y + down * along.x)));
        }
        cv::Mat mask(lab.size(), CV_8UC1, cv::Scalar(0));
        cv::fillConvexPoly(mask, corners, cv::Scalar(255));
        return mask;
    }

    template <typename Indices>
    cv::Mat patches(const Indices& indices) const {
        cv::Mat mask(lab.size(), CV_8UC1, cv::Scalar(0));
        const int reach = std::max(2, cvRound(kSkinReach * eye_distance_px));
        for (const int i : indices) {
            cv::circle(mask,
                       {cvRound(landmarks[i].x), cvRound(landmarks[i].y)},
                       reach,
                       cv::Scalar(255),
                       cv::FILLED);
        }
        return mask;
    }

    /// Median over a region of a colour's value; 0 where the region lies outside the crop.
    template <typename ValueOf>
    float median_of(const cv::Mat& mask, ValueOf value_of) const {
        const cv::Rect box = cv::boundingRect(mask);
        std::vector<float> values;
        for (int y = box.y; y < box.y + box.height; ++y) {
            for (int x = box.x; x < box.x + box.width; ++x) {
                if (mask.at<std::uint8_t>(y, x) != 0) {
                    values.push_back(value_of(lab.at<Colour>(y, x)));
                }
            }
        }
        if (values.empty()) {
            return 0;
        }
        const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), at, values.end());
        return *at;
    }

    /// Median of each channel.
    Colour median(const cv::Mat& mask) const {
        Colour middle;
        for (int c = 0; c < 3; ++c) {
            middle[c] = median_of(mask, [c](const Colour& colour) { return colour[c]; });
        }
        return middle;
    }

    /// Median difference from a colour.
    float spread(const cv::Mat& mask, const Colour& colour) const {
        return median_of(mask, [&](const Colour& other) {
            return static_cast<float>(cv::norm(other - colour));
        });
    }

    /// Mean lightness of 3×3 pixels.
    float lightness(const core::Vec2f& place) const {
        float sum = 0;
        for (int dy = -1; dy <= 1; ++dy) {
            for (int dx = -1; dx <= 1; ++dx) {
                const int x = std::clamp(static_cast<int>(place.x) + dx, 0, lab.cols - 1);
                const int y = std::clamp(static_cast<int>(place.y) + dy, 0, lab.rows - 1);
                sum += lab.at<Colour>(y, x)[0] / 9;
            }
        }
        return sum;
    }
};

float difference(const Colour& a, const Colour& b) {
    return static_cast<float>(cv::norm(a - b));
}

float chroma_difference(const Colour& a, const Colour& b) {
    return std::hypot(a[1] - b[1], a[2] - b[2]);
}

/// Median over the mouth's width of the largest step in lightness between the lips' middles.
float mouth_line(const FaceColours& face) {
    constexpr int kSteps = 10;
    constexpr float kFirst = 0.15F, kLast = 0.85F;  // of the way from lip to lip
    std::vector<float> contrasts;
    for (const auto& row : kAcrossLips) {
        const core::Vec2f upper = head::middle_of(face.landmarks, row[0], row[1]);
        const core::Vec2f lower = head::middle_of(face.landmarks, row[2], row[3]);
        const float lips = (face.lightness(upper) + face.lightness(lower)) / 2;
        float contrast = 0;
        for (int step = 0; step <= kSteps; ++step) {
            const float t = kFirst + (kLast - kFirst) * static_cast<float>(step) / kSteps;
            const core::Vec2f place = {upper.x + t * (lower.x - upper.x),
                                       upper.y + t * (lower.y - upper.y)};
            contrast = std::max(contrast, std::fabs(face.lightness(place) - lips));
        }
        contrasts.push_back(contrast);
    }
    std::nth_element(contrasts.begin(), contrasts.begin() + 2, contrasts.end());
    return contrasts[2];
}

bool is_mouth_covered(const FaceColours& face, const CoveredPartParams& params) {
    const Colour lips =
        face.median(face.polygon(head::kOuterLips, 1.0F) & ~face.polygon(head::kInnerLips, 1.0F));
    const Colour around =
        face.median(face.polygon(head::kOuterLips, 1.55F) & ~face.polygon(head::kOuterLips, 1.15F));
    if (difference(lips, around) > params.same_as_lips) {
        return false;
    }
    const float line = mouth_line(face);
    const Colour forehead = face.median(face.patches(kForeheadSkin));
    const bool is_flat = line < params.flat_line && difference(around, forehead) > params.not_skin;
    return is_flat || chroma_difference(around, forehead) > params.foreign_mouth;
}

/// Difference from skin, in units of its lightness: the same in sun and shade.
float relative_difference(const Colour& colour, const Colour& skin) {
    constexpr float kDarkest = 5.0F;  // below, colours are noise
    return difference(colour, skin) / std::max(kDarkest, skin[0]);
}

/// How far dark lenses reach below the eyes: the difference of two strips from skin.
/// @param skins  colours of skin; each may be wrong (hair, shine), so that the least counts
float lens_depth(const FaceColours& face, const std::vector<Colour>& skins) {
    // Bags under the eyes and shadows of the brows end within the first strip.
    constexpr std::array<std::array<float, 2>, 2> kStrips = {{{0.07F, 0.125F}, {0.125F, 0.19F}}};
    float depth = 0;
    for (const auto& [from, to] : kStrips) {
        float least = 1e9F;
        for (int eye = 0; eye < 2; ++eye) {
            const Colour colour = face.median(face.below_eye(eye, from, to));
            for (const Colour& skin : skins) {
                least = std::min(least, relative_difference(colour, skin));
            }
        }
        depth += least;
    }
    return depth;
}

/// @param is_mouth_covered  the cheeks may then be covered as well
bool are_eyes_covered(const FaceColours& face,
                      bool is_mouth_covered,
                      const CoveredPartParams& params) {
    const Colour forehead = face.median(face.patches(kForeheadSkin));
    std::vector<Colour> skins = {forehead};
    Colour cheeks = forehead;
    if (!is_mouth_covered) {
        cheeks = face.median(face.patches(kCheekSkin));
        skins = {
            face.median(face.patches(kLowerSkin)), face.median(face.patches(kNoseSkin)), forehead};
    }
    float least_foreign = 1e9F, spread = 0, open = 0;
    for (int k = 0; k < 2; ++k) {
        const auto& lids = head::kLidEdges[k];
        const core::Vec2f upper = face.landmarks[head::kUpperLidMiddle[k]];
        const core::Vec2f lower = face.landmarks[head::kLowerLidMiddle[k]];
        open += std::hypot(upper.x - lower.x, upper.y - lower.y) / face.eye_distance_px / 2;
        const cv::Mat inside = face.polygon(lids, 1.0F);
        const Colour around = face.median(face.polygon(lids, 2.0F) & ~face.polygon(lids, 1.35F));
        least_foreign = std::min(least_foreign, chroma_difference(around, cheeks));
        spread += face.spread(inside, face.median(inside)) / std::max(1.0F, skins[0][0]) / 2;
    }
    const float lens = lens_depth(face, skins) - params.eye_weight * spread;
    return open > params.min_open &&
           (least_foreign > params.foreign_eyes || lens > params.least_lens);
}

}  // namespace

CoveredParts find_covered_parts(const core::ImageU8& crop,
                                const head::Landmarks& landmarks,
                                const CoveredPartParams& params) {
    const FaceColours face(crop, landmarks);
    CoveredParts covered;
    covered.mouth = is_mouth_covered(face, params);
    covered.eyes = are_eyes_covered(face, covered.mouth, params);
    return covered;
}

void close_covered_parts(head::Actions& actions, const CoveredParts& covered) {
    if (covered.mouth) {
        for (int k = 0; k < head::kNumActions; ++k) {
            if (head::is_speech_action(static_cast<Action>(k))) {
                actions.values[k] = 0;
            }
        }
        // These move the lips too.
        for (const Action action :
             {Action::NoseSneerLeft, Action::NoseSneerRight, Action::CheekPuff}) {
            actions[action] = 0;
        }
        // At rest the head model's lips leave a slit.
        actions[Action::MouthPressLeft] = 1;
        actions[Action::MouthPressRight] = 1;
    }
    if (covered.eyes) {
        for (int k = 0; k < head::kNumActions; ++k) {
            const auto action = static_cast<Action>(k);
            if (head::is_gaze_action(action) || action == Action::EyeWideLeft ||
                action == Action::EyeWideRight) {
                actions.values[k] = 0;
            }
        }
        actions[Action::EyeBlinkLeft] = 1;
        actions[Action::EyeBlinkRight] = 1;
    }
}

}  // namespace vasa::face
