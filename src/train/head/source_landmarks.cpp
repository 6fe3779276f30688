// SPDX-License-Identifier: Apache-2.0
#include "head/source_landmarks.h"

#include "head/surface_distance.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/head/landmarks.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace vasa::train {
namespace {

using head::Action;
using head::Part;
using head::Points;

}  // namespace

Eigen::RowVector3f SourceLandmarks::point(const SourceHead& head,
                                          const Points& shape,
                                          int i) const {
    const auto& t = head.triangles[triangle[i]];
    Eigen::RowVector3f p = Eigen::RowVector3f::Zero();
    for (int k = 0; k < 3; ++k) {
        p += barycentric[i * 3 + k] * shape.row(t[k]);
    }
    return p;
}

SourceLandmarks load_source_landmarks(const std::string& path, const SourceHead& head) {
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Input);
    SourceLandmarks lm{file.ints("triangle", {head::kNumLandmarks}),
                       file.floats("barycentric", {head::kNumLandmarks, 3}),
                       file.floats("weight", {head::kNumLandmarks}),
                       file.floats("sigma", {head::kNumLandmarks})};
    for (int t : lm.triangle) {
        if (t < 0 || t >= static_cast<int>(head.triangles.size())) {
            throw core::Error(core::ErrorKind::Input,
                              "landmarks '" + path + "' name triangle " + std::to_string(t) +
                                  ", the head has " + std::to_string(head.triangles.size()));
        }
    }
    return lm;
}

void scale_mouth_close(SourceHead& head, const SourceLandmarks& landmarks) {
    const auto gap = [&](const Points& shape) {
        float sum = 0;
        for (const auto& [upper, lower] : {std::pair<int, int>{13, 14}, {312, 317}, {82, 87}}) {
            sum += (landmarks.point(head, shape, upper) - landmarks.point(head, shape, lower)).y();
        }
        return sum;
    };
    Points& close = head.actions[static_cast<int>(Action::MouthClose)];
    const Points open = head.neutral + head.actions[static_cast<int>(Action::JawOpen)];
    const float opening = gap(open) - gap(head.neutral);
    const float closing = gap(open) - gap(open + close);
    if (closing > 0 && opening > 0) {
        close *= std::min(1.0F, opening / closing);
    }
}

void embed_landmarks(const SourceHead& head,
                     const SourceLandmarks& landmarks,
                     const NewMesh& mesh,
                     const std::vector<Points>& source_shapes,
                     const std::vector<Points>& new_shapes,
                     std::vector<int>& triangle,
                     std::vector<float>& barycentric) {
    for (int i = 0; i < head::kNumMeshLandmarks; ++i) {
        double best = 1e30;
        int best_triangle = 0;
        std::array<float, 3> best_bary{};
        const Eigen::Vector3f p0 = landmarks.point(head, source_shapes[0], i).transpose();
        for (std::size_t t = 0; t < mesh.triangles.size(); ++t) {
            const auto& v = mesh.triangles[t];
            if (mesh.parts[t] != Part::Skin ||
                (new_shapes[0].row(v[0]).transpose() - p0).norm() > 3) {
                continue;
            }
            const auto hit = closest_point(
                p0, new_shapes[0].row(v[0]), new_shapes[0].row(v[1]), new_shapes[0].row(v[2]));
            double cost = 0;
            for (std::size_t s = 0; s < source_shapes.size() && cost < best; ++s) {
                const Eigen::RowVector3f q = hit.barycentric[0] * new_shapes[s].row(v[0]) +
                                             hit.barycentric[1] * new_shapes[s].row(v[1]) +
                                             hit.barycentric[2] * new_shapes[s].row(v[2]);
                cost += (q - landmarks.point(head, source_shapes[s], i)).squaredNorm();
            }
            if (cost < best) {
                best = cost;
                best_triangle = static_cast<int>(t);
                best_bary = hit.barycentric;
            }
        }
        triangle.push_back(best_triangle);
        barycentric.insert(barycentric.end(), best_bary.begin(), best_bary.end());
    }
}

}  // namespace vasa::train
