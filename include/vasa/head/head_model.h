// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/actions.h"
#include "vasa/head/part.h"
#include "vasa/head/tongue.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace vasa::head {

/// Rows are points or directions (x, y, z), row-major for tight loops.
using Points = Eigen::Matrix<float, Eigen::Dynamic, 3, Eigen::RowMajor>;

/// A point attached to the surface.
struct SurfacePoint {
    int triangle = 0;
    std::array<float, 3> barycentric{};
};

/// One eyeball at rest in the neutral head: it turns rigidly about its centre.
struct Eyeball {
    Eigen::Vector3f center_cm;
    Eigen::Vector3f rest_axis;    ///< unit vector, out of the pupil
    float pupil_distance_cm = 0;  ///< from the centre to the pupil's plane, along the axis
    float iris_radius_cm = 0;
};

/// One person's head at rest, prepared for animation.
struct Person {
    Points rest;                  ///< [num_vertices, 3] cm
    std::array<Eyeball, 2> eyes;  ///< right eye (image left) first
    /// Blink correction per eye, added in full at eyeBlink = 1: corrects gaps and overshoots of the
    /// linear blink on this person's lids. [num moved vertices], parallel to blink_vertices.
    std::array<std::vector<int>, 2> blink_vertices;
    std::array<Points, 2> blink_correction;
};

/// The morphable head: neutral shape, identity basis, 52 facial actions.
///
/// Head space: centimetres, x to the image's right, y up, z to the viewer. A vertex is
/// v = neutral + Σ identity_i · id_i + Σ action_j · act_j; identity coefficients are standard
/// normal over people. The eight eyeLook* actions move the lids here and turn the eyeballs rigidly.
class HeadModel {
  public:
    /// Maximum length of a file's identity code.
    static constexpr int kMaxIdentity = 128;

    /// @throws Error(Model) if the file is missing, damaged or of another format version.
    static HeadModel load(const std::string& path);

    int num_vertices() const { return static_cast<int>(neutral_.rows()); }
    int num_triangles() const { return static_cast<int>(triangles_.size()); }
    int num_identity() const { return static_cast<int>(identity_.size()); }

    const Points& neutral() const { return neutral_; }
    /// Counter-clockwise seen from outside.
    const std::vector<std::array<int, 3>>& triangles() const { return triangles_; }
    const std::vector<Part>& triangle_parts() const { return triangle_parts_; }
    const std::vector<Part>& vertex_parts() const { return vertex_parts_; }
    /// 0 = stays with the torso, 1 = moves with the head; [num_vertices].
    const std::vector<float>& neck_weights() const { return neck_weights_; }
    const std::vector<Points>& identity_basis() const { return identity_; }
    const std::vector<Points>& action_basis() const { return actions_; }
    /// Displacements at 1 of each value of Tongue, cm; [kNumTongueValues] of [num_vertices, 3].
    const std::vector<Points>& tongue_basis() const { return tongue_; }
    /// Surface points of MediaPipe landmarks 0..467.
    const std::vector<SurfacePoint>& landmarks() const { return landmarks_; }
    /// Suggested residual weight and standard deviation (unit: outer eye corner distance).
    const std::vector<float>& landmark_weights() const { return landmark_weights_; }
    const std::vector<float>& landmark_sigmas() const { return landmark_sigmas_; }

    /// Head at rest from identity coefficients; missing ones are zero.
    /// @param identity [≤ num_identity()]
    /// @return         [num_vertices, 3] cm
    Points shape(const std::vector<float>& identity) const;

    /// shape(), eyeballs() and the person's blink correction.
    Person person(const std::vector<float>& identity) const;

    /// Adds actions (gaze included) to a person at rest.
    /// @param out   [num_vertices, 3] cm
    void animate(const Person& person,
                 const Actions& actions,
                 const Tongue& tongue,
                 Points& out) const;
    /// With the tongue at rest.
    void animate(const Person& person, const Actions& actions, Points& out) const {
        animate(person, actions, {}, out);
    }

    /// The eyeballs of a person, right eye (image left) first.
    std::array<Eyeball, 2> eyeballs(const std::vector<float>& identity) const;

    /// Position of landmark 0..467 on a head.
    Eigen::RowVector3f landmark(const Points& vertices, int index) const;

    const std::string& content_hash() const { return hash_; }

  private:
    Points neutral_;
    std::vector<std::array<int, 3>> triangles_;
    std::vector<Part> triangle_parts_, vertex_parts_;
    std::vector<float> neck_weights_;
    std::vector<Points> identity_;      // [num_identity] of [num_vertices, 3]
    std::vector<Points> actions_;       // [52] of [num_vertices, 3]
    std::vector<Points> tongue_;        // [2] of [num_vertices, 3]
    std::vector<int> tongue_vertices_;  // that it moves
    std::vector<SurfacePoint> landmarks_;
    std::vector<float> landmark_weights_, landmark_sigmas_;
    std::array<Eyeball, 2> neutral_eyes_;
    std::array<std::vector<Eigen::Vector3f>, 2> eye_center_identity_;
    // Vertices that each action moves; animate() skips the rest.
    std::vector<std::vector<int>> moved_vertices_;
    std::string hash_;
};

/// How much a point of the neutral head turns with the head: 1 above the jaw, 0 at the collar.
float neck_weight(const Eigen::RowVector3f& point_cm);

/// Rotation of an eyeball from its rest axis: yaw about y (to the image's right), pitch up.
Eigen::Matrix3f gaze_rotation(Gaze gaze);

/// Unit normals of vertices, area-weighted; [num_vertices, 3].
void vertex_normals(const Points& vertices,
                    const std::vector<std::array<int, 3>>& triangles,
                    Points& out);

}  // namespace vasa::head
