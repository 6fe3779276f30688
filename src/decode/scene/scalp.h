// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/ramp.h"
#include "scene/source_view.h"

#include "vasa/core/geometry.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/head/pose.h"
#include "vasa/head/posed_head.h"

#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace vasa::decode {

/// Heuristics of the back of the head. Places are in the head model at rest, cm.
struct ScalpParams {
    float lowest_y_cm = -4.0F;  ///< of the scalp: below is the neck
    // Ears, which the card shows, are flattened to `ear_x_cm`.
    float ear_x_cm = 6.8F, ear_top_y_cm = 5.3F, ear_bottom_y_cm = -3.0F, ear_back_z_cm = -3.0F;
    // Rotation from the portrait's pose over which it appears, flat behind the portrait's outline,
    // and over which it then takes its depth: a translucent skull would be a ghost.
    Ramp turned_rad = {0.04F, 0.1F};
    Ramp deep_rad = {0.06F, 0.4F};
    float flat_z_cm = 2.5F;          ///< where it lies when flat
    float flat_lift = -0.05F;        ///< of a vertex' distance from the middle: inside the outline
    float centre_y_cm = 3.0F;        ///< about which hair is found around the head
    float lowest_angle_rad = 0.6F;   ///< of hair above the ears, from the horizontal
    float outline_margin_cm = 0.5F;  ///< inwards from the outline: it is half background
    float band_cm = 0.8F;            ///< of hair inside it: the thinnest there is beside a face
    float front_z_cm = 1.0F;         ///< where the scalp begins to differ from the portrait's side
    Ramp solid = {200.0F, 250.0F};   ///< of the matte, 0..255
    float min_lift_cm = -0.6F, max_lift_cm = 2.0F;  ///< of hair above the mesh
    /// Share of the directions in which the frame ends before the head does. Beyond it there is
    /// no scalp: what lies at the frame's edge is forehead, not hair.
    float max_cut_share = 0.15F;
    Ramp lifted_z_cm = {5.0F, 1.0F};  ///< in front, the portrait shows the hair itself
    int lift_bands = 7;               ///< over which the lift is averaged, to both sides
};

/// The back of the head, which a portrait from the front does not show: the mesh, lifted by the
/// thickness of the hair and covered with the hair that the portrait shows around the face. It lies
/// behind all that the portrait shows.
class Scalp {
  public:
    Scalp() = default;
    /// @param alpha       [V] cover of the person card by the head; the scalp is where it is 0
    /// @param neighbours  vertex_neighbours()
    Scalp(const head::HeadModel& model,
          const head::FaceCode& code,
          const SourceView& view,
          const std::vector<float>& alpha,
          const std::vector<std::vector<int>>& neighbours,
          const ScalpParams& params);

    /// [V] 1 on the scalp and on the vertices that connect it with the face.
    const std::vector<std::uint8_t>& mask() const { return mask_; }
    /// Vertices of the scalp.
    const std::vector<int>& vertices() const { return vertices_; }
    /// Their places on the canvas.
    const std::vector<core::Vec2f>& places() const { return places_; }
    /// How much of it shows on a turned head, 0..1.
    float cover(const head::PosedHead& posed) const { return params_.turned_rad(posed.turn_rad); }
    /// Lifts a posed head's scalp to the hair's surface.
    void lift(const head::Pose& pose, head::PosedHead& posed) const;

  private:
    /// Along a ray from the middle of the head, cm from there.
    struct Band {
        float outer = 0;  ///< the outermost hair that is not half background
        float mesh = 0;   ///< the mesh's outline
        float lift = 0;
        bool is_cut = false;  ///< by the frame's edge
    };
    static constexpr int kNumBands = 64;

    void find_outlines(const head::HeadModel& model, const SourceView& view);
    void find_hair(const head::FaceCode& code);
    float angle_of(const Eigen::RowVector3f& neutral_cm) const;
    /// Between the bands beside an angle.
    Band band_at(float angle_rad) const;

    ScalpParams params_;
    core::Vec2f centre_px_;  ///< canvas
    float px_per_cm_ = 1, roll_cos_ = 1, roll_sin_ = 0;
    std::vector<Band> bands_;  ///< over half a turn above the horizontal, from the image's right
    std::vector<std::uint8_t> mask_;
    std::vector<int> vertices_;
    std::vector<core::Vec2f> places_;
    head::Points lifts_;  ///< head space
};

}  // namespace vasa::decode
