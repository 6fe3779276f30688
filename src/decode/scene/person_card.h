// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/source_view.h"

#include <array>
#include <vector>

namespace vasa::decode {

/// The whole person as one sheet: a grid over the canvas with depth, matted by the canvas' alpha.
///
/// Grid points on the head's visible surface are fastened to it and follow every action; the others
/// (hair, neck, shoulders) keep their depth from the surface next to them, follow its expression
/// with a fall-off, and turn with the head by their height.
class PersonCard {
  public:
    PersonCard(const head::HeadModel& model, const head::FaceCode& code, const SourceView& view);

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
    void extend_depth(const head::FaceCode& code);
    void flatten(const head::FaceCode& code);
    void find_anchors();
    void make_triangles(const head::FaceCode& code);

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
