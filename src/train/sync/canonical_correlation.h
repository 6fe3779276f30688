// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

namespace vasa::train {

/// Second moments of two sets of variates with mean 0.
struct JointMoments {
    Eigen::MatrixXd left, right;  ///< [L, L], [R, R]
    Eigen::MatrixXd cross;        ///< [L, R]
};

struct CanonicalParams {
    /// Principal components kept of each side: more fit the noise of the recordings.
    int left_components = 40, right_components = 60;
    /// Added to the variances, as a share of their mean: weak components are noise.
    double regularisation = 0.1;
    int rank = 8;  ///< pairs of canonical variates kept
};

/// Projections to the canonical variates, strongest first.
struct CanonicalPairs {
    Eigen::MatrixXd left, right;   ///< [L, rank], [R, rank]; columns of `left` times correlation
    Eigen::VectorXd correlations;  ///< [rank], 0..1
};

/// Regularised canonical correlation analysis. A dot product of projections weighs each pair of
/// variates by its correlation.
/// Source: Hotelling (1936); Vinod, Canonical ridge and econometrics of joint production (1976).
CanonicalPairs canonical_correlation(const JointMoments& moments,
                                     const CanonicalParams& params = {});

}  // namespace vasa::train
