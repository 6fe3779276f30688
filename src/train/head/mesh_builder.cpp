// SPDX-License-Identifier: Apache-2.0
#include "head/mesh_builder.h"

#include "head/mesh_simplifier.h"
#include "head/source_eye.h"
#include "head/source_teeth.h"

#include "vasa/core/rng.h"
#include "vasa/head/landmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <utility>

namespace vasa::train {
namespace {

using head::Action;
using head::Part;
using head::Points;

/// Simplifies the triangles that a predicate picks and adds them to the mesh.
void add_part(const SourceHead& head,
              const std::vector<Points>& shapes,
              const std::vector<float>& importance,
              const std::function<bool(int)>& picks_triangle,
              const std::function<Part(const std::array<int, 3>&)>& part_of,
              int target_vertices,
              NewMesh& mesh) {
    std::map<int, int> local;
    SimplifyInput input;
    std::vector<int> global;
    for (std::size_t t = 0; t < head.triangles.size(); ++t) {
        if (!picks_triangle(static_cast<int>(t))) {
            continue;
        }
        std::array<int, 3> triangle{};
        for (int k = 0; k < 3; ++k) {
            const auto it = local.emplace(head.triangles[t][k], static_cast<int>(global.size()));
            if (it.second) {
                global.push_back(head.triangles[t][k]);
            }
            triangle[k] = it.first->second;
        }
        input.triangles.push_back(triangle);
    }
    for (const Points& shape : shapes) {
        Points p(global.size(), 3);
        for (std::size_t i = 0; i < global.size(); ++i) {
            p.row(static_cast<Eigen::Index>(i)) = shape.row(global[i]);
        }
        input.shapes.push_back(std::move(p));
    }
    for (int g : global) {
        input.importance.push_back(importance[g]);
        input.locked.push_back(0);
    }
    std::map<int, int> added;
    for (const auto& t : simplify(input, target_vertices)) {
        std::array<int, 3> triangle{};
        const std::array<int, 3> source = {global[t[0]], global[t[1]], global[t[2]]};
        const Part part = part_of(source);
        for (int k = 0; k < 3; ++k) {
            const auto it = added.emplace(source[k], static_cast<int>(mesh.vertices.size()));
            if (it.second) {
                mesh.vertices.push_back({source[k], part, Eigen::Vector3f::Zero()});
            }
            triangle[k] = it.first->second;
        }
        mesh.triangles.push_back(triangle);
        mesh.parts.push_back(part);
    }
}

std::vector<float> vertex_importance(const SourceHead& head, const SourceLandmarks& landmarks) {
    std::vector<int> centres(head::kInnerLips.begin(), head::kInnerLips.end());
    centres.insert(
        centres.end(),
        {head::kMouthRight, head::kMouthLeft, head::kOuterLipTop, head::kOuterLipBottom});
    for (const auto& edge : head::kLidEdges) {
        for (std::size_t i = 0; i < edge.size(); ++i) {
            if (i != 1 && i != 7) {  // next to a corner that is already included
                centres.push_back(edge[i]);
            }
        }
    }
    std::vector<float> importance(head.neutral.rows(), 1.0F);
    for (Eigen::Index v = 0; v < head.neutral.rows(); ++v) {
        float nearest = 1e9F;
        for (int c : centres) {
            nearest = std::min(
                nearest, (landmarks.point(head, head.neutral, c) - head.neutral.row(v)).norm());
        }
        const float z = head.neutral(v, 2), y = head.neutral(v, 1);
        if (nearest < 0.6F) {
            importance[v] = 40.0F;
        } else if (nearest < 1.2F) {
            importance[v] = 8.0F;
        } else if (z < 1.5F || y < -10.5F || y > 10.5F) {
            importance[v] = 0.05F;
        }
    }
    return importance;
}

}  // namespace

std::vector<Points> training_shapes(const SourceHead& head, std::uint64_t seed) {
    std::vector<Points> shapes = {head.neutral};
    const std::vector<std::vector<Action>> groups = {
        {Action::JawOpen},
        {Action::JawOpen, Action::MouthClose},
        {Action::EyeBlinkLeft, Action::EyeBlinkRight},
        {Action::MouthSmileLeft, Action::MouthSmileRight, Action::CheekSquintLeft},
        {Action::MouthPucker, Action::MouthFunnel},
        {Action::MouthRollLower, Action::MouthRollUpper},
        {Action::BrowDownLeft,
         Action::BrowDownRight,
         Action::NoseSneerLeft,
         Action::NoseSneerRight},
        {Action::EyeWideLeft, Action::EyeWideRight, Action::BrowInnerUp, Action::MouthUpperUpLeft},
        {Action::TongueOut, Action::JawOpen},
    };
    core::Rng rng(seed);
    for (const auto& group : groups) {
        head::Actions actions;
        for (Action a : group) {
            actions[a] = 1.0F;
        }
        shapes.push_back(head.shape(random_identity(rng, 60), actions));
    }
    for (int i = 0; i < 4; ++i) {
        shapes.push_back(head.shape(random_identity(rng, 100), random_actions(rng)));
    }
    return shapes;
}

NewMesh build_mesh(const SourceHead& head,
                   const SourceLandmarks& landmarks,
                   const HeadModelTrainOptions& options) {
    const std::vector<Points> shapes = training_shapes(head, options.seed);
    const std::vector<float> importance = vertex_importance(head, landmarks);
    std::vector<float> mouth_importance(importance.size());
    for (std::size_t v = 0; v < importance.size(); ++v) {
        const float z = head.neutral(static_cast<Eigen::Index>(v), 2);
        mouth_importance[v] = z > 9.3F ? 1.0F : (z > 8.0F ? 0.2F : 0.02F);  // front teeth are seen
    }
    NewMesh mesh;
    const auto in_range = [&](int t, int begin, int end) {
        const auto& v = head.triangles[t];
        return std::all_of(v.begin(), v.end(), [&](int k) { return k >= begin && k < end; });
    };
    const auto fixed = [](Part part) { return [part](const std::array<int, 3>&) { return part; }; };
    add_part(
        head,
        shapes,
        importance,
        [&](int t) {
            return head.materials[t] <= kBackHead && !in_range(t, kSocketBegin, kSocketsEnd);
        },
        fixed(Part::Skin),
        options.num_vertices_skin,
        mesh);
    add_part(
        head,
        shapes,
        importance,
        [&](int t) {
            return head.materials[t] == kBackHead && in_range(t, kSocketBegin, kEyeSocketBegin);
        },
        fixed(Part::MouthLining),
        options.num_vertices_lining,
        mesh);
    const Points& tongue = head.actions[static_cast<int>(Action::TongueOut)];
    const Points& jaw = head.actions[static_cast<int>(Action::JawOpen)];
    const auto is_tongue = [&](const std::array<int, 3>& t) {
        return std::any_of(t.begin(), t.end(), [&](int v) { return tongue.row(v).norm() > 1e-5F; });
    };
    add_part(
        head,
        shapes,
        mouth_importance,
        [&](int t) { return head.materials[t] == kGumsTongue && !is_tongue(head.triangles[t]); },
        fixed(Part::Gums),
        options.num_vertices_gums,
        mesh);
    add_part(
        head,
        shapes,
        importance,
        [&](int t) { return head.materials[t] == kGumsTongue && is_tongue(head.triangles[t]); },
        fixed(Part::Tongue),
        options.num_vertices_tongue,
        mesh);
    add_part(
        head,
        shapes,
        mouth_importance,
        [&](int t) { return head.materials[t] == kTeeth; },
        [&](const std::array<int, 3>& t) {
            return jaw.row(t[0]).norm() > 1.0F ? Part::TeethLower : Part::TeethUpper;
        },
        options.num_vertices_teeth,
        mesh);
    add_strip_in_teeth(head, Part::TeethUpper, mesh);
    add_strip_in_teeth(head, Part::TeethLower, mesh);
    add_eyeball(source_eye(head, true), Part::EyeLeft, mesh);
    add_eyeball(source_eye(head, false), Part::EyeRight, mesh);
    return mesh;
}

}  // namespace vasa::train
