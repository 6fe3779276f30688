// SPDX-License-Identifier: Apache-2.0
#include "decoder/decoder_curves.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace vasa::train {
namespace {

/// Columns after the step, in order.
const std::vector<std::pair<std::string, double DecoderValidation::*>> kLosses = {
    {"reconstruction_loss", &DecoderValidation::reconstruction_loss},
    {"adversarial_loss", &DecoderValidation::adversarial_loss},
    {"feature_loss", &DecoderValidation::feature_loss},
    {"discriminator_loss", &DecoderValidation::discriminator_loss}};
const std::vector<std::pair<std::string, LostErrors DecoderValidation::*>> kRegions = {
    {"mouth", &DecoderValidation::mouth},
    {"eyes", &DecoderValidation::eyes},
    {"skin", &DecoderValidation::skin}};
const std::vector<std::pair<std::string, double LostErrors::*>> kErrors = {
    {"colour_geometry", &LostErrors::colour_geometry},
    {"colour_network", &LostErrors::colour_network},
    {"gradient_geometry", &LostErrors::gradient_geometry},
    {"gradient_network", &LostErrors::gradient_network},
    {"detail_geometry", &LostErrors::detail_geometry},
    {"detail_network", &LostErrors::detail_network}};

/// Pointers to all values of a row but its step.
std::vector<double*> values_of(DecoderValidation& row) {
    std::vector<double*> values;
    for (const auto& [name, loss] : kLosses) {
        values.push_back(&(row.*loss));
    }
    for (const auto& [name, region] : kRegions) {
        for (const auto& [error_name, error] : kErrors) {
            values.push_back(&(row.*region.*error));
        }
    }
    values.push_back(&row.mouth_change);
    return values;
}

}  // namespace

std::string decoder_curves_csv(const std::vector<DecoderValidation>& curves) {
    std::ostringstream text;
    text.precision(9);
    text << "step";
    for (const auto& [name, loss] : kLosses) {
        text << ',' << name;
    }
    for (const auto& [name, region] : kRegions) {
        for (const auto& [error_name, error] : kErrors) {
            text << ',' << name << '_' << error_name;
        }
    }
    text << ",mouth_change\n";
    for (DecoderValidation row : curves) {
        text << row.step;
        for (const double* value : values_of(row)) {
            text << ',' << *value;
        }
        text << '\n';
    }
    return text.str();
}

std::vector<DecoderValidation> parse_decoder_curves(const std::string& text) {
    std::vector<DecoderValidation> curves;
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        DecoderValidation row;
        std::istringstream cells(line);
        std::string cell;
        std::vector<double> read;
        while (std::getline(cells, cell, ',')) {
            read.push_back(std::strtod(cell.c_str(), nullptr));
        }
        const std::vector<double*> values = values_of(row);
        if (read.size() != values.size() + 1) {
            throw core::Error(core::ErrorKind::Input, "decoder curves: bad line '" + line + "'");
        }
        row.step = static_cast<int>(read[0]);
        for (std::size_t i = 0; i < values.size(); ++i) {
            *values[i] = read[i + 1];
        }
        curves.push_back(row);
    }
    return curves;
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
