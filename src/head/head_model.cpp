// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/head_model.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/core/smoothstep.h"
#include "vasa/head/landmarks.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/upgrade_model.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

namespace vasa::head {
namespace {

using core::Error;
using core::ErrorKind;
using core::SafetensorsFile;

[[noreturn]] void damaged(const SafetensorsFile& file, const std::string& why) {
    throw Error(ErrorKind::Model,
                "head model '" + file.name() + "' is damaged: " + why,
                "run 'vasa train head-model' or restore models/head_model.safetensors");
}

Points to_points(const float* values, Eigen::Index rows) {
    return Eigen::Map<const Points>(values, rows, 3);
}

/// Values of a floating-point tensor, which must be finite.
std::vector<float> finite_floats(const SafetensorsFile& file,
                                 const std::string& name,
                                 const std::vector<std::int64_t>& shape) {
    const core::DType dtype = file.tensor(name, shape).dtype;
    if (dtype != core::DType::F32 && dtype != core::DType::F16) {
        damaged(file, "tensor '" + name + "' is not f32 or f16");
    }
    std::vector<float> values = file.floats(name, shape);
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
        damaged(file, "tensor '" + name + "' contains values that are not finite");
    }
    return values;
}

std::vector<Points> load_basis(const SafetensorsFile& file,
                               const std::string& name,
                               std::int64_t count,
                               std::int64_t rows) {
    const std::vector<float> values = finite_floats(file, name, {count, rows, 3});
    const auto n = static_cast<std::int64_t>(values.size()) / (rows * 3);
    std::vector<Points> basis;
    basis.reserve(n);
    for (std::int64_t i = 0; i < n; ++i) {
        basis.push_back(to_points(values.data() + i * rows * 3, rows));
    }
    return basis;
}

std::vector<Part> load_parts(const SafetensorsFile& file, const std::string& name, int count) {
    std::vector<Part> parts;
    for (std::uint8_t p : file.bytes(name, {count})) {
        if (p >= kNumParts) {
            damaged(file, "tensor '" + name + "' names part " + std::to_string(p));
        }
        parts.push_back(static_cast<Part>(p));
    }
    return parts;
}

}  // namespace

float neck_weight(const Eigen::RowVector3f& point_cm) {
    constexpr float kTop_cm = -7.0F, kBottom_cm = -16.0F;
    return core::smoothstep(kBottom_cm, kTop_cm, point_cm.y());
}

Eigen::Matrix3f gaze_rotation(Gaze gaze) {
    return (Eigen::AngleAxisf(gaze.yaw_rad, Eigen::Vector3f::UnitY()) *
            Eigen::AngleAxisf(-gaze.pitch_rad, Eigen::Vector3f::UnitX()))
        .toRotationMatrix();
}

void vertex_normals(const Points& vertices,
                    const std::vector<std::array<int, 3>>& triangles,
                    Points& out) {
    out.setZero(vertices.rows(), 3);
    for (const auto& t : triangles) {
        const Eigen::RowVector3f a = vertices.row(t[0]);
        const Eigen::RowVector3f n =
            (vertices.row(t[1]) - a).cross(Eigen::RowVector3f(vertices.row(t[2]) - a));
        for (int k : t) {
            out.row(k) += n;
        }
    }
    for (Eigen::Index i = 0; i < out.rows(); ++i) {
        out.row(i) /= std::max(out.row(i).norm(), 1e-12F);
    }
}

HeadModel HeadModel::load(const std::string& path) {
    const SafetensorsFile file = SafetensorsFile::load(path, ErrorKind::Model);
    models::check_marker(file, models::FileKind::HeadModel);
    HeadModel m;
    const std::vector<float> neutral = finite_floats(file, "vertices", {-1, 3});
    const auto num_vertices = static_cast<std::int64_t>(neutral.size() / 3);
    m.neutral_ = to_points(neutral.data(), num_vertices);
    const std::vector<int> triangles = file.ints("triangles", {-1, 3});
    for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
        for (int k = 0; k < 3; ++k) {
            if (triangles[i + k] < 0 || triangles[i + k] >= num_vertices) {
                damaged(file,
                        "triangle " + std::to_string(i / 3) + " names vertex " +
                            std::to_string(triangles[i + k]));
            }
        }
        m.triangles_.push_back({triangles[i], triangles[i + 1], triangles[i + 2]});
    }
    m.triangle_parts_ = load_parts(file, "triangle_part", m.num_triangles());
    m.vertex_parts_ = load_parts(file, "vertex_part", m.num_vertices());
    m.neck_weights_ = finite_floats(file, "neck_weight", {num_vertices});
    m.identity_ = load_basis(file, "identity", -1, num_vertices);
    if (m.num_identity() > kMaxIdentity) {
        damaged(file, "more than " + std::to_string(kMaxIdentity) + " identity components");
    }
    m.actions_ = load_basis(file, "actions", kNumActions, num_vertices);
    m.tongue_ = load_basis(file, "tongue", kNumTongueValues, num_vertices);
    for (int v = 0; v < m.num_vertices(); ++v) {
        if (std::any_of(m.tongue_.begin(), m.tongue_.end(), [&](const Points& basis) {
                return !basis.row(v).isZero(0.0F);
            })) {
            m.tongue_vertices_.push_back(v);
        }
    }
    const std::vector<int> lm_triangle = file.ints("landmark_triangle", {kNumMeshLandmarks});
    const std::vector<float> lm_bary =
        finite_floats(file, "landmark_barycentric", {kNumMeshLandmarks, 3});
    for (int i = 0; i < kNumMeshLandmarks; ++i) {
        if (lm_triangle[i] < 0 || lm_triangle[i] >= m.num_triangles()) {
            damaged(file, "landmark " + std::to_string(i) + " names a triangle that is not there");
        }
        m.landmarks_.push_back(
            {lm_triangle[i], {lm_bary[i * 3], lm_bary[i * 3 + 1], lm_bary[i * 3 + 2]}});
    }
    m.landmark_weights_ = finite_floats(file, "landmark_weight", {kNumMeshLandmarks});
    m.landmark_sigmas_ = finite_floats(file, "landmark_sigma", {kNumMeshLandmarks});
    const std::vector<float> eyes = finite_floats(file, "eyeballs", {2, 8});
    const std::vector<float> eye_id =
        finite_floats(file, "eye_center_identity", {m.num_identity(), 2, 3});
    for (int e = 0; e < 2; ++e) {
        const float* p = eyes.data() + e * 8;
        m.neutral_eyes_[e] = {Eigen::Vector3f(p[0], p[1], p[2]),
                              Eigen::Vector3f(p[3], p[4], p[5]).normalized(),
                              p[6],
                              p[7]};
        for (int i = 0; i < m.num_identity(); ++i) {
            const float* q = eye_id.data() + (i * 2 + e) * 3;
            m.eye_center_identity_[e].emplace_back(q[0], q[1], q[2]);
        }
    }
    for (const Points& basis : m.actions_) {
        std::vector<int> moved;
        for (int v = 0; v < m.num_vertices(); ++v) {
            if (basis.row(v).squaredNorm() > 1e-8F) {
                moved.push_back(v);
            }
        }
        m.moved_vertices_.push_back(std::move(moved));
    }
    m.hash_ = models::head_model_hash(file);
    return m;
}

Points HeadModel::shape(const std::vector<float>& identity) const {
    Points rest = neutral_;
    const std::size_t n = std::min(identity.size(), identity_.size());
    for (std::size_t i = 0; i < n; ++i) {
        rest.noalias() += identity[i] * identity_[i];
    }
    return rest;
}

std::array<Eyeball, 2> HeadModel::eyeballs(const std::vector<float>& identity) const {
    std::array<Eyeball, 2> eyes = neutral_eyes_;
    for (int e = 0; e < 2; ++e) {
        const std::size_t n = std::min(identity.size(), eye_center_identity_[e].size());
        for (std::size_t i = 0; i < n; ++i) {
            eyes[e].center_cm += identity[i] * eye_center_identity_[e][i];
        }
    }
    return eyes;
}

Eigen::RowVector3f HeadModel::landmark(const Points& vertices, int index) const {
    const SurfacePoint& s = landmarks_[index];
    const auto& t = triangles_[s.triangle];
    return s.barycentric[0] * vertices.row(t[0]) + s.barycentric[1] * vertices.row(t[1]) +
           s.barycentric[2] * vertices.row(t[2]);
}

Person HeadModel::person(const std::vector<float>& identity) const {
    constexpr float kReach_cm = 0.55F;
    Person p;
    p.rest = shape(identity);
    p.eyes = eyeballs(identity);
    for (int eye = 0; eye < 2; ++eye) {
        const Action blink = eye == 0 ? Action::EyeBlinkRight : Action::EyeBlinkLeft;
        const Points& basis = actions_[static_cast<int>(blink)];
        const std::vector<int>& moved = moved_vertices_[static_cast<int>(blink)];
        Points closed = p.rest;
        float strongest = 1e-6F;
        for (int v : moved) {
            closed.row(v) += basis.row(v);
            strongest = std::max(strongest, basis.row(v).norm());
        }
        p.blink_vertices[eye] = moved;
        p.blink_correction[eye] = Points::Zero(static_cast<Eigen::Index>(moved.size()), 3);
        for (std::size_t i = 0; i < moved.size(); ++i) {
            // A blink moves mainly the upper lid, so only this lid is corrected.
            const Eigen::RowVector3f b = basis.row(moved[i]);
            const float share = std::clamp(-b.y() / (0.25F * strongest), 0.0F, 1.0F);
            Eigen::RowVector3f sum = Eigen::RowVector3f::Zero();
            float weight = 0;
            constexpr int kLast = static_cast<int>(kUpperLidEdge[0].size()) - 1;
            for (int k = 1; k < kLast; ++k) {  // from the outer corner, both corners excluded
                const int place = eye == 0 ? k : kLast - k;
                const int upper = kUpperLidEdge[eye][place], lower = kLowerLidEdge[eye][place];
                const Eigen::RowVector3f u = landmark(closed, upper);
                const float d = (closed.row(moved[i]) - u).norm() / kReach_cm;
                const float w = std::exp(-d * d);
                sum += w * (landmark(closed, lower) - u);
                weight += w;
            }
            if (weight > 1e-6F) {
                const float near = std::min(1.0F, 2.5F * weight);
                Eigen::RowVector3f c = share * near * sum / weight;
                c.z() *= 0.5F;
                p.blink_correction[eye].row(static_cast<Eigen::Index>(i)) = c;
            }
        }
    }
    return p;
}

void HeadModel::animate(const Person& person,
                        const Actions& actions,
                        const Tongue& tongue,
                        Points& out) const {
    out = person.rest;
    for (int a = 0; a < kNumActions; ++a) {
        const float w = actions.values[a];
        if (w == 0.0F) {
            continue;
        }
        const Points& basis = actions_[a];
        for (int v : moved_vertices_[a]) {
            out.row(v) += w * basis.row(v);
        }
    }
    for (int k = 0; k < kNumTongueValues; ++k) {
        const float w = tongue.*kTongueMembers[k];
        for (std::size_t i = 0; w != 0.0F && i < tongue_vertices_.size(); ++i) {
            const int v = tongue_vertices_[i];
            out.row(v) += w * tongue_[k].row(v);
        }
    }
    for (int eye = 0; eye < 2; ++eye) {
        const float blink = actions[eye == 0 ? Action::EyeBlinkRight : Action::EyeBlinkLeft];
        for (std::size_t i = 0; blink > 0 && i < person.blink_vertices[eye].size(); ++i) {
            out.row(person.blink_vertices[eye][i]) +=
                blink * blink * person.blink_correction[eye].row(static_cast<Eigen::Index>(i));
        }
    }
    const Eigen::Matrix3f right = gaze_rotation(right_gaze(actions));
    const Eigen::Matrix3f left = gaze_rotation(left_gaze(actions));
    for (int v = 0; v < num_vertices(); ++v) {
        if (!is_eye_part(vertex_parts_[v])) {
            continue;
        }
        const bool is_left = vertex_parts_[v] == Part::EyeLeft;
        const Eigen::Vector3f c = person.eyes[is_left ? 1 : 0].center_cm;
        const Eigen::Vector3f d = out.row(v).transpose() - c;
        out.row(v) = (c + (is_left ? left : right) * d).transpose();
    }
}

}  // namespace vasa::head
