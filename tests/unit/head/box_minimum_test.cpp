// SPDX-License-Identifier: Apache-2.0
#include "fit/box_minimum.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using vasa::head::LocalModel;

namespace {

/// A bowl in two variables, turned by 30 degrees, ten times steeper one way, with its bottom at c.
auto bowl(Eigen::Vector2d c) {
    Eigen::Matrix2d q;
    const double s = std::sin(0.5236), k = std::cos(0.5236);
    q << k, s, -s, k;
    const Eigen::Matrix2d h = q * Eigen::Vector2d(1, 10).asDiagonal() * q.transpose();
    return [c, h](const Eigen::VectorXd& x, bool with_derivatives, LocalModel& local) {
        const Eigen::Vector2d d = x - c;
        local.value = 0.5 * d.dot(h * d);
        if (with_derivatives) {
            local.gradient = h * d;
            local.hessian = h;
        }
        return true;
    };
}

const Eigen::VectorXd kLow = Eigen::VectorXd::Zero(2), kHigh = Eigen::VectorXd::Ones(2);

}  // namespace

TEST_CASE("the minimum in a box is the lowest point of a fine grid") {
    for (const Eigen::Vector2d& c : {Eigen::Vector2d(0.3, 0.6),
                                     Eigen::Vector2d(2.0, -0.5),
                                     Eigen::Vector2d(-1.0, 0.4),
                                     Eigen::Vector2d(0.5, 3.0)}) {
        const auto evaluate = bowl(c);
        Eigen::VectorXd x = Eigen::Vector2d(0.9, 0.1);
        const int iterations = vasa::head::minimise_in_box(evaluate, kLow, kHigh, 20, x);
        CHECK(iterations > 0);
        CHECK(iterations <= 5);
        LocalModel local;
        double least = 1e9;
        for (int i = 0; i <= 200; ++i) {
            for (int j = 0; j <= 200; ++j) {
                evaluate(Eigen::Vector2d(i / 200.0, j / 200.0), false, local);
                least = std::min(least, local.value);
            }
        }
        evaluate(x, false, local);
        CHECK(local.value <= least + 1e-9);
        CHECK(((x - kLow).minCoeff() >= 0 && (kHigh - x).minCoeff() >= 0));
    }
}

TEST_CASE("a function without a value or with a saddle is no minimum") {
    Eigen::VectorXd x = Eigen::Vector2d(0.5, 0.5);
    const auto nowhere = [](const Eigen::VectorXd&, bool, LocalModel&) { return false; };
    CHECK(vasa::head::minimise_in_box(nowhere, kLow, kHigh, 20, x) == -1);
    const auto saddle = [](const Eigen::VectorXd& at, bool, LocalModel& local) {
        local.value = at(0) * at(0) - at(1) * at(1);
        local.gradient = Eigen::Vector2d(2 * at(0), -2 * at(1));
        local.hessian = Eigen::Vector2d(2, -2).asDiagonal();
        return true;
    };
    CHECK(vasa::head::minimise_in_box(saddle, kLow, kHigh, 20, x) == -1);
}
