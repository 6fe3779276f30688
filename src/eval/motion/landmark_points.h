// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/landmarks.h"

#include <array>
#include <cstddef>

namespace vasa::eval {

constexpr int kNumLips = static_cast<int>(head::kOuterLips.size() + head::kInnerLips.size());
constexpr int kNumPoints = kNumLips + 8 + 2 * static_cast<int>(head::kBrowTop[0].size()) +
                           static_cast<int>(head::kNoseBridge.size());

/// The lips' outer edge, then the inner one, both from the right corner along the lower lip.
constexpr std::array<int, kNumLips> list_lips() {
    std::array<int, kNumLips> list{};
    std::size_t count = 0;
    for (const int i : head::kOuterLips) {
        list[count++] = i;
    }
    // kInnerLips begins along the upper lip.
    list[count++] = head::kInnerLips[0];
    for (std::size_t i = head::kInnerLips.size() - 1; i > 0; --i) {
        list[count++] = head::kInnerLips[i];
    }
    return list;
}
constexpr std::array<int, kNumLips> kLips = list_lips();

/// Corners and middle of the lids of each eye, right one (image left) first.
constexpr std::array<std::array<int, 4>, 2> kEyePoints = {{{head::kEyeCorners[0][0],
                                                            head::kEyeCorners[0][1],
                                                            head::kUpperLidMiddle[0],
                                                            head::kLowerLidMiddle[0]},
                                                           {head::kEyeCorners[1][0],
                                                            head::kEyeCorners[1][1],
                                                            head::kUpperLidMiddle[1],
                                                            head::kLowerLidMiddle[1]}}};

/// All landmarks that motion metrics use: kLips, kEyePoints, head::kBrowTop and head::kNoseBridge.
constexpr std::array<int, kNumPoints> list_points() {
    std::array<int, kNumPoints> list{};
    std::size_t count = 0;
    for (const int i : kLips) {
        list[count++] = i;
    }
    for (const auto& eye : kEyePoints) {
        for (const int i : eye) {
            list[count++] = i;
        }
    }
    for (const auto& brow : head::kBrowTop) {
        for (const int i : brow) {
            list[count++] = i;
        }
    }
    for (const int i : head::kNoseBridge) {
        list[count++] = i;
    }
    return list;
}
constexpr std::array<int, kNumPoints> kPoints = list_points();

/// Landmarks that facial expressions do not move on a head.
constexpr std::array<int, 4 + head::kNoseBridge.size()> kHeadPoints = {head::kEyeCorners[0][0],
                                                                       head::kEyeCorners[0][1],
                                                                       head::kEyeCorners[1][0],
                                                                       head::kEyeCorners[1][1],
                                                                       head::kNoseBridge[0],
                                                                       head::kNoseBridge[1],
                                                                       head::kNoseBridge[2],
                                                                       head::kNoseBridge[3],
                                                                       head::kNoseBridge[4],
                                                                       head::kNoseBridge[5]};

}  // namespace vasa::eval
