// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/landmark_fit.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include <Eigen/Cholesky>
#include <Eigen/Geometry>
#include <ceres/ceres.h>

namespace vasa::head {
namespace {

constexpr int kNumMesh = 468;
constexpr double kIdentityLimit = 4.0;
using core::Error;
using core::ErrorKind;
using core::Vec2f;
using LandmarkArray = std::array<Vec2f, kNumFitLandmarks>;

double eye_distance(const LandmarkArray& lm) {
    return std::hypot(lm[33].x - lm[263].x, lm[33].y - lm[263].y);
}

/// Rotation and its derivatives by yaw, pitch and roll.
struct RotationJet {
    Eigen::Matrix3d value, by_angle[3];
};

RotationJet rotation_jet(const double* angles) {
    const auto axis = [](int k, double a, bool derivative) {
        Eigen::Matrix3d m = Eigen::Matrix3d::Zero();
        const int i = (k + 1) % 3, j = (k + 2) % 3;
        const double c = derivative ? -std::sin(a) : std::cos(a);
        const double s = derivative ? std::cos(a) : std::sin(a);
        m(k, k) = derivative ? 0 : 1;
        m(i, i) = m(j, j) = c;
        m(i, j) = -s;
        m(j, i) = s;
        return m;
    };
    const Eigen::Matrix3d y = axis(1, angles[0], false), x = axis(0, -angles[1], false),
                          z = axis(2, -angles[2], false);
    RotationJet jet;
    jet.value = y * x * z;
    jet.by_angle[0] = axis(1, angles[0], true) * x * z;
    jet.by_angle[1] = -(y * axis(0, -angles[1], true) * z);
    jet.by_angle[2] = -(y * x * axis(2, -angles[2], true));
    return jet;
}

/// The model reduced to the landmark points, in double precision.
struct SparseModel {
    std::vector<int> free_actions;
    int num_identity = 0;  ///< 0 where the person is known
    Points rest;           ///< the whole head without free parameters
    /// Per landmark: rest position without free parameters, and its basis [3, identity + actions].
    std::vector<Eigen::Vector3d> base;
    std::vector<Eigen::Matrix<double, 3, Eigen::Dynamic>> basis;
};

Eigen::Vector3d at(const HeadModel& model, const Points& points, int landmark) {
    return model.landmark(points, landmark).transpose().cast<double>();
}

bool is_gaze(int action) {
    return action_name(static_cast<Action>(action)).substr(0, 7) == "eyeLook";
}

/// @param held  identity that is not fitted; null = num_identity components are
SparseModel make_sparse(const HeadModel& model, int num_identity, const std::vector<float>* held) {
    SparseModel sparse;
    sparse.num_identity = held != nullptr ? 0 : std::min(num_identity, model.num_identity());
    sparse.rest = held != nullptr ? model.shape(*held) : model.neutral();
    for (int a = 0; a < kNumActions; ++a) {
        if (!is_gaze(a) && static_cast<Action>(a) != Action::TongueOut) {
            sparse.free_actions.push_back(a);
        }
    }
    const auto columns = sparse.num_identity + static_cast<int>(sparse.free_actions.size());
    for (int i = 0; i < kNumMesh; ++i) {
        sparse.base.push_back(at(model, sparse.rest, i));
        Eigen::Matrix<double, 3, Eigen::Dynamic> b(3, columns);
        for (int k = 0; k < sparse.num_identity; ++k) {
            b.col(k) = at(model, model.identity_basis()[k], i);
        }
        for (std::size_t k = 0; k < sparse.free_actions.size(); ++k) {
            b.col(sparse.num_identity + static_cast<int>(k)) =
                at(model, model.action_basis()[sparse.free_actions[k]], i);
        }
        sparse.basis.push_back(std::move(b));
    }
    return sparse;
}

/// Lid offsets of the held gaze actions, added to the landmarks' base positions.
void add_held_gaze(const HeadModel& model, const Actions& actions, SparseModel& sparse) {
    for (int i = 0; i < kNumMesh; ++i) {
        sparse.base[i] = at(model, sparse.rest, i);
        for (int a = 0; a < kNumActions; ++a) {
            if (is_gaze(a) && actions.values[a] != 0) {
                sparse.base[i] += actions.values[a] * at(model, model.action_basis()[a], i);
            }
        }
    }
}

/// Projection of one landmark against its measured place, two residuals. Blocks: pose, actions, and
/// identity where it is fitted.
class LandmarkCost : public ceres::CostFunction {
  public:
    LandmarkCost(const SparseModel& sparse,
                 int landmark,
                 const Camera& camera,
                 Vec2f measured,
                 double weight)
        : sparse_(sparse),
          landmark_(landmark),
          camera_(camera),
          measured_(measured),
          weight_(weight) {
        set_num_residuals(2);
        *mutable_parameter_block_sizes() = {6, static_cast<int>(sparse.free_actions.size())};
        if (sparse.num_identity > 0) {
            mutable_parameter_block_sizes()->push_back(sparse.num_identity);
        }
    }

    bool Evaluate(double const* const* parameters,
                  double* residuals,
                  double** jacobians) const override {
        const double* pose = parameters[0];
        const auto& basis = sparse_.basis[landmark_];
        const int n = sparse_.num_identity, m = static_cast<int>(sparse_.free_actions.size());
        Eigen::Vector3d v =
            sparse_.base[landmark_] +
            basis.rightCols(m) * Eigen::Map<const Eigen::VectorXd>(parameters[1], m);
        if (n > 0) {
            v += basis.leftCols(n) * Eigen::Map<const Eigen::VectorXd>(parameters[2], n);
        }
        const RotationJet r = rotation_jet(pose);
        const Eigen::Vector3d c = r.value * v + Eigen::Vector3d(pose[3], pose[4], pose[5]);
        if (c.z() > -1.0) {
            return false;  // behind the camera
        }
        const double f = camera_.focal_px, iz = -1.0 / c.z(), half = camera_.size_px / 2.0;
        residuals[0] = (half + f * c.x() * iz - measured_.x) * weight_;
        residuals[1] = (half - f * c.y() * iz - measured_.y) * weight_;
        if (jacobians == nullptr) {
            return true;
        }
        Eigen::Matrix<double, 2, 3> d;
        d << f * iz, 0, f * c.x() * iz * iz, 0, -f * iz, -f * c.y() * iz * iz;
        d *= weight_;
        using RowMajor = Eigen::Matrix<double, 2, Eigen::Dynamic, Eigen::RowMajor>;
        if (jacobians[0] != nullptr) {
            Eigen::Map<Eigen::Matrix<double, 2, 6, Eigen::RowMajor>> j(jacobians[0]);
            for (int k = 0; k < 3; ++k) {
                j.col(k) = d * (r.by_angle[k] * v);
            }
            j.rightCols<3>() = d;
        }
        const Eigen::Matrix<double, 2, 3> dr = d * r.value;
        if (jacobians[1] != nullptr) {
            Eigen::Map<RowMajor>(jacobians[1], 2, m) = dr * basis.rightCols(m);
        }
        if (n > 0 && jacobians[2] != nullptr) {
            Eigen::Map<RowMajor>(jacobians[2], 2, n) = dr * basis.leftCols(n);
        }
        return true;
    }

  private:
    const SparseModel& sparse_;
    int landmark_;
    Camera camera_;
    Vec2f measured_;
    double weight_;
};

/// residual = matrix · (x - centre)
class LinearPrior : public ceres::CostFunction {
  public:
    LinearPrior(Eigen::MatrixXd matrix, Eigen::VectorXd centre)
        : matrix_(std::move(matrix)), centre_(std::move(centre)) {
        set_num_residuals(static_cast<int>(matrix_.rows()));
        mutable_parameter_block_sizes()->push_back(static_cast<int>(matrix_.cols()));
    }
    bool Evaluate(double const* const* parameters,
                  double* residuals,
                  double** jacobians) const override {
        const Eigen::Map<const Eigen::VectorXd> x(parameters[0], matrix_.cols());
        Eigen::Map<Eigen::VectorXd>(residuals, matrix_.rows()) = matrix_ * (x - centre_);
        if (jacobians != nullptr && jacobians[0] != nullptr) {
            Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
                jacobians[0], matrix_.rows(), matrix_.cols()) = matrix_;
        }
        return true;
    }

  private:
    Eigen::MatrixXd matrix_;
    Eigen::VectorXd centre_;
};

/// Square root of the action prior: diagonal, plus 0.95 of the geometric mean for opposed pairs.
Eigen::MatrixXd action_prior(const std::vector<int>& free_actions, const LandmarkFitOptions& o) {
    const auto m = static_cast<Eigen::Index>(free_actions.size());
    Eigen::VectorXd prior(m);
    for (Eigen::Index k = 0; k < m; ++k) {
        const std::string name(action_name(static_cast<Action>(free_actions[k])));
        prior(k) = o.action_prior;
        if (name == "cheekPuff") {
            prior(k) = o.weak_action_prior;
        } else if (name == "jawOpen") {
            prior(k) = o.jaw_prior;
        } else if (name.rfind("mouthLowerDown", 0) == 0 || name.rfind("mouthUpperUp", 0) == 0) {
            prior(k) = o.lip_prior;
        }
    }
    Eigen::MatrixXd q = prior.cwiseAbs2().asDiagonal();
    const auto index = [&](const std::string& name) -> Eigen::Index {
        const auto action = find_action(name);
        const auto it =
            std::find(free_actions.begin(), free_actions.end(), static_cast<int>(*action));
        return it - free_actions.begin();
    };
    const auto oppose = [&](const std::string& a, const std::string& b) {
        const Eigen::Index i = index(a), j = index(b);
        q(i, j) = q(j, i) = 0.95 * prior(i) * prior(j);
    };
    oppose("mouthLeft", "mouthRight");
    oppose("jawLeft", "jawRight");
    for (const std::string side : {"Left", "Right"}) {
        oppose("eyeBlink" + side, "eyeWide" + side);
        oppose("mouthSmile" + side, "mouthFrown" + side);
        oppose("browDown" + side, "browOuterUp" + side);
    }
    return q.llt().matrixU();
}

/// Start by a similarity between the rest landmarks and the measured ones.
Pose initial_pose(const SparseModel& sparse, const Camera& camera, const LandmarkArray& lm) {
    Eigen::Vector2d model_mean = Eigen::Vector2d::Zero(), image_mean = Eigen::Vector2d::Zero();
    int count = 0;
    for (int i = 0; i < kNumMesh; ++i) {
        if (!is_oval_landmark(i)) {
            model_mean += Eigen::Vector2d(sparse.base[i].x(), -sparse.base[i].y());
            image_mean += Eigen::Vector2d(lm[i].x, lm[i].y);
            ++count;
        }
    }
    model_mean /= count;
    image_mean /= count;
    double dot = 0, cross = 0, norm = 0;
    for (int i = 0; i < kNumMesh; ++i) {
        if (!is_oval_landmark(i)) {
            const Eigen::Vector2d a =
                Eigen::Vector2d(sparse.base[i].x(), -sparse.base[i].y()) - model_mean;
            const Eigen::Vector2d b = Eigen::Vector2d(lm[i].x, lm[i].y) - image_mean;
            dot += a.dot(b);
            cross += a.x() * b.y() - a.y() * b.x();
            norm += a.squaredNorm();
        }
    }
    Pose pose;
    const double scale = std::hypot(dot, cross) / norm;  // pixels per cm at the face
    pose.roll_rad = static_cast<float>(std::atan2(cross, dot));
    const double z = camera.focal_px / scale, half = camera.size_px / 2.0;
    const Eigen::Matrix3d r = rotation_from_pose(pose);
    const Eigen::Vector3d origin = r * Eigen::Vector3d(model_mean.x(), -model_mean.y(), 8.0);
    pose.x_cm = static_cast<float>((image_mean.x() - half) / scale - origin.x());
    pose.y_cm = static_cast<float>(-(image_mean.y() - half) / scale - origin.y());
    pose.z_cm = static_cast<float>(-z - origin.z());
    return pose;
}

/// Direction of one eye from its iris centre: the viewing ray meets the sphere of pupil positions.
std::optional<Gaze> solve_gaze(const Eyeball& eye,
                               const Pose& pose,
                               const Camera& camera,
                               Vec2f iris) {
    const Eigen::Matrix3d r = rotation_from_pose(pose);
    const Eigen::Vector3d centre =
        r * eye.center_cm.cast<double>() + Eigen::Vector3d(pose.x_cm, pose.y_cm, pose.z_cm);
    const double half = camera.size_px / 2.0;
    const Eigen::Vector3d ray =
        Eigen::Vector3d((iris.x - half) / camera.focal_px, -(iris.y - half) / camera.focal_px, -1.0)
            .normalized();
    const double along = ray.dot(centre), radius = eye.pupil_distance_cm;
    const double miss2 = centre.squaredNorm() - along * along;
    const double inside = radius * radius - miss2;
    const Eigen::Vector3d hit = ray * (along - std::sqrt(std::max(inside, 0.0)));
    const Eigen::Vector3d d = (r.transpose() * (hit - centre)).normalized();
    const Eigen::Vector3d a = eye.rest_axis.cast<double>();
    Gaze gaze;
    gaze.yaw_rad = static_cast<float>(std::atan2(d.x(), d.z()) - std::atan2(a.x(), a.z()));
    gaze.pitch_rad = static_cast<float>(std::asin(std::clamp(d.y(), -1.0, 1.0)) - std::asin(a.y()));
    if (!std::isfinite(gaze.yaw_rad) || !std::isfinite(gaze.pitch_rad)) {
        return std::nullopt;
    }
    gaze.yaw_rad = std::clamp(gaze.yaw_rad, -kGazeYawRange_rad, kGazeYawRange_rad);
    gaze.pitch_rad = std::clamp(gaze.pitch_rad, -kGazePitchRange_rad, kGazePitchRange_rad);
    return gaze;
}

struct Parameters {
    std::vector<double> pose, identity, actions;
};

int solve_stage(const SparseModel& sparse,
                const HeadModel& model,
                const Camera& camera,
                const LandmarkArray& lm,
                const LandmarkFitOptions& options,
                const std::optional<LandmarkFitStart>& start,
                int max_iterations,
                Parameters& p) {
    ceres::Problem problem;
    const double unit = options.sigma * eye_distance(lm);
    auto* huber = new ceres::HuberLoss(options.huber);
    std::vector<double*> blocks = {p.pose.data(), p.actions.data()};
    if (sparse.num_identity > 0) {
        blocks.push_back(p.identity.data());
    }
    for (int i = 0; i < kNumMesh; ++i) {
        problem.AddResidualBlock(
            new LandmarkCost(sparse, i, camera, lm[i], model.landmark_weights()[i] / unit),
            huber,
            blocks);
    }
    const auto n = static_cast<Eigen::Index>(p.identity.size());
    const auto m = static_cast<Eigen::Index>(p.actions.size());
    if (n > 0) {
        problem.AddResidualBlock(
            new LinearPrior(options.identity_prior * Eigen::MatrixXd::Identity(n, n),
                            Eigen::VectorXd::Zero(n)),
            nullptr,
            p.identity.data());
        for (int k = 0; k < n; ++k) {
            problem.SetParameterLowerBound(p.identity.data(), k, -kIdentityLimit);
            problem.SetParameterUpperBound(p.identity.data(), k, kIdentityLimit);
        }
    }
    problem.AddResidualBlock(
        new LinearPrior(action_prior(sparse.free_actions, options), Eigen::VectorXd::Zero(m)),
        nullptr,
        p.actions.data());
    for (int k = 0; k < m; ++k) {
        problem.SetParameterLowerBound(p.actions.data(), k, 0.0);
        problem.SetParameterUpperBound(p.actions.data(), k, 1.0);
    }
    if (start && start->action_prior > 0) {
        Eigen::VectorXd centre(m);
        for (Eigen::Index k = 0; k < m; ++k) {
            centre(k) = start->actions.values[sparse.free_actions[k]];
        }
        problem.AddResidualBlock(
            new LinearPrior(start->action_prior * Eigen::MatrixXd::Identity(m, m), centre),
            nullptr,
            p.actions.data());
    }
    if (start && start->pose_prior > 0) {
        Eigen::VectorXd centre(6), scale(6);
        centre << start->pose.yaw_rad, start->pose.pitch_rad, start->pose.roll_rad,
            start->pose.x_cm, start->pose.y_cm, start->pose.z_cm;
        scale << 10, 10, 10, 1, 1, 0.3;
        problem.AddResidualBlock(
            new LinearPrior(start->pose_prior * Eigen::MatrixXd(scale.asDiagonal()), centre),
            nullptr,
            p.pose.data());
    }
    ceres::Solver::Options solver;
    solver.linear_solver_type = ceres::DENSE_NORMAL_CHOLESKY;
    solver.max_num_iterations = max_iterations;
    solver.function_tolerance = 1e-6;
    solver.parameter_tolerance = 1e-6;
    solver.num_threads = 1;
    solver.logging_type = ceres::SILENT;
    solver.max_num_line_search_step_size_iterations = 4;
    ceres::Solver::Summary summary;
    ceres::Solve(solver, &problem, &summary);
    return static_cast<int>(summary.iterations.size());
}

}  // namespace

void LandmarkFitOptions::check() const {
    if (num_identity < 1 || num_identity > HeadModel::kMaxIdentity || max_iterations < 1 ||
        sigma <= 0 || huber <= 0 || action_prior <= 0) {
        throw Error(ErrorKind::Usage, "landmark fit options out of range");
    }
}

bool is_oval_landmark(int landmark) {
    static constexpr std::array<int, 36> kOval = {
        10,  21,  54,  58,  67,  93,  103, 109, 127, 132, 136, 148, 149, 150, 152, 162, 172, 176,
        234, 251, 284, 288, 297, 323, 332, 338, 356, 361, 365, 377, 378, 379, 389, 397, 400, 454};
    return std::binary_search(kOval.begin(), kOval.end(), landmark);
}

std::array<Vec2f, 468> project_landmarks(const HeadModel& model,
                                         const Camera& camera,
                                         const LandmarkFit& fit) {
    Points vertices;
    model.animate(model.person(fit.identity), fit.actions, vertices);
    const Eigen::Matrix3d r = rotation_from_pose(fit.pose);
    const Eigen::Vector3d t(fit.pose.x_cm, fit.pose.y_cm, fit.pose.z_cm);
    std::array<Vec2f, 468> out;
    for (int i = 0; i < kNumMesh; ++i) {
        const Eigen::Vector3d p = camera.project(r * at(model, vertices, i) + t);
        out[i] = {static_cast<float>(p.x()), static_cast<float>(p.y())};
    }
    return out;
}

LandmarkFit fit_landmarks(const HeadModel& model,
                          const Camera& camera,
                          const LandmarkArray& landmarks,
                          const LandmarkFitOptions& options,
                          const std::optional<LandmarkFitStart>& start) {
    options.check();
    const double unit = eye_distance(landmarks);
    if (!(unit >= 4.0)) {
        throw Error(ErrorKind::Input,
                    "face landmarks are degenerate: eye corners " + std::to_string(unit) +
                        " px apart, expected at least 4");
    }
    const bool is_held = start && start->hold_identity;
    SparseModel sparse =
        make_sparse(model, options.num_identity, is_held ? &start->identity : nullptr);
    LandmarkFit fit;
    Parameters p;
    p.identity.assign(sparse.num_identity, 0.0);
    p.actions.assign(sparse.free_actions.size(), 0.0);
    const Pose first = start ? start->pose : initial_pose(sparse, camera, landmarks);
    p.pose = {first.yaw_rad, first.pitch_rad, first.roll_rad, first.x_cm, first.y_cm, first.z_cm};
    if (start) {
        fit.actions = start->actions;
        for (std::size_t k = 0; k < p.actions.size(); ++k) {
            p.actions[k] = std::clamp(start->actions.values[sparse.free_actions[k]], 0.0F, 1.0F);
        }
        for (std::size_t k = 0; k < p.identity.size() && k < start->identity.size(); ++k) {
            p.identity[k] = start->identity[k];
        }
        add_held_gaze(model, start->actions, sparse);
    }
    // Once without the gaze's effect on the lids, then again with it.
    for (int stage = 0; stage < 2; ++stage) {
        // The lids' share of the gaze changes little: the second stage starts next to its end.
        const int max_iterations =
            stage == 0 ? options.max_iterations : std::min(options.max_iterations, 5);
        fit.iterations +=
            solve_stage(sparse, model, camera, landmarks, options, start, max_iterations, p);
        fit.pose = {static_cast<float>(p.pose[0]),
                    static_cast<float>(p.pose[1]),
                    static_cast<float>(p.pose[2]),
                    static_cast<float>(p.pose[3]),
                    static_cast<float>(p.pose[4]),
                    static_cast<float>(p.pose[5])};
        if (is_held) {
            fit.identity = start->identity;
        } else {
            fit.identity.assign(p.identity.begin(), p.identity.end());
        }
        for (std::size_t k = 0; k < p.actions.size(); ++k) {
            fit.actions.values[sparse.free_actions[k]] = static_cast<float>(p.actions[k]);
        }
        if (stage == 1) {
            break;
        }
        const auto eyes = model.eyeballs(fit.identity);
        const auto right = solve_gaze(eyes[0], fit.pose, camera, landmarks[468]);
        const auto left = solve_gaze(eyes[1], fit.pose, camera, landmarks[473]);
        Gaze mean;
        if (right && left) {
            mean = {(right->yaw_rad + left->yaw_rad) / 2, (right->pitch_rad + left->pitch_rad) / 2};
        }
        const float blink =
            (fit.actions[Action::EyeBlinkLeft] + fit.actions[Action::EyeBlinkRight]) / 2;
        if (blink > 0.75F) {
            mean = {};  // closed eyes say nothing about the gaze
        }
        set_gaze(fit.actions, mean, mean);
        add_held_gaze(model, fit.actions, sparse);
    }
    const auto projected = project_landmarks(model, camera, fit);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < kNumMesh; ++i) {
        if (!is_oval_landmark(i)) {
            sum += std::hypot(projected[i].x - landmarks[i].x, projected[i].y - landmarks[i].y);
            ++count;
        }
    }
    fit.inner_error = sum / count / unit;
    return fit;
}

}  // namespace vasa::head
