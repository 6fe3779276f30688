// SPDX-License-Identifier: Apache-2.0
#include "diffusion/window_joint.h"

#include "vasa/core/filters.h"

#include <algorithm>

namespace vasa::drive {
namespace {

constexpr int kHeadFade = 16;  ///< frames
constexpr int kFaceFade = 4;

}  // namespace

void join_window(const float* before, float* window, int num_frames) {
    if (num_frames < 2) {
        return;
    }
    for (int k = 0; k < motion::kMotionWidth; ++k) {
        const bool is_head = k < motion::kGazeIndex;
        const float last = before[motion::kMotionWidth + k];
        const float speed_before = last - before[k];
        const float speed_after = window[motion::kMotionWidth + k] - window[k];
        const float speed = 0.5F * (speed_before + speed_after);
        const float jump = last + speed - window[k];
        const float turn = is_head ? 0.5F * (speed_before - speed_after) : 0.0F;
        const int fade = is_head ? kHeadFade : kFaceFade;
        for (int i = 0; i < std::min(fade, num_frames); ++i) {
            const float fraction =
                1.0F - core::smoothstep(0.0F, static_cast<float>(fade), static_cast<float>(i));
            window[i * motion::kMotionWidth + k] +=
                fraction * (jump + turn * static_cast<float>(i));
        }
    }
}

}  // namespace vasa::drive
