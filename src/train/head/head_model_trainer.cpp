// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/head_model_trainer.h"

#include "head/mesh_builder.h"
#include "head/source_eye.h"
#include "head/source_head.h"
#include "head/source_landmarks.h"
#include "head/source_teeth.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/safetensors.h"
#include "vasa/head/landmarks.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/training_summary.h"
#include "vasa/models/upgrade_model.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Eigenvalues>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using head::Part;
using head::Points;

/// A field of the source (positions or displacements) on the new mesh.
Points transfer(const NewMesh& mesh,
                const Points& source,
                const SourceEye& left,
                const SourceEye& right,
                bool is_position) {
    const auto centre = [&](const SourceEye& eye) {
        Eigen::RowVector3f c = Eigen::RowVector3f::Zero();
        for (int v : eye.vertices) {
            c += source.row(v);
        }
        return Eigen::RowVector3f(c / static_cast<float>(eye.vertices.size()));
    };
    const Eigen::RowVector3f l = centre(left), r = centre(right);
    Points out(mesh.vertices.size(), 3);
    for (std::size_t i = 0; i < mesh.vertices.size(); ++i) {
        const NewVertex& v = mesh.vertices[i];
        if (v.source >= 0) {
            out.row(static_cast<Eigen::Index>(i)) = source.row(v.source);
        } else {
            out.row(static_cast<Eigen::Index>(i)) = v.part == Part::EyeLeft ? l : r;
        }
        if (is_position) {
            out.row(static_cast<Eigen::Index>(i)) += v.offset.transpose();
        }
    }
    return out;
}

/// Principal components of the source's identity space on the new mesh, with more weight on the
/// face. Only a rotation of the code space is applied, so standard normal codes of the source stay
/// standard normal.
Eigen::MatrixXf identity_rotation(const std::vector<Points>& identity, const Points& neutral) {
    const auto n = static_cast<Eigen::Index>(identity.size());
    Eigen::VectorXf weight(neutral.rows());
    for (Eigen::Index v = 0; v < neutral.rows(); ++v) {
        const bool face = neutral(v, 2) > 1.0F && neutral(v, 1) > -9.5F && neutral(v, 1) < 10.5F;
        weight(v) = face ? 1.0F : 0.1F;
    }
    Eigen::MatrixXf gram(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Points wi = weight.asDiagonal() * identity[i];
        for (Eigen::Index j = 0; j <= i; ++j) {
            gram(i, j) = gram(j, i) = wi.cwiseProduct(identity[j]).sum();
        }
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXf> solver(gram);
    return solver.eigenvectors().rowwise().reverse();  // [n, n], largest first
}

void append(std::vector<float>& out, const Points& p) {
    out.insert(out.end(), p.data(), p.data() + p.size());
}

/// The new mesh with the eyes of the source that its eyeballs belong to.
struct NewHead {
    NewMesh mesh;
    SourceEye left, right;
    Points neutral;  ///< cm

    Points transferred(const Points& source, bool is_position) const {
        return transfer(mesh, source, left, right, is_position);
    }
    std::int64_t num_vertices() const { return static_cast<std::int64_t>(mesh.vertices.size()); }
};

struct IdentityBasis {
    std::vector<float> values;       ///< [num_identity, V, 3] cm
    std::vector<float> eye_centres;  ///< [num_identity, 2, 3] cm, right eye first
};

IdentityBasis make_identity(const SourceHead& source, const NewHead& head, int num_identity) {
    std::vector<Points> identity;
    for (const Points& b : source.identity) {
        identity.push_back(head.transferred(b, false));
    }
    const Eigen::MatrixXf rotation = identity_rotation(identity, head.neutral);
    const auto eye_vertex = [&](Part part) {  // any vertex of an eye moves with its centre
        for (std::size_t i = 0; i < head.mesh.vertices.size(); ++i) {
            if (head.mesh.vertices[i].part == part) {
                return static_cast<Eigen::Index>(i);
            }
        }
        return Eigen::Index{0};
    };
    const Eigen::Index eye_index[2] = {eye_vertex(Part::EyeRight), eye_vertex(Part::EyeLeft)};
    IdentityBasis basis;
    for (int k = 0; k < num_identity; ++k) {
        Points b = Points::Zero(head.num_vertices(), 3);
        for (std::size_t i = 0; i < identity.size(); ++i) {
            b += rotation(static_cast<Eigen::Index>(i), k) * identity[i];
        }
        append(basis.values, b);
        for (Eigen::Index e : eye_index) {
            basis.eye_centres.insert(basis.eye_centres.end(), {b(e, 0), b(e, 1), b(e, 2)});
        }
    }
    return basis;
}

/// [kNumActions, V, 3] cm; eyeballs do not move with actions.
std::vector<float> make_actions(const SourceHead& source, const NewHead& head) {
    std::vector<float> values;
    for (int a = 0; a < head::kNumActions; ++a) {
        Points b = head.transferred(source.actions[a], false);
        for (Eigen::Index v = 0; v < b.rows(); ++v) {
            if (head.mesh.vertices[v].source < 0) {
                b.row(v).setZero();
            }
        }
        append(values, b);
    }
    return values;
}

/// [kNumTongueValues, V, 3] cm
std::vector<float> make_tongue(const SourceHead& source, const NewHead& head) {
    std::vector<float> values;
    for (const Points& place : source.tongue) {
        Points b = head.transferred(place, false);
        for (Eigen::Index v = 0; v < b.rows(); ++v) {
            if (head.mesh.vertices[static_cast<std::size_t>(v)].part != Part::Tongue) {
                b.row(v).setZero();
            }
        }
        append(values, b);
    }
    return values;
}

/// [2, 8]: centre, axis, distance of the pupil and radius of the iris, right eye first.
std::vector<float> make_eyeballs(const NewHead& head) {
    constexpr float kPupilDistance_cm = 1.585F, kIrisRadius_cm = 0.54F;
    std::vector<float> values;
    for (const SourceEye& e : {head.right, head.left}) {
        values.insert(values.end(),
                      {e.center.x(),
                       e.center.y(),
                       e.center.z(),
                       e.axis.x(),
                       e.axis.y(),
                       e.axis.z(),
                       kPupilDistance_cm,
                       kIrisRadius_cm});
    }
    return values;
}

void add_mesh(core::SafetensorsWriter& out, const NewHead& head) {
    const NewMesh& mesh = head.mesh;
    std::vector<float> vertices, neck;
    append(vertices, head.neutral);
    std::vector<std::uint8_t> vertex_part, triangle_part;
    for (std::size_t v = 0; v < mesh.vertices.size(); ++v) {
        const Part part = mesh.vertices[v].part;
        vertex_part.push_back(static_cast<std::uint8_t>(part));
        const auto row = static_cast<Eigen::Index>(v);
        neck.push_back(part == Part::Skin ? head::neck_weight(head.neutral.row(row)) : 1.0F);
    }
    for (Part p : mesh.parts) {
        triangle_part.push_back(static_cast<std::uint8_t>(p));
    }
    const auto num_triangles = static_cast<std::int64_t>(mesh.triangles.size());
    std::vector<int> flat;
    for (const auto& t : mesh.triangles) {
        flat.insert(flat.end(), t.begin(), t.end());
    }
    out.add_f32("vertices", {head.num_vertices(), 3}, vertices);
    out.add_i32("triangles", {num_triangles, 3}, flat);
    out.add_u8("triangle_part", {num_triangles}, triangle_part);
    out.add_u8("vertex_part", {head.num_vertices()}, vertex_part);
    out.add_f32("neck_weight", {head.num_vertices()}, neck);
}

void add_landmarks(core::SafetensorsWriter& out,
                   const SourceHead& source,
                   const SourceLandmarks& landmarks,
                   const NewHead& head,
                   std::uint64_t seed) {
    const std::vector<Points> source_shapes = training_shapes(source, seed);
    std::vector<Points> new_shapes;
    for (const Points& s : source_shapes) {
        new_shapes.push_back(head.transferred(s, true));
    }
    std::vector<int> triangle;
    std::vector<float> barycentric;
    embed_landmarks(source, landmarks, head.mesh, source_shapes, new_shapes, triangle, barycentric);
    constexpr int n = head::kNumMeshLandmarks;
    out.add_i32("landmark_triangle", {n}, triangle);
    out.add_f32("landmark_barycentric", {n, 3}, barycentric);
    out.add_f32("landmark_weight", {n}, {landmarks.weight.begin(), landmarks.weight.begin() + n});
    out.add_f32("landmark_sigma", {n}, {landmarks.sigma.begin(), landmarks.sigma.begin() + n});
}

}  // namespace

void HeadModelTrainOptions::check() const {
    const auto require = [](bool ok, const std::string& what) {
        if (!ok) {
            throw Error(ErrorKind::Usage, what);
        }
    };
    require(!source_model.empty(), "--source is required");
    require(!source_landmarks.empty(), "--landmarks is required");
    require(num_identity >= 10 && num_identity <= 100, "--identity must be within 10..100");
    require(num_vertices_skin >= 1000 && num_vertices_skin <= 12000,
            "--skin-vertices must be within 1000..12000");
}

void train_head_model(const HeadModelTrainOptions& options) {
    options.check();
    SourceHead source = SourceHead::load(options.source_model);
    if (options.num_identity > static_cast<int>(source.identity.size())) {
        throw Error(ErrorKind::Input,
                    "source head '" + options.source_model + "' has " +
                        std::to_string(source.identity.size()) +
                        " identity components, expected at least " +
                        std::to_string(options.num_identity));
    }
    const SourceLandmarks landmarks = load_source_landmarks(options.source_landmarks, source);
    scale_mouth_close(source, landmarks);
    place_teeth(source);
    NewHead head{build_mesh(source, landmarks, options),
                 source_eye(source, true),
                 source_eye(source, false),
                 {}};
    head.neutral = head.transferred(source.neutral, true);
    const IdentityBasis identity = make_identity(source, head, options.num_identity);

    core::SafetensorsWriter out;
    models::write_marker(out, models::FileKind::HeadModel);
    models::write_licence(out, models::kHeadModelLicence);
    models::TrainingSummary training;
    training.data = "ICT-FaceKit light";
    training.command = options.command;
    training.revision = options.revision;
    models::write_training(out, training);
    out.set_metadata("conventions", "centimetres, x to the image's right, y up, z to the viewer");
    add_mesh(out, head);
    out.add_f16("identity", {options.num_identity, head.num_vertices(), 3}, identity.values);
    out.add_f16("actions", {head::kNumActions, head.num_vertices(), 3}, make_actions(source, head));
    out.add_f16(
        "tongue", {head::kNumTongueValues, head.num_vertices(), 3}, make_tongue(source, head));
    out.add_f32("eyeballs", {2, 8}, make_eyeballs(head));
    out.add_f32("eye_center_identity", {options.num_identity, 2, 3}, identity.eye_centres);
    add_landmarks(out, source, landmarks, head, options.seed);
    out.save(options.out);
    core::log_info("head model: " + std::to_string(head.num_vertices()) + " vertices, " +
                   std::to_string(head.mesh.triangles.size()) + " triangles");
}

}  // namespace vasa::train
