// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/head/head_model.h"

#include <array>
#include <string>
#include <vector>

namespace vasa::train {

/// The unchanged ICT-FaceKit morphable head, from which the project's head model is learned.
struct SourceHead {
    head::Points neutral;                ///< [V, 3] cm
    std::vector<head::Points> identity;  ///< [100] of [V, 3]
    std::vector<head::Points> actions;   ///< [52] of [V, 3], in head::Action order
    std::vector<head::Points> tongue;    ///< [2] of [V, 3], in the order of head::Tongue
    std::vector<std::array<int, 3>> triangles;
    std::vector<std::array<int, 3>> texture_triangles;
    std::vector<std::uint8_t> materials;  ///< per triangle, see Material

    /// @throws Error(Input) naming the file and the fault: missing tensors or shapes, sizes that do
    ///         not agree, indices out of range, values that are not finite, no face, teeth, tongue
    ///         or white of an eye.
    static SourceHead load(const std::string& path);

    head::Points shape(const std::vector<float>& identity_code,
                       const head::Actions& action_values) const;
};

enum Material : std::uint8_t {
    kFace = 0,
    kBackHead = 1,
    kGumsTongue = 2,
    kTeeth = 3,
    kScleraLeft = 4,
    kScleraRight = 6,
};

/// First vertex of the mouth socket and of the eye sockets within the back-of-head material.
constexpr int kSocketBegin = 11248;
constexpr int kEyeSocketBegin = 13294;
constexpr int kSocketsEnd = 14062;
/// A vertex at the tongue's tip; its texture island is the tongue.
constexpr int kTongueTip = 16761;

/// A random person and a random, plausible expression.
std::vector<float> random_identity(core::Rng& rng, int count);
head::Actions random_actions(core::Rng& rng);

}  // namespace vasa::train
