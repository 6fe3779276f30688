// SPDX-License-Identifier: Apache-2.0
#include "head/surface_distance.h"

namespace vasa::train {

ClosestPoint closest_point(const Eigen::Vector3f& p,
                           const Eigen::Vector3f& a,
                           const Eigen::Vector3f& b,
                           const Eigen::Vector3f& c) {
    const auto make = [&](float u, float v, float w) {
        const Eigen::Vector3f q = u * a + v * b + w * c;
        return ClosestPoint{(p - q).norm(), {u, v, w}};
    };
    const Eigen::Vector3f ab = b - a, ac = c - a, ap = p - a, bp = p - b, cp = p - c;
    const float d1 = ab.dot(ap), d2 = ac.dot(ap), d3 = ab.dot(bp), d4 = ac.dot(bp);
    const float d5 = ab.dot(cp), d6 = ac.dot(cp);
    if (d1 <= 0 && d2 <= 0) {
        return make(1, 0, 0);
    }
    if (d3 >= 0 && d4 <= d3) {
        return make(0, 1, 0);
    }
    if (d6 >= 0 && d5 <= d6) {
        return make(0, 0, 1);
    }
    const float vc = d1 * d4 - d3 * d2;
    if (vc <= 0 && d1 >= 0 && d3 <= 0) {
        const float v = d1 / (d1 - d3);
        return make(1 - v, v, 0);
    }
    const float vb = d5 * d2 - d1 * d6;
    if (vb <= 0 && d2 >= 0 && d6 <= 0) {
        const float w = d2 / (d2 - d6);
        return make(1 - w, 0, w);
    }
    const float va = d3 * d6 - d5 * d4;
    if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
        const float w = (d4 - d3) / ((d4 - d3) + (d5 - d6));
        return make(0, 1 - w, w);
    }
    const float denominator = 1 / (va + vb + vc);
    return make(1 - (vb + vc) * denominator, vb * denominator, vc * denominator);
}

}  // namespace vasa::train
