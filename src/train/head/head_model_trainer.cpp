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
            out.row(i) = source.row(v.source);
        } else {
            out.row(i) = v.part == Part::EyeLeft ? l : r;
        }
        if (is_position) {
            out.row(i) += v.offset.transpose();
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
    SourceHead head = SourceHead::load(options.source_model);
    if (options.num_identity > static_cast<int>(head.identity.size())) {
        throw Error(ErrorKind::Input,
                    "source head '" + options.source_model + "' has " +
                        std::to_string(head.identity.size()) +
                        " identity components, expected at least " +
                        std::to_string(options.num_identity));
    }
    const SourceLandmarks lm = load_source_landmarks(options.source_landmarks, head);
    scale_mouth_close(head, lm);
    lower_upper_teeth(head);
    const NewMesh mesh = build_mesh(head, lm, options);
    const SourceEye left = source_eye(head, true), right = source_eye(head, false);
    const Points neutral = transfer(mesh, head.neutral, left, right, true);

    std::vector<Points> identity;
    for (const Points& b : head.identity) {
        identity.push_back(transfer(mesh, b, left, right, false));
    }
    const Eigen::MatrixXf rotation = identity_rotation(identity, neutral);
    const auto rows = static_cast<std::int64_t>(mesh.vertices.size());
    std::vector<float> identity_values, eye_identity, action_values, vertex_values, neck;
    append(vertex_values, neutral);
    const auto eye_vertex = [&](Part part) {  // any vertex of an eye moves with its centre
        for (std::size_t i = 0; i < mesh.vertices.size(); ++i) {
            if (mesh.vertices[i].part == part) {
                return static_cast<Eigen::Index>(i);
            }
        }
        return Eigen::Index{0};
    };
    const Eigen::Index eye_index[2] = {eye_vertex(Part::EyeRight), eye_vertex(Part::EyeLeft)};
    for (int k = 0; k < options.num_identity; ++k) {
        Points b = Points::Zero(rows, 3);
        for (std::size_t i = 0; i < identity.size(); ++i) {
            b += rotation(static_cast<Eigen::Index>(i), k) * identity[i];
        }
        append(identity_values, b);
        for (Eigen::Index e : eye_index) {
            eye_identity.insert(eye_identity.end(), {b(e, 0), b(e, 1), b(e, 2)});
        }
    }
    for (int a = 0; a < head::kNumActions; ++a) {
        Points b = transfer(mesh, head.actions[a], left, right, false);
        for (Eigen::Index v = 0; v < b.rows(); ++v) {
            if (mesh.vertices[v].source < 0) {
                b.row(v).setZero();
            }
        }
        append(action_values, b);
    }
    std::vector<std::uint8_t> vertex_part, triangle_part;
    for (const NewVertex& v : mesh.vertices) {
        vertex_part.push_back(static_cast<std::uint8_t>(v.part));
    }
    for (Part p : mesh.parts) {
        triangle_part.push_back(static_cast<std::uint8_t>(p));
    }
    for (Eigen::Index v = 0; v < rows; ++v) {
        const bool skin = mesh.vertices[v].part == Part::Skin;
        neck.push_back(skin ? head::neck_weight(neutral.row(v)) : 1.0F);
    }
    const std::vector<Points> source_shapes = training_shapes(head, options.seed);
    std::vector<Points> new_shapes;
    for (const Points& s : source_shapes) {
        new_shapes.push_back(transfer(mesh, s, left, right, true));
    }
    std::vector<int> lm_triangle;
    std::vector<float> lm_bary;
    embed_landmarks(head, lm, mesh, source_shapes, new_shapes, lm_triangle, lm_bary);
    std::vector<float> eyes;
    for (const SourceEye& e : {right, left}) {
        eyes.insert(eyes.end(),
                    {e.center.x(),
                     e.center.y(),
                     e.center.z(),
                     e.axis.x(),
                     e.axis.y(),
                     e.axis.z(),
                     1.585F,
                     0.54F});
    }

    core::SafetensorsWriter out;
    models::write_marker(out, models::FileKind::HeadModel);
    models::write_licence(out, models::kHeadModelLicence);
    models::TrainingSummary training;
    training.data = "ICT-FaceKit light";
    training.command = options.command;
    training.revision = options.revision;
    models::write_training(out, training);
    out.set_metadata("conventions", "centimetres, x to the image's right, y up, z to the viewer");
    const auto num_triangles = static_cast<std::int64_t>(mesh.triangles.size());
    std::vector<int> flat;
    for (const auto& t : mesh.triangles) {
        flat.insert(flat.end(), t.begin(), t.end());
    }
    out.add_f32("vertices", {rows, 3}, vertex_values);
    out.add_i32("triangles", {num_triangles, 3}, flat);
    out.add_u8("triangle_part", {num_triangles}, triangle_part);
    out.add_u8("vertex_part", {rows}, vertex_part);
    out.add_f32("neck_weight", {rows}, neck);
    out.add_f16("identity", {options.num_identity, rows, 3}, identity_values);
    out.add_f16("actions", {head::kNumActions, rows, 3}, action_values);
    out.add_f32("eyeballs", {2, 8}, eyes);
    out.add_f32("eye_center_identity", {options.num_identity, 2, 3}, eye_identity);
    out.add_i32("landmark_triangle", {head::kNumMeshLandmarks}, lm_triangle);
    out.add_f32("landmark_barycentric", {head::kNumMeshLandmarks, 3}, lm_bary);
    out.add_f32("landmark_weight",
                {head::kNumMeshLandmarks},
                {lm.weight.begin(), lm.weight.begin() + head::kNumMeshLandmarks});
    out.add_f32("landmark_sigma",
                {head::kNumMeshLandmarks},
                {lm.sigma.begin(), lm.sigma.begin() + head::kNumMeshLandmarks});
    out.save(options.out);
    core::log_info("head model: " + std::to_string(rows) + " vertices, " +
                   std::to_string(num_triangles) + " triangles");
}

}  // namespace vasa::train
