// SPDX-License-Identifier: Apache-2.0
#include "vasa/pairs/decoder_pairs.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/head/face_measures.h"
#include "vasa/models/file_marker.h"
#include "vasa/pairs/pseudo_source.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vasa::pairs {
namespace {

using core::Vec2f;
using decode::FaceState;
using decode::PixelRecord;
using decode::PixelRect;

constexpr std::size_t kPatchPixels =
    static_cast<std::size_t>(kStoredPatch_px) * static_cast<std::size_t>(kStoredPatch_px);
static_assert(sizeof(PixelRecord) == 16, "records are stored as they lie in memory");

/// A rectangle of a patch's size around a point, shifted to lie inside the frame.
PixelRect patch_around(Vec2f centre) {
    constexpr int kLast = head::kFrameSize_px - kStoredPatch_px;
    return {std::clamp(static_cast<int>(centre.x) - kStoredPatch_px / 2, 0, kLast),
            std::clamp(static_cast<int>(centre.y) - kStoredPatch_px / 2, 0, kLast),
            kStoredPatch_px,
            kStoredPatch_px};
}

/// Samples a place by how much skin the pseudo-source hides there, away from mouth and eyes; on the
/// outline of the face if there is hardly any.
Vec2f hidden_skin(const decode::GeometryBuffers& buffers,
                  const head::FaceCode& code,
                  core::Rng& rng) {
    constexpr int kCell_px = 16, kCells = head::kFrameSize_px / kCell_px;
    constexpr float kEnough = 60.0F;
    std::array<float, static_cast<std::size_t>(kCells) * kCells> cells{};
    for (int y = 0; y < head::kFrameSize_px; ++y) {
        for (int x = 0; x < head::kFrameSize_px; ++x) {
            if (*buffers.part.at(x, y) == decode::part_value(head::Part::Skin)) {
                cells[static_cast<std::size_t>(y / kCell_px) * kCells + x / kCell_px] +=
                    1.0F - *buffers.visibility.at(x, y);
            }
        }
    }
    const auto cell_middle = [](int cell) -> Vec2f {
        const int column = cell % kCells, row = cell / kCells;
        return {(static_cast<float>(column) + 0.5F) * kCell_px,
                (static_cast<float>(row) + 0.5F) * kCell_px};
    };
    const float reach = 0.3F * code.eye_distance_px();
    for (const Vec2f& busy : {head::mouth_middle(code.landmarks),
                              head::eye_middle(code.landmarks, 0),
                              head::eye_middle(code.landmarks, 1)}) {
        for (int i = 0; i < kCells * kCells; ++i) {
            const Vec2f middle = cell_middle(i);
            if (std::hypot(middle.x - busy.x, middle.y - busy.y) < reach) {
                cells[i] = 0;
            }
        }
    }
    float total = 0;
    for (const float v : cells) {
        total += v;
    }
    if (total < kEnough) {
        return code.landmarks[head::kOutlineSamples[rng.below(head::kOutlineSamples.size())]];
    }
    double left = rng.uniform() * total;
    int chosen = 0;
    while (chosen + 1 < kCells * kCells && left > cells[chosen]) {
        left -= cells[chosen++];
    }
    return cell_middle(chosen);
}

/// A state as the fit might estimate it: half of the time, mouth and lids are slightly wrong.
FaceState misjudged(FaceState state, core::Rng& rng) {
    constexpr float kError = 0.03F;
    if (rng.uniform() < 0.5) {
        for (float& value : state.actions.values) {
            if (value > 0) {
                value = std::clamp(value + kError * static_cast<float>(rng.normal()), 0.0F, 1.0F);
            }
        }
    }
    return state;
}

}  // namespace

int num_pairs_of(const head::FaceCode& code) {
    const float gap = head::mouth_gap(code.landmarks);
    return gap > 0.15F ? 6 : gap > 0.06F ? 3 : gap > 0.03F ? 2 : 1;
}

std::vector<DecoderPatch> make_decoder_patches(const head::HeadModel& model,
                                               const head::FaceCode& code,
                                               decode::GeometryRenderer& renderer,
                                               core::Rng& rng) {
    const FaceState state = pairs::sample_other_state(code, rng);
    const head::FaceCode pseudo =
        pairs::make_pseudo_source(model, code, renderer, state, misjudged(state, rng));
    decode::GeometryRenderer back(model, pseudo);
    core::ImageU8 rgb;
    decode::GeometryBuffers buffers;
    back.render(code.pose, code.actions, rgb, &buffers);
    const std::array<std::pair<PatchKind, Vec2f>, 4> places = {
        {{PatchKind::Mouth, head::mouth_middle(code.landmarks)},
         {PatchKind::Eye, head::eye_middle(code.landmarks, 0)},
         {PatchKind::Eye, head::eye_middle(code.landmarks, 1)},
         {PatchKind::Skin, hidden_skin(buffers, code, rng)}}};
    std::vector<DecoderPatch> patches;
    for (const auto& [kind, centre] : places) {
        DecoderPatch patch;
        patch.kind = kind;
        patch.source_scale = code.source_scale;
        const PixelRect rect = patch_around(centre);
        patch.records.resize(kPatchPixels);
        decode::record_pixels(rgb, buffers, rect, patch.records.data());
        for (int y = rect.y; y < rect.y + rect.height; ++y) {
            for (int x = rect.x; x < rect.x + rect.width; ++x) {
                const std::uint8_t* p = code.appearance.crop.at(x, y);
                patch.target.push_back({p[0], p[1], p[2]});
            }
        }
        patches.push_back(std::move(patch));
    }
    return patches;
}

void save_patches(const std::string& path, const std::vector<DecoderPatch>& patches) {
    std::vector<std::uint8_t> kinds, records, targets;
    std::vector<float> scales;
    for (const DecoderPatch& patch : patches) {
        kinds.push_back(static_cast<std::uint8_t>(patch.kind));
        scales.push_back(patch.source_scale);
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(patch.records.data());
        records.insert(records.end(), bytes, bytes + kPatchPixels * sizeof(PixelRecord));
        for (const auto& rgb : patch.target) {
            targets.insert(targets.end(), rgb.begin(), rgb.end());
        }
    }
    const auto count = static_cast<std::int64_t>(patches.size());
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::DecoderPairs);
    writer.add_u8("kind", {count}, kinds);
    writer.add_f32("source_scale", {count}, scales);
    writer.add_u8(
        "records", {count, kStoredPatch_px, kStoredPatch_px, sizeof(PixelRecord)}, records);
    writer.add_u8("target", {count, kStoredPatch_px, kStoredPatch_px, 3}, targets);
    writer.save(path);
}

std::vector<DecoderPatch> load_patches(const std::string& path) {
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Input);
    models::check_marker(file, models::FileKind::DecoderPairs);
    const std::vector<std::uint8_t> kinds = file.bytes("kind", {-1});
    const auto count = static_cast<std::int64_t>(kinds.size());
    const std::vector<float> scales = file.floats("source_scale", {count});
    const core::TensorView records =
        file.tensor("records", {count, kStoredPatch_px, kStoredPatch_px, sizeof(PixelRecord)});
    const core::TensorView target =
        file.tensor("target", {count, kStoredPatch_px, kStoredPatch_px, 3});
    if (records.dtype != core::DType::U8 || target.dtype != core::DType::U8) {
        throw core::Error(core::ErrorKind::Input, "'" + path + "': patches are not bytes");
    }
    std::vector<DecoderPatch> patches(kinds.size());
    for (std::size_t i = 0; i < patches.size(); ++i) {
        if (kinds[i] >= kNumPatchKinds || !(scales[i] > 0)) {
            throw core::Error(core::ErrorKind::Input, "'" + path + "': damaged patch");
        }
        patches[i].kind = static_cast<PatchKind>(kinds[i]);
        patches[i].source_scale = scales[i];
        patches[i].records.resize(kPatchPixels);
        std::memcpy(patches[i].records.data(),
                    records.data + i * kPatchPixels * sizeof(PixelRecord),
                    kPatchPixels * sizeof(PixelRecord));
        patches[i].target.resize(kPatchPixels);
        std::memcpy(patches[i].target.data(), target.data + i * kPatchPixels * 3, kPatchPixels * 3);
    }
    return patches;
}

}  // namespace vasa::pairs
