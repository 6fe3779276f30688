// SPDX-License-Identifier: Apache-2.0
#include "decoder/decoder_batch.h"

#include "vasa/core/colour.h"
#include "vasa/core/error.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/pairs/mouth_agreement.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using decode::kNumConditions;
using decode::PixelRecord;

using Rgb = std::array<std::uint8_t, 3>;

constexpr int kSide = kTrainPatch_px;
constexpr int kPixels = kSide * kSide;

/// How a patch is augmented for a batch.
struct Change {
    int left = (pairs::kStoredPatch_px - kSide) / 2, top = (pairs::kStoredPatch_px - kSide) / 2;
    bool is_mirrored = false, is_grey = false;
    std::array<float, 3> gain = {1, 1, 1};
    float blur_px = 0;  ///< deviation of a Gaussian, to imitate a smaller portrait
    float source_scale = 1;
};

Change sample_change(float source_scale, core::Rng& rng) {
    constexpr int kShift_px = pairs::kStoredPatch_px - kSide;
    // Small portraits smile more often than large ones: the network must not guess the content of a
    // mouth from its sharpness.
    constexpr float kSharp = 0.6F, kMinScale = 0.25F;
    Change change;
    change.source_scale = source_scale;
    if (source_scale > kSharp && rng.uniform() < 0.4) {
        const double least = std::log(kMinScale), most = std::log(std::min(source_scale, 1.0F));
        change.source_scale = static_cast<float>(std::exp(least + rng.uniform() * (most - least)));
        const double wide = 1.0 / change.source_scale;
        change.blur_px = static_cast<float>(0.5 * std::sqrt(std::max(0.0, wide * wide - 1.0)));
    }
    change.left = static_cast<int>(rng.below(kShift_px + 1));
    change.top = static_cast<int>(rng.below(kShift_px + 1));
    change.is_mirrored = rng.uniform() < 0.5;
    change.is_grey = rng.uniform() < 0.06;
    if (rng.uniform() < 0.6) {
        const double light = 0.12 * rng.normal();
        for (float& gain : change.gain) {
            gain = static_cast<float>(std::exp(light + 0.04 * rng.normal()));
        }
    }
    return change;
}

Rgb recoloured(const Rgb& rgb, const Change& change) {
    std::array<float, 3> v{};
    for (int c = 0; c < 3; ++c) {
        v[c] = static_cast<float>(rgb[c]) * change.gain[c];
    }
    if (change.is_grey) {
        v.fill(core::luminance(v.data()));
    }
    Rgb out{};
    for (int c = 0; c < 3; ++c) {
        out[c] = static_cast<std::uint8_t>(std::clamp(v[c] + 0.5F, 0.0F, 255.0F));
    }
    return out;
}

/// One pass of a Gaussian along rows (step 1) or columns (step = side). The weight is blurred too,
/// so that pixels of weight 0 contribute nothing.
void blur_pass(std::vector<std::array<float, 4>>& image,
               const std::vector<float>& kernel,
               int side,
               bool along_rows) {
    const int reach = static_cast<int>(kernel.size()) - 1;
    std::vector<std::array<float, 4>> out(image.size());
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            std::array<float, 4> sum{};
            const int at = along_rows ? x : y;
            for (int k = std::max(-reach, -at); k <= std::min(reach, side - 1 - at); ++k) {
                const auto& from = along_rows ? image[y * side + x + k] : image[(y + k) * side + x];
                const float w = kernel[std::abs(k)];
                for (int c = 0; c < 4; ++c) {
                    sum[c] += w * from[c];
                }
            }
            out[y * side + x] = sum;
        }
    }
    image.swap(out);
}

/// Blurs only among the pixels of `weight` 1.
void blur(std::vector<Rgb>& image, const std::vector<float>& weight, float deviation_px) {
    std::vector<float> kernel(static_cast<std::size_t>(std::ceil(2.5F * deviation_px)) + 1);
    for (std::size_t k = 0; k < kernel.size(); ++k) {
        const float d = static_cast<float>(k) / deviation_px;
        kernel[k] = std::exp(-0.5F * d * d);
    }
    std::vector<std::array<float, 4>> sums(image.size());
    for (std::size_t i = 0; i < image.size(); ++i) {
        const float w = weight[i];
        for (int c = 0; c < 3; ++c) {
            sums[i][c] = w * static_cast<float>(image[i][c]);
        }
        sums[i][3] = w;
    }
    blur_pass(sums, kernel, pairs::kStoredPatch_px, true);
    blur_pass(sums, kernel, pairs::kStoredPatch_px, false);
    for (std::size_t i = 0; i < image.size(); ++i) {
        if (weight[i] > 0) {
            for (int c = 0; c < 3; ++c) {
                image[i][c] = static_cast<std::uint8_t>(sums[i][c] / sums[i][3] + 0.5F);
            }
        }
    }
}

/// The patch as if from a portrait of fewer pixels; drawn pixels stay sharp.
pairs::DecoderPatch blurred(pairs::DecoderPatch patch, float deviation_px) {
    constexpr int kSeen = 128;
    std::vector<float> everywhere(patch.target.size(), 1.0F), seen(patch.target.size());
    std::vector<Rgb> source(patch.target.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        source[i] = patch.records[i].rgb;
        seen[i] = patch.records[i].visibility >= kSeen ? 1.0F : 0.0F;
    }
    blur(patch.target, everywhere, deviation_px);
    blur(source, seen, deviation_px);
    for (std::size_t i = 0; i < source.size(); ++i) {
        patch.records[i].rgb = source[i];
    }
    return patch;
}

/// Writes a patch into row `row` of a batch.
void fill_row(const pairs::DecoderPatch& patch,
              const std::vector<std::uint8_t>& agreement,
              const Change& change,
              int row,
              DecoderBatch& batch) {
    std::vector<PixelRecord> records(kPixels);
    float* agrees = batch.agreement.data_ptr<float>() + static_cast<std::ptrdiff_t>(row) * kPixels;
    float* target = batch.target.data_ptr<float>() + static_cast<std::ptrdiff_t>(row) * 3 * kPixels;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            const int from = change.is_mirrored ? kSide - 1 - x : x;
            const std::size_t source =
                static_cast<std::size_t>(change.top + y) * pairs::kStoredPatch_px + change.left +
                from;
            const int i = y * kSide + x;
            PixelRecord& record = records[i];
            record = patch.records[source];
            record.rgb = recoloured(record.rgb, change);
            if (change.is_mirrored) {
                record.normal[0] = static_cast<std::int8_t>(-record.normal[0]);
                record.rest_10um[0] = static_cast<std::int16_t>(-record.rest_10um[0]);
            }
            agrees[i] = agreement[source];
            const auto wanted = recoloured(patch.target[source], change);
            for (int c = 0; c < 3; ++c) {
                target[c * kPixels + i] = static_cast<float>(wanted[c]) / 255.0F - 0.5F;
            }
        }
    }
    decode::fill_conditions(records.data(),
                            kPixels,
                            change.source_scale,
                            batch.conditions.data_ptr<float>() +
                                static_cast<std::ptrdiff_t>(row) * kNumConditions * kPixels);
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(row) * kPixels;
    decode::mark_disoccluded(records.data(), kPixels, batch.lost.data_ptr<float>() + first);
    decode::mark_region(
        batch.lost.data_ptr<float>() + first, kSide, kSide, batch.region.data_ptr<float>() + first);
}

DecoderBatch make_batch(int size) {
    DecoderBatch batch;
    batch.conditions = at::empty({size, kNumConditions, kSide, kSide}, at::kFloat);
    batch.target = at::empty({size, 3, kSide, kSide}, at::kFloat);
    batch.lost = at::empty({size, 1, kSide, kSide}, at::kFloat);
    batch.region = at::empty_like(batch.lost);
    batch.agreement = at::empty_like(batch.lost);
    return batch;
}

/// Disoccluded pixels of a patch that the pseudo-source hides.
int count_hidden(const pairs::DecoderPatch& patch) {
    std::vector<float> lost(patch.records.size());
    decode::mark_disoccluded(patch.records.data(), static_cast<int>(lost.size()), lost.data());
    int count = 0;
    for (std::size_t i = 0; i < lost.size(); ++i) {
        count += lost[i] > 0 && patch.records[i].visibility < 128 ? 1 : 0;
    }
    return count;
}

/// How likely a patch is drawn. Most portraits smile with closed teeth: mouths count mostly by
/// pixels other than teeth, so that the network does not fill every open mouth with white.
double likelihood(const pairs::DecoderPatch& patch, const std::vector<std::uint8_t>& agreement) {
    constexpr double kMin_px = 30, kMax_px = 4000;
    if (patch.kind != pairs::PatchKind::Mouth) {
        return std::sqrt(std::clamp<double>(count_hidden(patch), kMin_px, kMax_px));
    }
    double num_dark = 0, num_teeth = 0;
    for (std::size_t i = 0; i < patch.records.size(); ++i) {
        if (agreement[i] != 0 && decode::is_mouth_value(patch.records[i].part)) {
            (decode::is_teeth_value(patch.records[i].part) ? num_teeth : num_dark) += 1.0;
        }
    }
    return std::sqrt(std::clamp(3.0 * num_dark + num_teeth, kMin_px, kMax_px));
}

}  // namespace

PatchPool::PatchPool(std::string folder, std::string prefix, int max_files)
    : folder_(std::move(folder)), prefix_(std::move(prefix)), max_files_(max_files) {}

void PatchPool::refresh() {
    const std::set<std::string> known(files_.begin(), files_.end());
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
        const std::string name = entry.path().filename().string();
        if (name.rfind(prefix_, 0) == 0 && entry.path().extension() == ".safetensors" &&
            known.count(name) == 0) {
            names.push_back(name);
        }
    }
    if (error) {
        throw Error(ErrorKind::Input, "cannot read folder '" + folder_ + "': " + error.message());
    }
    std::sort(names.begin(), names.end());
    read(names);
}

void PatchPool::read(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (static_cast<int>(files_.size()) >= max_files_) {
            return;
        }
        for (pairs::DecoderPatch& patch : pairs::load_patches(folder_ + "/" + name)) {
            const int index = static_cast<int>(patches_.size());
            const auto kind = static_cast<std::size_t>(patch.kind);
            std::vector<double>& sums = likelihood_[kind];
            by_kind_[kind].push_back(index);
            std::vector<std::uint8_t> agreement(patch.records.size());
            pairs::mark_agreement(patch.records.data(),
                                  patch.target.data(),
                                  static_cast<int>(agreement.size()),
                                  agreement.data());
            sums.push_back((sums.empty() ? 0.0 : sums.back()) + likelihood(patch, agreement));
            file_of_.push_back(static_cast<int>(files_.size()));
            agreement_.push_back(std::move(agreement));
            patches_.push_back(std::move(patch));
        }
        files_.push_back(name);
    }
}

bool PatchPool::has_all_kinds() const {
    return std::none_of(
        by_kind_.begin(), by_kind_.end(), [](const auto& patches) { return patches.empty(); });
}

DecoderBatch PatchPool::training_batch(int batch_size, core::Rng& rng) const {
    DecoderBatch batch = make_batch(batch_size);
    batch.counts = {batch_size - 2 * (batch_size / 4), batch_size / 4, batch_size / 4};
    int row = 0;
    for (std::size_t kind = 0; kind < by_kind_.size(); ++kind) {
        for (int k = 0; k < batch.counts[kind]; ++k, ++row) {
            const std::vector<int>& choice = by_kind_[kind];
            const std::vector<double>& sums = likelihood_[kind];
            const auto drawn =
                std::upper_bound(sums.begin(), sums.end() - 1, rng.uniform() * sums.back());
            const auto index =
                static_cast<std::size_t>(choice[static_cast<std::size_t>(drawn - sums.begin())]);
            const pairs::DecoderPatch& patch = patches_[index];
            const Change change = sample_change(patch.source_scale, rng);
            if (change.blur_px > 0) {
                fill_row(blurred(patch, change.blur_px), agreement_[index], change, row, batch);
            } else {
                fill_row(patch, agreement_[index], change, row, batch);
            }
        }
    }
    return batch;
}

DecoderBatch PatchPool::validation_batch(pairs::PatchKind kind, int max_patches) const {
    std::map<int, std::pair<int, int>> best;  // file → hidden pixels, patch
    for (const int index : by_kind_[static_cast<std::size_t>(kind)]) {
        auto& entry = best[file_of_[index]];
        entry = std::max(entry, std::make_pair(count_hidden(patches_[index]), index));
    }
    std::vector<std::pair<int, int>> order;
    for (const auto& [file, entry] : best) {
        order.push_back(entry);
    }
    std::sort(order.rbegin(), order.rend());
    order.resize(std::min<std::size_t>(order.size(), static_cast<std::size_t>(max_patches)));
    DecoderBatch batch = make_batch(static_cast<int>(order.size()));
    batch.counts[static_cast<std::size_t>(kind)] = static_cast<int>(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto index = static_cast<std::size_t>(order[i].second);
        const pairs::DecoderPatch& patch = patches_[index];
        Change unchanged;
        unchanged.source_scale = patch.source_scale;
        fill_row(patch, agreement_[index], unchanged, static_cast<int>(i), batch);
    }
    return batch;
}

}  // namespace vasa::train
