// SPDX-License-Identifier: Apache-2.0
#include "head/source_eye.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include <Eigen/Geometry>

namespace vasa::train {
namespace {

constexpr float kPi = 3.14159265F;

}  // namespace

SourceEye source_eye(const SourceHead& head, bool left) {
    SourceEye eye;
    std::set<int> vertices;
    for (std::size_t t = 0; t < head.triangles.size(); ++t) {
        if (head.materials[t] == (left ? kScleraLeft : kScleraRight)) {
            vertices.insert(head.triangles[t].begin(), head.triangles[t].end());
        }
    }
    eye.vertices.assign(vertices.begin(), vertices.end());
    eye.center.setZero();
    for (int v : eye.vertices) {
        eye.center += head.neutral.row(v).transpose();
    }
    eye.center /= static_cast<float>(eye.vertices.size());
    eye.axis = Eigen::Vector3f(left ? 0.099F : -0.099F, -0.003F, 0.995F).normalized();
    float sum = 0;
    int count = 0;
    for (int v : eye.vertices) {
        const Eigen::Vector3f d = head.neutral.row(v).transpose() - eye.center;
        const float angle = std::acos(std::clamp(d.normalized().dot(eye.axis), -1.0F, 1.0F));
        if (angle > 0.6F && angle < 1.6F) {
            sum += d.norm();
            ++count;
        }
    }
    if (count == 0) {
        throw core::Error(core::ErrorKind::Input,
                          std::string("the source head's ") + (left ? "left" : "right") +
                              " eye has no white beside the pupil");
    }
    eye.white_radius = sum / static_cast<float>(count);
    return eye;
}

void add_eyeball(const SourceEye& eye, head::Part part, NewMesh& mesh) {
    constexpr int kSegments = 32;
    const std::vector<float> rings_deg = {4, 8, 12, 16, 20, 24, 30, 38, 48, 60, 74, 90, 108};
    // The cornea protrudes slightly; more than this would penetrate closed lids.
    constexpr float kCorneaBulge_cm = 0.04F;
    const Eigen::Vector3f u = eye.axis.cross(Eigen::Vector3f::UnitY()).normalized();
    const Eigen::Vector3f v = u.cross(eye.axis);
    const int first = static_cast<int>(mesh.vertices.size());
    const auto radius = [&](float angle) {
        const float t = std::clamp(1.0F - angle / 0.5F, 0.0F, 1.0F);
        return eye.white_radius + kCorneaBulge_cm * t * t * (3 - 2 * t);
    };
    mesh.vertices.push_back({-1, part, eye.axis * radius(0)});
    for (float deg : rings_deg) {
        const float a = deg * kPi / 180;
        for (int s = 0; s < kSegments; ++s) {
            const float b = 2 * kPi * static_cast<float>(s) / kSegments;
            mesh.vertices.push_back(
                {-1,
                 part,
                 radius(a) *
                     (std::cos(a) * eye.axis + std::sin(a) * (std::cos(b) * u + std::sin(b) * v))});
        }
    }
    const auto add = [&](int i, int j, int k) {
        std::array<int, 3> t = {i, j, k};
        const Eigen::Vector3f n = (mesh.vertices[j].offset - mesh.vertices[i].offset)
                                      .cross(mesh.vertices[k].offset - mesh.vertices[i].offset);
        if (n.dot(mesh.vertices[i].offset) < 0) {
            std::swap(t[1], t[2]);
        }
        mesh.triangles.push_back(t);
        mesh.parts.push_back(part);
    };
    for (int s = 0; s < kSegments; ++s) {
        const int n = (s + 1) % kSegments;
        add(first, first + 1 + s, first + 1 + n);
        for (std::size_t r = 0; r + 1 < rings_deg.size(); ++r) {
            const int a = first + 1 + static_cast<int>(r) * kSegments;
            add(a + s, a + kSegments + s, a + n);
            add(a + n, a + kSegments + s, a + kSegments + n);
        }
    }
}

}  // namespace vasa::train
