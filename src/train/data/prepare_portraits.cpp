// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/prepare_portraits.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/core/name_list.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/face/face_encoder.h"
#include "vasa/face/video_track.h"
#include "vasa/head/face_measures.h"
#include "vasa/media/image_file.h"
#include "vasa/pairs/decoder_pairs.h"
#include "vasa/pairs/pseudo_source.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <vector>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
namespace fs = std::filesystem;

/// Portraits with an uncertain fit are poor training data.
constexpr float kMaxFitError = 0.025F;
constexpr float kMinFaceFlag = 5.0F;

bool has_extension(const std::string& name, std::initializer_list<const char*> extensions) {
    const std::string extension = core::extension_of(name);
    return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

bool is_image(const std::string& name) {
    return has_extension(name, {".jpg", ".jpeg", ".png", ".webp"});
}

bool is_video(const std::string& name) {
    return has_extension(name, {".mp4", ".mov", ".mkv", ".webm", ".mpg", ".avi"});
}

/// Images and videos of a folder, shuffled so that a part of them is as varied as all.
std::vector<std::string> list_portraits(const std::string& folder, std::uint64_t seed) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (is_image(name) || is_video(name)) {
            names.push_back(name);
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

std::string file_name(bool is_held_out, const std::string& source, int round, std::size_t index) {
    char number[64];
    std::snprintf(number, sizeof number, "_%02d_%05zu.safetensors", round, index);
    return (is_held_out ? "held_out_" : "train_") + source + number;
}

/// Result of one input, or the reason why there is none.
struct Made {
    std::vector<pairs::DecoderPatch> patches;
    int num_pairs = 0;
    std::string dropped;
};

/// Adds pairs of one picture of a face.
void add_pairs(face::FaceEncoder& encoder,
               const core::ImageU8& image,
               const std::string& name,
               float min_gap,
               core::Rng& rng,
               Made& made) {
    const head::FaceCode code = encoder.encode(image, name);
    if (code.fit_error > kMaxFitError || code.face_flag < kMinFaceFlag) {
        made.dropped = "doubtful fit";
        return;
    }
    if (head::mouth_gap(code.landmarks) < min_gap) {
        made.dropped = "closed mouth";
        return;
    }
    decode::GeometryRenderer renderer(encoder.head_model(), code);
    const int num_pairs = is_video(name) ? 1 : pairs::num_pairs_of(code);
    for (int i = 0; i < num_pairs; ++i) {
        for (pairs::DecoderPatch& patch :
             pairs::make_decoder_patches(encoder.head_model(), code, renderer, rng)) {
            made.patches.push_back(std::move(patch));
        }
    }
    made.num_pairs += num_pairs;
}

Made make_pairs(face::FaceEncoder& encoder,
                const PreparePortraitsOptions& options,
                const std::string& name,
                int round,
                core::Rng rng,
                const core::StopToken& stop) {
    Made made;
    const std::string path = options.portraits + "/" + name;
    const float min_gap = is_image(name) && round == 0 ? 0.0F : options.min_later_gap;
    try {
        const std::vector<core::ImageU8> pictures =
            is_image(name) ? std::vector<core::ImageU8>{media::load_image(path)}
                           : face::spread_frames(path, options.frames_per_video, stop);
        for (const core::ImageU8& picture : pictures) {
            add_pairs(encoder, picture, name, min_gap, rng, made);
        }
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Input) {
            throw;
        }
        made.dropped = "no usable face";
    }
    return made;
}

}  // namespace

void PreparePortraitsOptions::check() const {
    if (portraits.empty() || out.empty()) {
        throw Error(ErrorKind::Usage, "preparing portraits needs a folder of them and an output");
    }
    if (source.empty() || source.find('/') != std::string::npos) {
        throw Error(ErrorKind::Usage, "the name of the source is '" + source + "'");
    }
    if (frames_per_video < 1 || frames_per_video > 1000) {
        throw Error(
            ErrorKind::Usage,
            "frames a video is " + std::to_string(frames_per_video) + ", expected 1 to 1000");
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
    const std::vector<std::string> list = options.held_out.empty()
                                              ? std::vector<std::string>()
                                              : core::read_name_list(options.held_out);
    const std::set<std::string> held_out(list.begin(), list.end());
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
            const bool is_held_out = held_out.count(names[i]) > 0 ||
                                     held_out.count(fs::path(names[i]).stem().string()) > 0;
            const std::int64_t done =
                round * static_cast<std::int64_t>(names.size()) + static_cast<std::int64_t>(i);
            const std::string path =
                options.out + "/" + file_name(is_held_out, options.source, round, i);
            int num_pairs = 0;
            if (!fs::exists(path)) {
                const Made made =
                    make_pairs(encoder,
                               options,
                               names[i],
                               round,
                               core::Rng(options.seed).fork(static_cast<std::uint64_t>(done) + 1),
                               stop);
                if (made.num_pairs == 0) {
                    ++report.dropped[made.dropped];
                    continue;
                }
                pairs::save_patches(path, made.patches);
                num_pairs = made.num_pairs;
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
