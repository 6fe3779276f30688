// SPDX-License-Identifier: Apache-2.0
#include "vasa/detect/detector_fit.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <Eigen/Dense>

namespace vasa::detect {
namespace {

using core::Error;
using core::ErrorKind;
using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Parts of clips as rows; weights add up to 1/2 for each kind.
struct Rows {
    MatrixXd values;  ///< [parts, features]
    VectorXd weights, targets;
};

Rows rows_of(const std::vector<const LabelledClip*>& clips) {
    std::map<std::pair<bool, std::string>, int> parts_of_person;
    Index count = 0;
    for (const LabelledClip* clip : clips) {
        parts_of_person[{clip->is_rendered, clip->person}] += static_cast<int>(clip->parts.size());
        count += static_cast<Index>(clip->parts.size());
    }
    std::map<bool, int> people;
    for (const auto& [person, num_parts] : parts_of_person) {
        people[person.first] += num_parts > 0 ? 1 : 0;
    }
    if (people[false] == 0 || people[true] == 0) {
        throw Error(ErrorKind::Input, "clip detector: expected rendered and recorded clips");
    }
    Rows rows{MatrixXd(count, static_cast<Index>(kNumFeatures)), VectorXd(count), VectorXd(count)};
    Index row = 0;
    for (const LabelledClip* clip : clips) {
        const double weight =
            0.5 / people[clip->is_rendered] / parts_of_person[{clip->is_rendered, clip->person}];
        for (const FeatureValues& part : clip->parts) {
            rows.values.row(row) =
                Eigen::Map<const Eigen::RowVectorXd>(part.data(), static_cast<Index>(part.size()));
            rows.weights[row] = weight;
            rows.targets[row++] = clip->is_rendered ? 1 : 0;
        }
    }
    return rows;
}

/// Weighted mean and 1 / spread of a feature where it is known; then its standardised values, 0
/// where it is not.
void standardise(Rows& rows, std::size_t feature, double& mean, double& scale) {
    auto column = rows.values.col(static_cast<Index>(feature)).array();
    const auto is_known = column.isFinite();
    const double total = is_known.select(rows.weights.array(), 0.0).sum();
    // A feature that hardly varies gets no weight from its noise.
    constexpr double kMinSpread = 1e-3;
    mean = total > 0 ? is_known.select(rows.weights.array() * column, 0.0).sum() / total : 0;
    const ArrayXd deviation = is_known.select(column - mean, 0.0);
    const double variance =
        total > 0 ? (rows.weights.array() * deviation.square()).sum() / total : 0;
    scale = 1 / std::max(kMinSpread, std::sqrt(variance));
    column = deviation * scale;
}

/// Newton's method on the weighted logistic loss with a ridge; the last column is the constant,
/// which is free.
VectorXd logistic(const MatrixXd& values, const Rows& rows, double ridge) {
    constexpr int kMaxSteps = 50;
    VectorXd weights = VectorXd::Zero(values.cols());
    VectorXd pull = VectorXd::Constant(values.cols(), ridge);
    pull[values.cols() - 1] = 1e-9;
    for (int step = 0; step < kMaxSteps; ++step) {
        const ArrayXd p = 1 / (1 + (-(values * weights).array()).exp());
        const VectorXd gradient =
            values.transpose() * (rows.weights.array() * (p - rows.targets.array())).matrix() +
            pull.cwiseProduct(weights);
        const VectorXd curvature = (rows.weights.array() * p * (1 - p)).matrix();
        MatrixXd hessian = values.transpose() * curvature.asDiagonal() * values;
        hessian.diagonal() += pull;
        const VectorXd change = hessian.ldlt().solve(gradient);
        weights -= change;
        if (change.norm() < 1e-10) {
            break;
        }
    }
    return weights;
}

bool is_used(const DetectorFitParams& params, std::size_t feature) {
    return std::find(params.unused.begin(), params.unused.end(), static_cast<Feature>(feature)) ==
           params.unused.end();
}

}  // namespace

ClipDetector fit_detector(const std::vector<const LabelledClip*>& clips,
                          const DetectorFitParams& params) {
    Rows rows = rows_of(clips);
    DetectorWeights weights;
    for (std::size_t i = 0; i < kNumFeatures; ++i) {
        standardise(rows, i, weights.mean[i], weights.scale[i]);
        if (!is_used(params, i)) {
            rows.values.col(static_cast<Index>(i)).setZero();
        }
    }
    MatrixXd values(rows.values.rows(), rows.values.cols() + 1);
    values << rows.values, VectorXd::Ones(rows.values.rows());
    const VectorXd fitted = logistic(values, rows, params.ridge);
    for (std::size_t i = 0; i < kNumFeatures; ++i) {
        weights.weight[i] = is_used(params, i) ? fitted[static_cast<Index>(i)] : 0;
    }
    weights.bias = fitted[fitted.size() - 1];
    return ClipDetector(weights);
}

}  // namespace vasa::detect
