// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/ramp.h"
#include "scene/source_view.h"

#include <array>
#include <vector>

namespace vasa::decode {

/// How the person beyond the face moves. Heights and lateral distances are in the head, cm.
struct PersonCardParams {
    int spacing_px = 16;          ///< of the grid, canvas pixels: a divisor of the canvas
    float min_visible = 0.5F;     ///< a grazing surface would smear: it is treated like hair
    float default_depth_cm = 60;  ///< of a portrait whose head is outside the canvas
    int smoothing_passes = 60;    ///< of the membrane over the free points
    float reach_px = 200.0F;      ///< canvas pixels: reach of the skin's motion into the hair

    // Behind the cheeks the card has only the portrait's front view: at their true depth, ears and
    // hair would swing out on a turning head and leave a gap.
    float contour_cm = 3.5F;  ///< z in the head from which depth is flattened
    float relief_cm = 2.2F;   ///< maximum depth left behind it

    // Hair turns with the head; low places far to the side are shoulders, also where the mesh
    // reaches them, which is hardly visible there.
    Ramp shoulder_x_cm = {4.5F, 10.0F};
    Ramp shoulder_y_cm = {-2.5F, -9.0F};
    Ramp mesh_shoulder_y_cm = {-6.5F, -9.5F};
};

/// The whole person as one sheet: a grid over the canvas with depth, matted by the canvas' alpha.
///
/// Grid points on the head's visible surface are fastened to it and follow every action. The others
/// (hair, neck, shoulders) take their depth from the surface next to them, follow its expression
/// with a fall-off, and turn with the head depending on their height.
class PersonCard {
  public:
    PersonCard(const head::HeadModel& model,
               const head::FaceCode& code,
               const SourceView& view,
               const PersonCardParams& params = {});

    const std::vector<std::array<int, 3>>& triangles() const { return triangles_; }
    /// Canvas pixels of the grid points.
    const std::vector<core::Vec2f>& uv() const { return uv_; }

    /// Camera-space grid points [N, 3] for a posed head.
    void move(const head::HeadModel& model,
              const head::PosedHead& target,
              const head::Pose& source_pose,
              const head::Pose& target_pose,
              head::Points& out) const;

  private:
    struct Anchor {
        int point = -1;  ///< fastened grid point
        float weight = 0;
    };
    static constexpr int kNumAnchors = 6;

    void fasten(const head::HeadModel& model, const SourceView& view);
    void extend_depth();
    void place_in_head(const head::FaceCode& code);
    void flatten(const head::FaceCode& code);
    void find_anchors();
    void make_triangles(const head::FaceCode& code);

    PersonCardParams params_;
    int columns_ = 0;
    std::vector<core::Vec2f> uv_;
    std::vector<std::array<int, 3>> triangles_;
    std::vector<int> triangle_of_;  ///< head triangle, -1 = free
    std::vector<std::array<float, 3>> bary_;
    std::vector<float> depth_;  ///< cm along the viewing axis
    head::Points source_head_;  ///< head space at the portrait's pose
    head::Points fastened_at_;  ///< surface point of fastened grid points, likewise
    std::vector<float> head_weight_;
    std::vector<std::array<Anchor, kNumAnchors>> anchors_;
};

}  // namespace vasa::decode
