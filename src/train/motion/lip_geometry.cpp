// SPDX-License-Identifier: Apache-2.0
#include "motion/lip_geometry.h"

#include "vasa/head/head_model.h"
#include "vasa/head/landmarks.h"
#include "vasa/motion/motion_space.h"

#include <cstddef>
#include <vector>

#include <ATen/ops/zeros.h>

namespace vasa::train {
namespace {

/// Landmarks of the lips' inner edge, about half of those of the outer edge, and the chin.
std::vector<int> lip_landmarks() {
    std::vector<int> list(head::kInnerLips.begin(), head::kInnerLips.end());
    // Indices into kOuterLips, upper lip first.
    for (const std::size_t i : {0U, 18U, 16U, 15U, 14U, 12U, 10U, 8U, 6U, 5U, 4U, 2U}) {
        list.push_back(head::kOuterLips[i]);
    }
    list.push_back(head::kChin);
    return list;
}

}  // namespace

at::Tensor lip_basis(const std::string& head_model) {
    const head::HeadModel model = head::HeadModel::load(head_model);
    const std::vector<int> landmarks = lip_landmarks();
    const auto num_landmarks = static_cast<int>(landmarks.size());
    at::Tensor basis = at::zeros({3 * num_landmarks, motion::kMotionWidth});
    float* values = basis.data_ptr<float>();
    for (int k = 0; k < motion::kNumPlainActions; ++k) {
        const int action = static_cast<int>(motion::plain_actions()[static_cast<std::size_t>(k)]);
        const head::Points& moved = model.action_basis()[static_cast<std::size_t>(action)];
        for (int p = 0; p < num_landmarks; ++p) {
            const Eigen::RowVector3f shift =
                model.landmark(moved, landmarks[static_cast<std::size_t>(p)]);
            for (int axis = 0; axis < 3; ++axis) {
                values[(3 * p + axis) * motion::kMotionWidth + motion::kFirstActionIndex + k] =
                    shift[axis];
            }
        }
    }
    return basis;
}

}  // namespace vasa::train
