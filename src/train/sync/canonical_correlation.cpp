// SPDX-License-Identifier: Apache-2.0
#include "canonical_correlation.h"

#include <algorithm>

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

namespace vasa::train {
namespace {

/// The principal components of a side, scaled to a variance of about 1 (ridge included): [N, count]
Eigen::MatrixXd whitening(const Eigen::MatrixXd& moments, int count, double regularisation) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(moments);  // ascending
    const Eigen::Index kept = std::min<Eigen::Index>(count, moments.rows());
    const Eigen::MatrixXd components = solver.eigenvectors().rightCols(kept);
    const Eigen::VectorXd variances = solver.eigenvalues().tail(kept).cwiseMax(0.0);
    // Keeps a side without any variance finite.
    constexpr double kTiny = 1e-12;
    const double ridge = regularisation * variances.mean() + kTiny;
    const Eigen::VectorXd scale = (variances.array() + ridge).rsqrt();
    return components * scale.asDiagonal();
}

}  // namespace

CanonicalPairs canonical_correlation(const JointMoments& moments, const CanonicalParams& params) {
    const Eigen::MatrixXd left =
        whitening(moments.left, params.left_components, params.regularisation);
    const Eigen::MatrixXd right =
        whitening(moments.right, params.right_components, params.regularisation);
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(left.transpose() * moments.cross * right,
                                                Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Eigen::Index rank = std::min<Eigen::Index>(params.rank, svd.singularValues().size());
    CanonicalPairs pairs;
    pairs.correlations = svd.singularValues().head(rank);
    pairs.left = left * svd.matrixU().leftCols(rank) * pairs.correlations.asDiagonal();
    pairs.right = right * svd.matrixV().leftCols(rank);
    return pairs;
}

}  // namespace vasa::train
