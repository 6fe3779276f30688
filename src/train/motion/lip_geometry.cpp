// SPDX-License-Identifier: Apache-2.0
#include "motion/lip_geometry.h"

#include "vasa/head/head_model.h"
#include "vasa/motion/motion_space.h"

#include <ATen/ops/zeros.h>

namespace vasa::train {
namespace {

/// MediaPipe's landmarks of the lips' inner and outer edge, and the chin.
constexpr int kLandmarks[] = {78,  191, 80,  81,  82,  13,  312, 311, 310, 415, 308,
                              324, 318, 402, 317, 14,  87,  178, 88,  95,  61,  40,
                              37,  0,   267, 270, 291, 321, 314, 17,  84,  91,  152};

}  // namespace

at::Tensor lip_basis(const std::string& head_model) {
    const head::HeadModel model = head::HeadModel::load(head_model);
    constexpr int kNumLandmarks = static_cast<int>(sizeof kLandmarks / sizeof *kLandmarks);
    at::Tensor basis = at::zeros({3 * kNumLandmarks, motion::kMotionWidth});
    float* values = basis.data_ptr<float>();
    for (int k = 0; k < motion::kNumPlainActions; ++k) {
        const int action = static_cast<int>(motion::plain_actions()[static_cast<std::size_t>(k)]);
        const head::Points& moved = model.action_basis()[static_cast<std::size_t>(action)];
        for (int p = 0; p < kNumLandmarks; ++p) {
            const Eigen::RowVector3f shift = model.landmark(moved, kLandmarks[p]);
            for (int axis = 0; axis < 3; ++axis) {
                values[(3 * p + axis) * motion::kMotionWidth + motion::kFirstActionIndex + k] =
                    shift[axis];
            }
        }
    }
    return basis;
}

}  // namespace vasa::train
