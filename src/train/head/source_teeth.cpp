// SPDX-License-Identifier: Apache-2.0
#include "head/source_teeth.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <Eigen/QR>

namespace vasa::train {
namespace {

using head::Action;
using head::Part;
using head::Points;

/// A row of teeth seen from above: its front, an even polynomial of degree 4, and its biting edge.
struct TeethRow {
    std::vector<int> vertices;  ///< of the source
    float to_gum = 1;           ///< 1 = up, -1 = down
    Eigen::Vector3f curve;      ///< coefficients of z for 1, x² and x⁴
    float edge = 0;             ///< y times to_gum, cm

    float front(float x) const { return curve.dot(Eigen::Vector3f(1.0F, x * x, x * x * x * x)); }
};

/// Fits the row through the foremost vertices near each x of `places`.
/// @param part  upper or lower teeth
TeethRow find_teeth_row(const SourceHead& head,
                        Part part,
                        const std::vector<float>& places,
                        const NewMesh& mesh) {
    constexpr float kReach_cm = 0.06F;
    TeethRow row;
    row.to_gum = part == Part::TeethUpper ? 1.0F : -1.0F;
    for (const NewVertex& v : mesh.vertices) {
        if (v.part == part) {
            row.vertices.push_back(v.source);
        }
    }
    std::vector<Eigen::Vector4f> fronts;  // 1, x², x⁴; z
    std::vector<float> edges;
    for (const float x : places) {
        float front = -1e9F, edge = 1e9F;
        for (const int v : row.vertices) {
            if (std::abs(head.neutral(v, 0) - x) < kReach_cm) {
                front = std::max(front, head.neutral(v, 2));
                edge = std::min(edge, row.to_gum * head.neutral(v, 1));
            }
        }
        if (edge < 1e9F) {
            fronts.emplace_back(1.0F, x * x, x * x * x * x, front);
            edges.push_back(edge);
        }
    }
    if (fronts.size() < 3) {
        throw core::Error(core::ErrorKind::Input, "the source head has no row of teeth");
    }
    Eigen::MatrixXf a(fronts.size(), 3);
    Eigen::VectorXf b(fronts.size());
    for (std::size_t i = 0; i < fronts.size(); ++i) {
        a.row(static_cast<Eigen::Index>(i)) = fronts[i].head<3>().transpose();
        b(static_cast<Eigen::Index>(i)) = fronts[i].w();
    }
    row.curve = a.colPivHouseholderQr().solve(b);
    const auto middle = edges.begin() + static_cast<std::ptrdiff_t>(edges.size() / 2);
    std::nth_element(edges.begin(), middle, edges.end());
    row.edge = *middle;
    return row;
}

}  // namespace

void place_teeth(SourceHead& head) {
    constexpr float kUpperDrop_cm = 0.15F, kLowerRise_cm = 0.12F, kMovesWithJaw_cm = 1.0F;
    const Points& tongue = head.actions[static_cast<int>(Action::TongueOut)];
    const Points& jaw = head.actions[static_cast<int>(Action::JawOpen)];
    std::vector<float> rise(static_cast<std::size_t>(head.neutral.rows()), 0.0F);
    for (std::size_t t = 0; t < head.triangles.size(); ++t) {
        const bool is_mouth = head.materials[t] == kTeeth || head.materials[t] == kGumsTongue;
        for (const int v : head.triangles[t]) {
            if (is_mouth && tongue.row(v).norm() <= 1e-5F) {
                rise[v] = jaw.row(v).norm() <= kMovesWithJaw_cm ? -kUpperDrop_cm : kLowerRise_cm;
            }
        }
    }
    for (Eigen::Index v = 0; v < head.neutral.rows(); ++v) {
        head.neutral(v, 1) += rise[static_cast<std::size_t>(v)];
    }
}

void add_strip_in_teeth(const SourceHead& head, Part part, NewMesh& mesh) {
    constexpr int kColumns = 24, kRows = 3;
    constexpr float kHalfWidth_cm = 2.3F, kFromEdge_cm = 0.14F, kHeight_cm = 1.2F;
    constexpr float kBehind_cm = 0.16F, kBehindAside = 0.07F;  // kBehindAside: times x², x in cm
    std::vector<float> places;
    for (int k = 0; k < kColumns; ++k) {
        places.push_back(kHalfWidth_cm * (2.0F * static_cast<float>(k) / (kColumns - 1) - 1.0F));
    }
    const TeethRow row = find_teeth_row(head, part, places, mesh);
    const int first = static_cast<int>(mesh.vertices.size());
    for (const float x : places) {
        const float z = row.front(x) - (kBehind_cm + kBehindAside * x * x);
        for (int r = 0; r < kRows; ++r) {
            const float rise = kFromEdge_cm + kHeight_cm * static_cast<float>(r) / (kRows - 1);
            const Eigen::Vector3f at(x, row.to_gum * (row.edge + rise), z);
            const auto is_nearer = [&](int i, int j) {
                return (head.neutral.row(i).transpose() - at).squaredNorm() <
                       (head.neutral.row(j).transpose() - at).squaredNorm();
            };
            const int nearest =
                *std::min_element(row.vertices.begin(), row.vertices.end(), is_nearer);
            mesh.vertices.push_back(
                {nearest, Part::Gums, at - head.neutral.row(nearest).transpose()});
        }
    }
    for (int k = 0; k + 1 < kColumns; ++k) {
        for (int r = 0; r + 1 < kRows; ++r) {
            const int i = first + k * kRows + r, right = i + kRows;
            std::array<std::array<int, 3>, 2> both = {
                {{i, right, right + 1}, {i, right + 1, i + 1}}};
            for (auto& t : both) {
                if (row.to_gum < 0) {
                    std::swap(t[1], t[2]);
                }
                mesh.triangles.push_back(t);
                mesh.parts.push_back(Part::Gums);
            }
        }
    }
}

}  // namespace vasa::train
