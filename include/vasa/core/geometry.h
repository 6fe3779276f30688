// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace vasa::core {

struct Vec2f {
    float x = 0, y = 0;
};
struct Vec3f {
    float x = 0, y = 0, z = 0;
};

/// Affine map of the plane: (x, y) -> (a x + b y + c, d x + e y + f).
struct Affine2 {
    double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;

    Vec2f operator()(double x, double y) const {
        return {static_cast<float>(a * x + b * y + c), static_cast<float>(d * x + e * y + f)};
    }
    Affine2 inverse() const {
        const double det = a * e - b * d;
        Affine2 r;
        r.a = e / det;
        r.b = -b / det;
        r.d = -d / det;
        r.e = a / det;
        r.c = -(r.a * c + r.b * f);
        r.f = -(r.d * c + r.e * f);
        return r;
    }
    /// Applies `other` first, then this map.
    Affine2 operator*(const Affine2& other) const {
        return {a * other.a + b * other.d,
                a * other.b + b * other.e,
                a * other.c + b * other.f + c,
                d * other.a + e * other.d,
                d * other.b + e * other.e,
                d * other.c + e * other.f + f};
    }
};

}  // namespace vasa::core
