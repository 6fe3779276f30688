// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/eye_texture.h"

#include "vasa/head/actions.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <array>

namespace vasa::decode {

/// How far eyes open that the portrait shows shut.
struct LidRestParams {
    /// Gap of the lids over the distance of the corners, in the head model. The landmark network
    /// finds 0.30 in frames of it, the median of 1263 portraits.
    float opening = 0.275F;
    float min_blink = -0.4F, max_blink = 0.5F;  ///< action at rest
    int num_steps = 12;                         ///< of the bisection
};

/// Lids that the portrait does not show at rest: shut eyes open as far as most people's, covered
/// ones do not move.
class LidRest {
  public:
    LidRest() = default;
    /// @param eyes  right eye first
    LidRest(const head::HeadModel& model,
            const head::Person& person,
            const head::FaceCode& code,
            const std::array<EyeTexture, 2>& eyes,
            const LidRestParams& params = {});

    /// The actions that the head is animated with.
    head::Actions adjusted(const head::Actions& actions) const;

  private:
    std::array<bool, 2> is_covered_{};
    std::array<float, 2> rest_blink_{};  ///< that stands for 0
};

}  // namespace vasa::decode
