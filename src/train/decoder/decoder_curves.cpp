// SPDX-License-Identifier: Apache-2.0
#include "decoder/decoder_curves.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vasa::train {
namespace {

using Row = DecoderValidation;

const std::vector<std::pair<std::string, double Row::*>> kLosses = {
    {"reconstruction_loss", &Row::reconstruction_loss},
    {"adversarial_loss", &Row::adversarial_loss},
    {"feature_loss", &Row::feature_loss},
    {"discriminator_loss", &Row::discriminator_loss}};
const std::vector<std::pair<std::string, LostErrors Row::*>> kRegions = {
    {"mouth", &Row::mouth}, {"eyes", &Row::eyes}, {"skin", &Row::skin}};
const std::vector<std::pair<std::string, double LostErrors::*>> kErrors = {
    {"colour_geometry", &LostErrors::colour_geometry},
    {"colour_network", &LostErrors::colour_network},
    {"gradient_geometry", &LostErrors::gradient_geometry},
    {"gradient_network", &LostErrors::gradient_network},
    {"detail_geometry", &LostErrors::detail_geometry},
    {"detail_network", &LostErrors::detail_network}};

std::vector<CurveColumn<Row>> make_columns() {
    std::vector<CurveColumn<Row>> columns;
    for (const auto& [name, member] : kLosses) {
        columns.emplace_back(name, [m = member](Row& r) -> double& { return r.*m; });
    }
    for (const auto& [region_name, region] : kRegions) {
        for (const auto& [name, error] : kErrors) {
            columns.emplace_back(
                region_name + "_" + name,
                [r = region, e = error](Row& row) -> double& { return row.*r.*e; });
        }
    }
    columns.emplace_back("mouth_change", [](Row& r) -> double& { return r.mouth_change; });
    return columns;
}

}  // namespace

const std::vector<CurveColumn<DecoderValidation>>& decoder_columns() {
    static const std::vector<CurveColumn<Row>> kColumns = make_columns();
    return kColumns;
}

core::ImageU8 make_sheet(const std::vector<SheetRow>& rows) {
    if (rows.empty()) {
        return {};
    }
    constexpr int kColumns = 2, kImages = 3;
    const int side = static_cast<int>(rows.front().painted.size(1));
    const int num_rows = (static_cast<int>(rows.size()) + kColumns - 1) / kColumns;
    core::ImageU8 sheet(kColumns * kImages * side, num_rows * side, 3);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::array<at::Tensor, kImages> images = {
            rows[i].geometry, rows[i].painted, rows[i].target};
        for (int k = 0; k < kImages; ++k) {
            const at::Tensor image = images[k].to(at::kCPU, at::kFloat).contiguous();
            const float* values = image.const_data_ptr<float>();
            const int left = (static_cast<int>(i) % kColumns * kImages + k) * side;
            const int top = static_cast<int>(i) / kColumns * side;
            for (int p = 0; p < side * side; ++p) {
                std::uint8_t* out = sheet.at(left + p % side, top + p / side);
                for (int c = 0; c < 3; ++c) {
                    out[c] = static_cast<std::uint8_t>(std::clamp(
                        255.0F * (values[c * side * side + p] + 0.5F) + 0.5F, 0.0F, 255.0F));
                }
            }
        }
    }
    return sheet;
}

}  // namespace vasa::train
