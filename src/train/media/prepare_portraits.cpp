// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/prepare_portraits.h"

#include "../decoder_pairs.h"
#include "../prepare_plan.h"

#include "vasa/core/error.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/decode/pseudo_source.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <vector>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
namespace fs = std::filesystem;

/// Portraits that the fit is unsure of teach nothing good.
constexpr float kMaxFitError = 0.025F;
constexpr float kMinFaceFlag = 5.0F;

/// Images of a folder, shuffled: a part of them is then as varied as all.
std::vector<std::string> list_portraits(const std::string& folder, std::uint64_t seed) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::string extension = entry.path().extension().string();
        std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) {
            return static_cast<char>(std::tolower(c));
        });
        if (extension == ".jpg" || extension == ".jpeg" || extension == ".png" ||
            extension == ".webp") {
            names.push_back(entry.path().filename().string());
        }
    }
    if (names.empty()) {
        throw Error(ErrorKind::Input, "no portraits in '" + folder + "'");
    }
    std::sort(names.begin(), names.end());
    core::Rng rng(seed);
    for (std::size_t i = names.size() - 1; i > 0; --i) {
        std::swap(names[i], names[rng.below(i + 1)]);
    }
    return names;
}

std::string file_name(bool is_held_out, int round, std::size_t index) {
    char name[64];
    std::snprintf(name,
                  sizeof name,
                  "%s_%02d_%05zu.safetensors",
                  is_held_out ? "held_out" : "train",
                  round,
                  index);
    return name;
}

/// Patches of a portrait, or the reason why there are none.
std::string make_patches(face::FaceEncoder& encoder,
                         const std::string& path,
                         core::Rng rng,
                         float min_gap,
                         std::vector<DecoderPatch>& patches,
                         int& num_pairs) {
    head::FaceCode code;
    try {
        code = encoder.encode(media::load_image(path), path);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Input) {
            throw;
        }
        return "no usable face";
    }
    if (code.fit_error > kMaxFitError || code.face_flag < kMinFaceFlag) {
        return "doubtful fit";
    }
    if (decode::mouth_gap(code) < min_gap) {
        return "closed mouth in a later round";
    }
    decode::GeometryRenderer renderer(encoder.head_model(), code);
    num_pairs = num_pairs_of(code);
    for (int i = 0; i < num_pairs; ++i) {
        for (DecoderPatch& patch :
             make_decoder_patches(encoder.head_model(), code, renderer, rng)) {
            patches.push_back(std::move(patch));
        }
    }
    return {};
}

}  // namespace

void PreparePortraitsOptions::check() const {
    if (portraits.empty() || out.empty()) {
        throw Error(ErrorKind::Usage, "preparing portraits needs a folder of them and an output");
    }
    if (num_rounds < 1 || num_rounds > 99) {
        throw Error(ErrorKind::Usage,
                    "rounds is " + std::to_string(num_rounds) + ", expected 1 to 99");
    }
}

PreparePortraitsReport prepare_portraits(const PreparePortraitsOptions& options,
                                         const core::ProgressFn& progress,
                                         const core::StopToken& stop) {
    options.check();
    const std::set<std::string> held_out =
        options.held_out.empty() ? std::set<std::string>{} : load_names(options.held_out);
    const std::vector<std::string> names = list_portraits(options.portraits, options.seed);
    std::error_code error;
    fs::create_directories(options.out, error);
    if (!fs::is_directory(options.out)) {
        throw Error(ErrorKind::Output,
                    "cannot make folder '" + options.out + "': " + error.message());
    }
    face::FaceEncoder encoder(options.model_dir);
    PreparePortraitsReport report;
    const auto total = static_cast<std::int64_t>(names.size()) * options.num_rounds;
    for (int round = 0; round < options.num_rounds; ++round) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            stop.throw_if_stopped();
            const bool is_held_out = held_out.count(names[i]) > 0;
            const std::int64_t done =
                round * static_cast<std::int64_t>(names.size()) + static_cast<std::int64_t>(i);
            const std::string path = options.out + "/" + file_name(is_held_out, round, i);
            std::vector<DecoderPatch> patches;
            int num_pairs = 0;
            if (!fs::exists(path)) {
                const std::string reason =
                    make_patches(encoder,
                                 options.portraits + "/" + names[i],
                                 core::Rng(options.seed).fork(static_cast<std::uint64_t>(done) + 1),
                                 round == 0 ? 0.0F : options.min_later_gap,
                                 patches,
                                 num_pairs);
                if (!reason.empty()) {
                    ++report.dropped[reason];
                    continue;
                }
                save_patches(path, patches);
            }
            ++report.num_files;
            report.num_pairs += num_pairs;
            report.num_held_out += is_held_out ? 1 : 0;
            if (progress) {
                progress(done + 1, total);
            }
        }
    }
    return report;
}

}  // namespace vasa::train
