// SPDX-License-Identifier: Apache-2.0
#include "part_features.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>

namespace vasa::detect {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
/// Every so many frames what is costly is compared.
constexpr std::size_t kCompareStep = 5;
/// Time between frames whose backgrounds are compared; a second for textures.
constexpr double kBackgroundLag_s = 0.4, kTextureLag_s = 1.0;
/// The head with its hair reaches so far from the middle of the eyes, eye distances.
constexpr float kHeadReach = 1.4F;
/// Share of the frame beside the head that is enough to judge the background.
constexpr double kMinBackground = 0.01;

ArrayXd array_of(const std::vector<double>& values) {
    return Eigen::Map<const ArrayXd>(values.data(), static_cast<Index>(values.size()));
}

double spread(const ArrayXd& values) {
    return values.size() < 2 ? kUnknown : std::sqrt((values - values.mean()).square().mean());
}

/// Logarithm of a spread. @param floor  what noise of measuring makes at least
double log_of(double value, double floor) {
    return std::log(std::hypot(value, floor));
}

double median(std::vector<double> values) {
    if (values.empty()) {
        return kUnknown;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double mean_or_unknown(const std::vector<double>& values) {
    return values.empty() ? kUnknown : array_of(values).mean();
}

/// Fisher's transform of a correlation, which makes differences near 1 count as near 0.
double fisher(double correlation) {
    return std::atanh(std::clamp(correlation, -0.999, 0.999));
}

double correlation(const ArrayXd& a, const ArrayXd& b) {
    const double scale = spread(a) * spread(b);
    return scale > 1e-12 ? ((a - a.mean()) * (b - b.mean())).mean() / scale : 0.0;
}

template <typename Get>
ArrayXd column(const std::vector<FaceSample>& samples, Get get) {
    ArrayXd values(static_cast<Index>(samples.size()));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        values[static_cast<Index>(i)] = static_cast<double>(get(samples[i]));
    }
    return values;
}

/// Logarithms of the skin's brightness [T, points].
MatrixXd log_skin(const std::vector<FaceSample>& samples) {
    // Of 255: keeps the noise of dark skin points in bounds.
    constexpr float kDark = 8.0F;
    MatrixXd logs(static_cast<Index>(samples.size()), static_cast<Index>(kNumSkinPoints));
    for (std::size_t t = 0; t < samples.size(); ++t) {
        for (std::size_t k = 0; k < kNumSkinPoints; ++k) {
            logs(static_cast<Index>(t), static_cast<Index>(k)) =
                static_cast<double>(std::log(samples[t].skin[k] + kDark));
        }
    }
    return logs;
}

/// The part of centred columns that centred regressors explain.
MatrixXd explained(const MatrixXd& regressors, const MatrixXd& columns) {
    return regressors * regressors.colPivHouseholderQr().solve(columns);
}

double rms(const MatrixXd& values) {
    return std::sqrt(values.squaredNorm() / static_cast<double>(values.size()));
}

MatrixXd centred(const MatrixXd& values) {
    return values.rowwise() - values.colwise().mean();
}

struct SkinFigures {
    double shading = 0, flicker = 0, by_turn = 0, by_mouth = 0, exposure = 0;
};

SkinFigures skin_figures(const std::vector<FaceSample>& samples) {
    const MatrixXd logs = log_skin(samples);
    const Eigen::VectorXd level = logs.rowwise().mean();
    const MatrixXd local = centred(logs.colwise() - level);
    const Index num_frames = local.rows();
    SkinFigures figures;
    figures.exposure = spread(level.array());
    std::vector<double> shading, flicker;
    for (Index k = 0; k < local.cols(); ++k) {
        shading.push_back(spread(local.col(k).array()));
        const ArrayXd second = local.col(k).tail(num_frames - 2).array() -
                               2 * local.col(k).segment(1, num_frames - 2).array() +
                               local.col(k).head(num_frames - 2).array();
        flicker.push_back(std::sqrt(second.square().mean() / 6));
    }
    figures.shading = median(shading);
    figures.flicker = median(flicker);
    MatrixXd turn(num_frames, 4);
    turn.col(0) = column(samples, [](const auto& s) { return s.yaw; });
    turn.col(1) = column(samples, [](const auto& s) { return s.pitch; });
    turn.col(2) = column(samples, [](const auto& s) { return s.x; });
    turn.col(3) = column(samples, [](const auto& s) { return s.y; });
    const MatrixXd by_turn = explained(centred(turn), local);
    figures.by_turn = rms(by_turn);
    MatrixXd mouth(num_frames, 1);
    mouth.col(0) = column(samples, [](const auto& s) { return s.mouth_gap; });
    const Index lower = static_cast<Index>(kNumSkinPoints - kFirstLowerPoint);
    figures.by_mouth = rms(explained(centred(mouth), (local - by_turn).rightCols(lower)));
    return figures;
}

/// Root mean square of the differences of an order, 1 or 3.
double differences(const ArrayXd& values, int order) {
    ArrayXd result = values;
    for (int i = 0; i < order && result.size() > 1; ++i) {
        const Index n = result.size() - 1;
        result = (result.tail(n) - result.head(n)).eval();
    }
    return std::sqrt(result.square().mean());
}

}  // namespace

void PartFeatures::add(core::ImageF luma, const std::optional<vision::FaceLandmarks>& face) {
    ++num_frames_;
    if (!face) {
        return;
    }
    samples_.push_back(sample_face(luma, *face));
    if (samples_.size() % kCompareStep == 0) {
        compare_background(luma, *face);
        compare_patches();
    }
    past_.push_back({std::move(luma), *face});
    if (past_.size() > static_cast<std::size_t>(kBackgroundLag_s * params_.rate_hz)) {
        past_.pop_front();
    }
}

void PartFeatures::compare_background(const core::ImageF& luma, const vision::FaceLandmarks& face) {
    if (past_.size() < static_cast<std::size_t>(kBackgroundLag_s * params_.rate_hz)) {
        return;
    }
    const Past& past = past_.front();
    const auto reach = [](const vision::FaceLandmarks& landmarks, float side) {
        const auto& right = landmarks.points[core::kRightEyeOuter];
        const auto& left = landmarks.points[core::kLeftEyeOuter];
        return (left.x + right.x) / 2 + side * kHeadReach * kEyes_px;
    };
    constexpr std::size_t kChin = 152;
    const auto left_end =
        static_cast<int>(std::floor(std::min(reach(face, -1), reach(past.face, -1))));
    const auto right_begin =
        static_cast<int>(std::ceil(std::max(reach(face, 1), reach(past.face, 1))));
    const int bottom =
        std::clamp(static_cast<int>(std::min(face.points[kChin].y, past.face.points[kChin].y)),
                   0,
                   luma.height);
    std::vector<double> changes, sizes;
    for (int y = 0; y < bottom; ++y) {
        for (int x = 0; x < luma.width; ++x) {
            if (x >= left_end && x < right_begin) {
                continue;
            }
            const double change = static_cast<double>(*luma.at(x, y) - *past.luma.at(x, y));
            changes.push_back(change);
            sizes.push_back(std::abs(change));
        }
    }
    if (static_cast<double>(changes.size()) >= kMinBackground * luma.width * luma.height) {
        background_light_.push_back(median(std::move(changes)));
        background_change_.push_back(median(std::move(sizes)));
    }
}

void PartFeatures::compare_patches() {
    const auto lag = static_cast<std::size_t>(kTextureLag_s * params_.rate_hz);
    if (samples_.size() <= lag) {
        return;
    }
    const FaceSample& now = samples_.back();
    const FaceSample& before = samples_[samples_.size() - 2];
    const FaceSample& far = samples_[samples_.size() - 1 - lag];
    std::vector<double> lights;
    for (std::size_t i = 0; i < kPatchPoints.size(); ++i) {
        const PatchMatch near_match = match_patches(before.patches[i], now.patches[i]);
        const PatchMatch far_match = match_patches(far.patches[i], now.patches[i]);
        if (near_match.is_found && far_match.is_found) {
            likeness_near_.push_back(fisher(static_cast<double>(near_match.likeness)));
            likeness_far_.push_back(fisher(static_cast<double>(far_match.likeness)));
            lights.push_back(static_cast<double>(far_match.light));
        }
    }
    if (!lights.empty()) {
        const double whole = median(lights);
        light_.push_back(whole);
        for (const double light : lights) {
            local_light_.push_back(std::abs(light - whole));
        }
    }
}

FeatureValues PartFeatures::values() const {
    FeatureValues values{};
    const auto set = [&values](Feature feature, double value) {
        values[static_cast<std::size_t>(feature)] = value;
    };
    // Floors: what landmarks of a still picture vary by after compression.
    constexpr double kSkinNoise = 0.002, kPoseNoise = 0.002, kLevelNoise = 0.05;
    const SkinFigures skin = skin_figures(samples_);
    set(Feature::SkinShading, log_of(skin.shading, kSkinNoise));
    set(Feature::SkinFlicker, log_of(skin.flicker, kSkinNoise));
    set(Feature::ShadingByTurn, log_of(skin.by_turn, kSkinNoise));
    set(Feature::ShadingByMouth, log_of(skin.by_mouth, kSkinNoise));
    set(Feature::Exposure, log_of(skin.exposure, kSkinNoise));
    const ArrayXd x = column(samples_, [](const auto& s) { return s.x; });
    const ArrayXd y = column(samples_, [](const auto& s) { return s.y; });
    const ArrayXd yaw = column(samples_, [](const auto& s) { return s.yaw; });
    const ArrayXd pitch = column(samples_, [](const auto& s) { return s.pitch; });
    set(Feature::HeadTurn, log_of(std::hypot(spread(yaw), spread(pitch)), kPoseNoise));
    set(Feature::HeadTravel, log_of(std::hypot(spread(x), spread(y)), kPoseNoise));
    set(Feature::HeadJitter,
        log_of(std::hypot(differences(x, 3), differences(y, 3)), kPoseNoise) -
            log_of(std::hypot(differences(x, 1), differences(y, 1)), kPoseNoise));
    set(Feature::FrozenTexture, mean_or_unknown(likeness_far_));
    set(Feature::TextureDecay, mean_or_unknown(likeness_near_) - mean_or_unknown(likeness_far_));
    set(Feature::LocalLight,
        local_light_.empty() ? kUnknown : log_of(median(local_light_), kSkinNoise));
    set(Feature::CommonLight,
        light_.empty() ? kUnknown : log_of(array_of(light_).abs().mean(), kSkinNoise));
    const ArrayXd sharpness = column(samples_, [](const auto& s) { return s.sharpness; });
    const Index n = x.size() - 2;
    const ArrayXd speed =
        ((x.tail(n) - x.head(n)).square() + (y.tail(n) - y.head(n)).square()).sqrt();
    set(Feature::MotionBlur, correlation(sharpness.segment(1, n), speed));
    set(Feature::BackgroundMotion,
        background_change_.empty() ? kUnknown
                                   : log_of(mean_or_unknown(background_change_), kLevelNoise));
    set(Feature::BackgroundLight,
        background_light_.size() < 2 ? kUnknown
                                     : log_of(spread(array_of(background_light_)), kLevelNoise));
    const ArrayXd gap = column(samples_, [](const auto& s) { return s.mouth_gap; });
    set(Feature::MouthRange, log_of(spread(gap), kPoseNoise));
    set(Feature::MouthSpeed,
        log_of(differences(gap, 1), kPoseNoise) - log_of(spread(gap), kPoseNoise));
    return values;
}

}  // namespace vasa::detect
