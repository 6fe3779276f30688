// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scene.h"
#include "scene/lid_texture.h"
#include "scene/ramp.h"

#include "vasa/head/actions.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <vector>

namespace vasa::decode {

/// When a closing lid shows its own texture instead of the portrait's stretched skin.
struct LidBlendParams {
    /// A vertex's motion in a blink, of the greatest motion: below, the skin hardly moves and the
    /// portrait's is kept; above, it is rolled up under the brow in an open eye.
    Ramp rolled_up = {0.04F, 0.60F};
    Ramp blink = {0.1F, 0.75F};       ///< of the action: the texture fades in while the lid closes
    Ramp beyond_own = {0.05F, 0.3F};  ///< of the action minus the portrait's: keeps its own lids
    /// Of `hidden`: such vertices belong to the upper lid, and the least height of their places in
    /// an open lid's texture, so that its inner edge shows lashes and not the lower lid's skin.
    float upper_lid = 0.3F, upper_min_cm = 0.02F;
    Ramp opening = {0.08F, 0.5F};   ///< of the portrait's action minus this: shut eyes open
    Ramp touching = {0.7F, 0.95F};  ///< of the action: lashes lie over the cheek
};

/// One eye's lid: its texture and where it shows.
struct LidBlend {
    LidTexture texture;
    std::vector<int> vertices;  ///< that the texture covers
    std::vector<float> hidden;  ///< [V] how much of a vertex only shows when the eye is closed
    float own_blink = 0;        ///< of the portrait
    /// The portrait shows the eye shut: the texture is that of the open lids' edges.
    bool is_shut = false;

    /// Fills `lid` of the vertices that the texture covers.
    /// @param blink  EyeBlink* of this eye, 0..1
    void cover(float blink, const LidBlendParams& params, std::vector<VertexAttributes>& out) const;
};

/// @param eye     0 = right (image left), 1 = left
/// @param closed  [V, 3] the person's head with closed eyes, head space
/// @param is_shut  the portrait shows the eye shut
LidBlend make_lid_blend(const head::HeadModel& model,
                        const head::FaceCode& code,
                        const head::Person& person,
                        const head::Points& closed,
                        int eye,
                        bool is_shut,
                        const LidBlendParams& params,
                        const LidTextureParams& texture);

/// The action that closes an eye.
/// @param eye  0 = right, 1 = left
head::Action blink_action(int eye);

}  // namespace vasa::decode
