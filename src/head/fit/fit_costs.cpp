// SPDX-License-Identifier: Apache-2.0
#include "fit/fit_costs.h"

#include <cmath>
#include <utility>

namespace vasa::head {
namespace {

/// Rotation and its derivatives with respect to yaw, pitch and roll.
struct RotationJet {
    Eigen::Matrix3d value, by_angle[3];
};

RotationJet rotation_jet(const double* angles) {
    const auto axis = [](int k, double a, bool derivative) {
        Eigen::Matrix3d m = Eigen::Matrix3d::Zero();
        const int i = (k + 1) % 3, j = (k + 2) % 3;
        const double c = derivative ? -std::sin(a) : std::cos(a);
        const double s = derivative ? std::cos(a) : std::sin(a);
        m(k, k) = derivative ? 0 : 1;
        m(i, i) = m(j, j) = c;
        m(i, j) = -s;
        m(j, i) = s;
        return m;
    };
    const Eigen::Matrix3d y = axis(1, angles[0], false), x = axis(0, -angles[1], false),
                          z = axis(2, -angles[2], false);
    RotationJet jet;
    jet.value = y * x * z;
    jet.by_angle[0] = axis(1, angles[0], true) * x * z;
    jet.by_angle[1] = -(y * axis(0, -angles[1], true) * z);
    jet.by_angle[2] = -(y * x * axis(2, -angles[2], true));
    return jet;
}

}  // namespace

LandmarkCost::LandmarkCost(const SparseModel& sparse,
                           int landmark,
                           const Camera& camera,
                           core::Vec2f measured,
                           double weight)
    : sparse_(sparse), landmark_(landmark), camera_(camera), measured_(measured), weight_(weight) {
    set_num_residuals(2);
    *mutable_parameter_block_sizes() = {6, static_cast<int>(sparse.free_actions.size())};
    if (sparse.num_identity > 0) {
        mutable_parameter_block_sizes()->push_back(sparse.num_identity);
    }
}

bool LandmarkCost::Evaluate(double const* const* parameters,
                            double* residuals,
                            double** jacobians) const {
    const double* pose = parameters[0];
    const auto& basis = sparse_.basis[landmark_];
    const int n = sparse_.num_identity, m = static_cast<int>(sparse_.free_actions.size());
    Eigen::Vector3d v = sparse_.base[landmark_] +
                        basis.rightCols(m) * Eigen::Map<const Eigen::VectorXd>(parameters[1], m);
    if (n > 0) {
        v += basis.leftCols(n) * Eigen::Map<const Eigen::VectorXd>(parameters[2], n);
    }
    const RotationJet r = rotation_jet(pose);
    const Eigen::Vector3d c = r.value * v + Eigen::Vector3d(pose[3], pose[4], pose[5]);
    if (c.z() > -1.0) {
        return false;  // behind the camera
    }
    const double f = camera_.focal_px, iz = -1.0 / c.z(), half = camera_.size_px / 2.0;
    residuals[0] = (half + f * c.x() * iz - measured_.x) * weight_;
    residuals[1] = (half - f * c.y() * iz - measured_.y) * weight_;
    if (jacobians == nullptr) {
        return true;
    }
    Eigen::Matrix<double, 2, 3> d;
    d << f * iz, 0, f * c.x() * iz * iz, 0, -f * iz, -f * c.y() * iz * iz;
    d *= weight_;
    using RowMajor = Eigen::Matrix<double, 2, Eigen::Dynamic, Eigen::RowMajor>;
    if (jacobians[0] != nullptr) {
        Eigen::Map<Eigen::Matrix<double, 2, 6, Eigen::RowMajor>> j(jacobians[0]);
        for (int k = 0; k < 3; ++k) {
            j.col(k) = d * (r.by_angle[k] * v);
        }
        j.rightCols<3>() = d;
    }
    const Eigen::Matrix<double, 2, 3> dr = d * r.value;
    if (jacobians[1] != nullptr) {
        Eigen::Map<RowMajor>(jacobians[1], 2, m) = dr * basis.rightCols(m);
    }
    if (n > 0 && jacobians[2] != nullptr) {
        Eigen::Map<RowMajor>(jacobians[2], 2, n) = dr * basis.leftCols(n);
    }
    return true;
}

LinearPrior::LinearPrior(Eigen::MatrixXd matrix, Eigen::VectorXd centre)
    : matrix_(std::move(matrix)), centre_(std::move(centre)) {
    set_num_residuals(static_cast<int>(matrix_.rows()));
    mutable_parameter_block_sizes()->push_back(static_cast<int>(matrix_.cols()));
}

bool LinearPrior::Evaluate(double const* const* parameters,
                           double* residuals,
                           double** jacobians) const {
    const Eigen::Map<const Eigen::VectorXd> x(parameters[0], matrix_.cols());
    Eigen::Map<Eigen::VectorXd>(residuals, matrix_.rows()) = matrix_ * (x - centre_);
    if (jacobians != nullptr && jacobians[0] != nullptr) {
        Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
            jacobians[0], matrix_.rows(), matrix_.cols()) = matrix_;
    }
    return true;
}

}  // namespace vasa::head
