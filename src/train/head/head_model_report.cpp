// SPDX-License-Identifier: Apache-2.0
#include "head/source_head.h"
#include "head/surface_distance.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/head/landmarks.h"
#include "vasa/train/head_model_trainer.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>
#include <vector>

#include <Eigen/Geometry>

namespace vasa::train {
namespace {

using head::Action;
using head::HeadModel;
using head::Part;
using head::Points;

constexpr int kNumCandidates = 24;

/// Vertices of the source's face, which viewers look at.
std::vector<int> face_vertices(const SourceHead& source) {
    std::vector<char> is_face(source.neutral.rows(), 0);
    for (std::size_t t = 0; t < source.triangles.size(); ++t) {
        if (source.materials[t] == kFace) {
            for (int v : source.triangles[t]) {
                is_face[v] = 1;
            }
        }
    }
    std::vector<int> out;
    for (Eigen::Index v = 0; v < source.neutral.rows(); ++v) {
        if (is_face[v] && source.neutral(v, 2) > 2.0F && source.neutral(v, 1) > -10.0F) {
            out.push_back(static_cast<int>(v));
        }
    }
    return out;
}

/// The skin triangles nearest to each source vertex at rest.
std::vector<std::vector<int>> candidates(const HeadModel& model,
                                         const Points& source,
                                         const std::vector<int>& vertices) {
    std::vector<std::vector<int>> out(vertices.size());
    const Points& p = model.neutral();
    core::parallel_for(static_cast<int>(vertices.size()), [&](int i) {
        std::vector<std::pair<float, int>> nearest;
        for (int t = 0; t < model.num_triangles(); ++t) {
            if (model.triangle_parts()[t] != Part::Skin) {
                continue;
            }
            const auto& q = model.triangles()[t];
            const Eigen::RowVector3f c = (p.row(q[0]) + p.row(q[1]) + p.row(q[2])) / 3;
            nearest.emplace_back((c - source.row(vertices[i])).squaredNorm(), t);
        }
        const auto n = std::min<std::size_t>(kNumCandidates, nearest.size());
        std::partial_sort(nearest.begin(), nearest.begin() + static_cast<long>(n), nearest.end());
        for (std::size_t k = 0; k < n; ++k) {
            out[i].push_back(nearest[k].second);
        }
    });
    return out;
}

/// Source identity code -> model code by least squares on the neutral displacement.
Eigen::MatrixXf code_map(const HeadModel& model,
                         const SourceHead& source,
                         std::vector<int>& match) {
    // Model vertices that are source vertices, found by position at rest.
    std::vector<int> model_vertices;
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] != Part::Skin) {
            continue;
        }
        Eigen::Index nearest = 0;
        (source.neutral.rowwise() - model.neutral().row(v))
            .rowwise()
            .squaredNorm()
            .minCoeff(&nearest);
        model_vertices.push_back(v);
        match.push_back(static_cast<int>(nearest));
    }
    const auto stack = [&](const Points& p, const std::vector<int>& rows) {
        Eigen::VectorXf x(static_cast<Eigen::Index>(rows.size()) * 3);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            x.segment<3>(static_cast<Eigen::Index>(i) * 3) = p.row(rows[i]).transpose();
        }
        return x;
    };
    Eigen::MatrixXf a(static_cast<Eigen::Index>(match.size()) * 3, model.num_identity());
    for (int k = 0; k < model.num_identity(); ++k) {
        a.col(k) = stack(model.identity_basis()[k], model_vertices);
    }
    Eigen::MatrixXf b(a.rows(), static_cast<Eigen::Index>(source.identity.size()));
    for (std::size_t k = 0; k < source.identity.size(); ++k) {
        b.col(static_cast<Eigen::Index>(k)) = stack(source.identity[k], match);
    }
    return (a.transpose() * a).ldlt().solve(a.transpose() * b);
}

/// Landmarks of the upper lids' edges and those below them, except next to a corner.
std::vector<std::pair<int, int>> facing_lid_landmarks() {
    std::vector<std::pair<int, int>> pairs;
    for (int eye = 0; eye < 2; ++eye) {
        for (std::size_t k = 2; k + 2 < head::kUpperLidEdge[0].size(); ++k) {
            pairs.emplace_back(head::kUpperLidEdge[eye][k], head::kLowerLidEdge[eye][k]);
        }
    }
    return pairs;
}

/// Landmarks of the upper lip's inner edge and those below them.
std::vector<std::pair<int, int>> facing_lip_landmarks() {
    std::vector<std::pair<int, int>> pairs;
    constexpr std::size_t kCount = head::kInnerLips.size();
    for (std::size_t k = 1; k < kCount / 2; ++k) {
        pairs.emplace_back(head::kInnerLips[k], head::kInnerLips[kCount - k]);
    }
    return pairs;
}

}  // namespace

HeadModelReport measure_head_model(const std::string& model_path,
                                   const std::string& source_model,
                                   int num_samples,
                                   std::uint64_t seed) {
    const HeadModel model = HeadModel::load(model_path);
    const SourceHead source = SourceHead::load(source_model);
    const std::vector<int> vertices = face_vertices(source);
    if (vertices.empty()) {
        throw core::Error(core::ErrorKind::Input,
                          "source head '" + source_model + "' has no face to measure against");
    }
    const auto near = candidates(model, source.neutral, vertices);
    std::vector<int> match;
    const Eigen::MatrixXf map = code_map(model, source, match);

    HeadModelReport report;
    report.num_vertices = model.num_vertices();
    report.num_identity = model.num_identity();
    std::mutex mutex;
    std::vector<float> distances;
    const auto lids = facing_lid_landmarks(), lips = facing_lip_landmarks();
    core::parallel_for(num_samples, [&](int s) {
        core::Rng rng = core::Rng(seed).fork(static_cast<std::uint64_t>(s));
        const std::vector<float> code =
            random_identity(rng, static_cast<int>(source.identity.size()));
        const head::Actions actions = random_actions(rng);
        const Eigen::VectorXf mapped =
            map *
            Eigen::Map<const Eigen::VectorXf>(code.data(), static_cast<Eigen::Index>(code.size()));
        const std::vector<float> own(mapped.data(), mapped.data() + mapped.size());
        const head::Person person = model.person(own);
        Points animated;
        model.animate(person, actions, animated);
        const Points truth = source.shape(code, actions);
        std::vector<float> local;
        for (std::size_t i = 0; i < vertices.size(); ++i) {
            float best = 1e9F;
            for (int t : near[i]) {
                const auto& q = model.triangles()[t];
                best = std::min(best,
                                closest_point(truth.row(vertices[i]),
                                              animated.row(q[0]),
                                              animated.row(q[1]),
                                              animated.row(q[2]))
                                    .distance);
            }
            local.push_back(best * 10);
        }
        float lid_gap = 0, crossing = 0;
        head::Actions blink;
        blink[Action::EyeBlinkLeft] = blink[Action::EyeBlinkRight] = 1;
        Points closed;
        model.animate(person, blink, closed);
        for (const auto& [upper, lower] : lids) {
            lid_gap = std::max(
                lid_gap, (model.landmark(closed, upper) - model.landmark(closed, lower)).y() * 10);
        }
        for (float jaw : {0.25F, 0.5F, 1.0F}) {
            head::Actions shut;
            shut[Action::JawOpen] = shut[Action::MouthClose] = jaw;
            model.animate(person, shut, closed);
            for (const auto& lip : lips) {
                const int upper = lip.first, lower = lip.second;
                const auto overlap = [&](const Points& p) {
                    return (model.landmark(p, lower) - model.landmark(p, upper)).y() * 10;
                };
                crossing =
                    std::max(crossing, overlap(closed) - std::max(0.0F, overlap(person.rest)));
            }
        }
        const std::lock_guard<std::mutex> lock(mutex);
        distances.insert(distances.end(), local.begin(), local.end());
        report.lid_gap_mm = std::max(report.lid_gap_mm, static_cast<double>(lid_gap));
        report.lip_crossing_mm = std::max(report.lip_crossing_mm, static_cast<double>(crossing));
    });
    double sum = 0;
    for (float d : distances) {
        sum += d;
    }
    report.face_mean_mm = sum / static_cast<double>(std::max<std::size_t>(1, distances.size()));
    const auto p99 = distances.begin() + static_cast<long>(distances.size() * 99 / 100);
    std::nth_element(distances.begin(), p99, distances.end());
    report.face_p99_mm = *p99;
    return report;
}

}  // namespace vasa::train
