// SPDX-License-Identifier: Apache-2.0
#include "motion_network_upgrade.h"

#include "vasa/core/error.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vasa::models {
namespace {

using core::DType;
using core::TensorView;

constexpr std::int64_t kOldWidth = 52, kNewWidth = 54;
/// Spread of the tongue's values while speaking, for the normalisation.
constexpr float kTongueSpread = 0.3F;

/// A tensor whose rows get `num_zeros` elements of 0 at their ends.
void add_with_zeros(const std::string& name,
                    const TensorView& tensor,
                    std::int64_t num_rows,
                    std::int64_t num_zeros,
                    const std::vector<std::int64_t>& shape,
                    core::SafetensorsWriter& writer) {
    const auto rows = static_cast<std::size_t>(num_rows);
    const std::size_t row_bytes = tensor.num_bytes / rows;
    const auto element_bytes = tensor.num_bytes / static_cast<std::size_t>(tensor.num_elements());
    std::vector<std::uint8_t> bytes;
    for (std::size_t r = 0; r < rows; ++r) {
        bytes.insert(bytes.end(), tensor.data + r * row_bytes, tensor.data + (r + 1) * row_bytes);
        bytes.insert(bytes.end(), static_cast<std::size_t>(num_zeros) * element_bytes, 0);
    }
    writer.add_raw(name, tensor.dtype, shape, std::move(bytes));
}

}  // namespace

void add_tongue_values(const core::SafetensorsFile& file, core::SafetensorsWriter& writer) {
    const auto refuse = [&](const std::string& name) {
        throw core::Error(
            core::ErrorKind::Model,
            "motion network '" + file.name() + "': tensor '" + name + "' is not of version 2");
    };
    for (const std::string& name : file.tensor_names()) {
        const TensorView tensor = file.tensor(name);
        std::vector<std::int64_t> shape = tensor.shape;
        const bool is_statistic = name == "motion.mean" || name == "motion.scale";
        if (name == "network.motion_in.weight") {
            // [width, values · neighbours]
            if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1 || shape[1] % kOldWidth != 0) {
                refuse(name);
            }
            const std::int64_t num_zeros = (kNewWidth - kOldWidth) * (shape[1] / kOldWidth);
            shape[1] += num_zeros;
            add_with_zeros(name, tensor, shape[0], num_zeros, shape, writer);
        } else if (is_statistic || name == "network.motion_out.weight" ||
                   name == "network.motion_out.bias") {
            // [values] or [values, width]
            if (shape.empty() || shape.size() > 2 || shape[0] != kOldWidth || shape.back() < 1 ||
                (is_statistic && (tensor.dtype != DType::F32 || shape.size() != 1))) {
                refuse(name);
            }
            shape[0] = kNewWidth;
            const std::int64_t num_zeros =
                (kNewWidth - kOldWidth) * (shape.size() == 2 ? shape[1] : 1);
            if (name == "motion.scale") {
                std::vector<float> scale = file.floats(name, {kOldWidth});
                scale.resize(kNewWidth, kTongueSpread);
                writer.add_f32(name, shape, scale);
            } else {
                add_with_zeros(name, tensor, 1, num_zeros, shape, writer);
            }
        } else {
            writer.add_raw(
                name, tensor.dtype, tensor.shape, {tensor.data, tensor.data + tensor.num_bytes});
        }
    }
}

}  // namespace vasa::models
