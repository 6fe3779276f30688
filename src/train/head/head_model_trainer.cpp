// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/head_model_trainer.h"

#include "head/mesh_simplifier.h"
#include "head/source_head.h"
#include "head/surface_distance.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/safetensors.h"
#include "vasa/head/landmarks.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/training_summary.h"
#include "vasa/models/upgrade_model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using head::Action;
using head::Part;
using head::Points;

constexpr float kPi = 3.14159265F;

/// A vertex of the new mesh: a point of the source surface or beside it, or a point of an eyeball.
struct NewVertex {
    int source = -1;  ///< source vertex, or -1 for eyeballs
    Part part = Part::Skin;
    /// Relative to the source vertex; for eyeballs, to the centre of the eye.
    Eigen::Vector3f offset = Eigen::Vector3f::Zero();
};

struct NewMesh {
    std::vector<NewVertex> vertices;
    std::vector<std::array<int, 3>> triangles;
    std::vector<Part> parts;  ///< per triangle
};

struct Landmarks {
    std::vector<int> triangle;
    std::vector<float> barycentric, weight, sigma;

    Eigen::RowVector3f point(const SourceHead& head, const Points& shape, int i) const {
        const auto& t = head.triangles[triangle[i]];
        Eigen::RowVector3f p = Eigen::RowVector3f::Zero();
        for (int k = 0; k < 3; ++k) {
            p += barycentric[i * 3 + k] * shape.row(t[k]);
        }
        return p;
    }
};

Landmarks load_landmarks(const std::string& path, const SourceHead& head) {
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Input);
    Landmarks lm{file.ints("triangle", {head::kNumLandmarks}),
                 file.floats("barycentric", {head::kNumLandmarks, 3}),
                 file.floats("weight", {head::kNumLandmarks}),
                 file.floats("sigma", {head::kNumLandmarks})};
    for (int t : lm.triangle) {
        if (t < 0 || t >= static_cast<int>(head.triangles.size())) {
            throw Error(ErrorKind::Input,
                        "landmarks '" + path + "' name triangle " + std::to_string(t) +
                            ", the head has " + std::to_string(head.triangles.size()));
        }
    }
    return lm;
}

/// The shapes that the mesh is simplified for: the actions that bend the surface most, on several
/// people.
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
            p.row(i) = shape.row(global[i]);
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

struct SourceEye {
    Eigen::Vector3f center, axis;
    std::vector<int> vertices;
    float white_radius = 0;
};

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
        throw Error(ErrorKind::Input,
                    std::string("the source head's ") + (left ? "left" : "right") +
                        " eye has no white beside the pupil");
    }
    eye.white_radius = sum / static_cast<float>(count);
    return eye;
}

/// A ball with rings around the pupil's axis, denser over the iris; the back is left open.
void add_eyeball(const SourceEye& eye, Part part, NewMesh& mesh) {
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

std::vector<float> vertex_importance(const SourceHead& head, const Landmarks& lm) {
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
            nearest =
                std::min(nearest, (lm.point(head, head.neutral, c) - head.neutral.row(v)).norm());
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

/// Moves the upper teeth and their gums down. In smiles, the source shows gums where photos show
/// teeth. A shift of 1.5 mm agrees best with 21 portraits that smile with open lips.
void lower_upper_teeth(SourceHead& head) {
    constexpr float kDrop_cm = 0.15F, kMovesWithJaw_cm = 1.0F;
    const Points& tongue = head.actions[static_cast<int>(Action::TongueOut)];
    const Points& jaw = head.actions[static_cast<int>(Action::JawOpen)];
    std::vector<char> is_upper(static_cast<std::size_t>(head.neutral.rows()), 0);
    for (std::size_t t = 0; t < head.triangles.size(); ++t) {
        for (const int v : head.triangles[t]) {
            const bool is_mouth = head.materials[t] == kTeeth || head.materials[t] == kGumsTongue;
            is_upper[v] =
                is_mouth && jaw.row(v).norm() <= kMovesWithJaw_cm && tongue.row(v).norm() <= 1e-5F;
        }
    }
    for (Eigen::Index v = 0; v < head.neutral.rows(); ++v) {
        head.neutral(v, 1) -= is_upper[static_cast<std::size_t>(v)] != 0 ? kDrop_cm : 0.0F;
    }
}

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
        throw Error(ErrorKind::Input, "the source head has no row of teeth");
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

/// A curved strip of gum behind a row of teeth. The source's teeth have gaps. Without the strip,
/// the dark mouth would show through them, even in the middle of a portrait's own teeth if these
/// are placed differently.
/// @param part  upper or lower teeth
void add_strip_in_teeth(const SourceHead& head, Part part, NewMesh& mesh) {
    constexpr int kColumns = 24, kRows = 3;
    constexpr float kHalfWidth_cm = 2.3F, kFromEdge_cm = 0.25F, kHeight_cm = 1.1F;
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

NewMesh build_mesh(const SourceHead& head,
                   const Landmarks& lm,
                   const HeadModelTrainOptions& options) {
    const std::vector<Points> shapes = training_shapes(head, options.seed);
    const std::vector<float> importance = vertex_importance(head, lm);
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
        options.num_vertices_gums * 8 / 10,
        mesh);
    add_part(
        head,
        shapes,
        importance,
        [&](int t) { return head.materials[t] == kGumsTongue && is_tongue(head.triangles[t]); },
        fixed(Part::Tongue),
        options.num_vertices_gums * 2 / 10,
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

/// Finds for each landmark the point of the new skin that follows the source's landmark best over
/// all shapes, not only at rest (where closed lips touch).
void embed_landmarks(const SourceHead& head,
                     const Landmarks& lm,
                     const NewMesh& mesh,
                     const std::vector<Points>& source_shapes,
                     const std::vector<Points>& new_shapes,
                     std::vector<int>& triangle,
                     std::vector<float>& barycentric) {
    for (int i = 0; i < head::kNumMeshLandmarks; ++i) {
        double best = 1e30;
        int best_triangle = 0;
        std::array<float, 3> best_bary{};
        const Eigen::Vector3f p0 = lm.point(head, source_shapes[0], i).transpose();
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
                cost += (q - lm.point(head, source_shapes[s], i)).squaredNorm();
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

/// The source's mouthClose overshoots. Scales it so that at jawOpen = mouthClose = 1 the inner lips
/// meet as they do at rest.
void scale_mouth_close(SourceHead& head, const Landmarks& lm) {
    const auto gap = [&](const Points& shape) {
        float sum = 0;
        for (const auto& [upper, lower] : {std::pair<int, int>{13, 14}, {312, 317}, {82, 87}}) {
            sum += (lm.point(head, shape, upper) - lm.point(head, shape, lower)).y();
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
    const Landmarks lm = load_landmarks(options.source_landmarks, head);
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
