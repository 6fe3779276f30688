// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/skin_fold_trainer.h"

#include "head/drawn_folds.h"
#include "head/fold_examples.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/name_list.h"
#include "vasa/core/safetensors.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/training_summary.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include <Eigen/Dense>

namespace vasa::train {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;
using head::Fold;
using head::SkinMap;

constexpr std::size_t kNumTexels = static_cast<std::size_t>(SkinMap::kHeight) * SkinMap::kHalfWidth;
/// The folds that pairs of pictures tell.
constexpr std::array<Fold, 2> kLearned = {Fold::Smile, Fold::Squint};

constexpr const char* kLicence =
    "Apache-2.0; learned from the Face Research Lab London Set (CC-BY-4.0, DeBruine and Jones "
    "2017, doi 10.6084/m9.figshare.5047666)";

/// Files of a folder by name.
std::vector<fs::path> pictures(const std::string& folder) {
    std::vector<fs::path> paths;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        if (entry.is_regular_file()) {
            paths.push_back(entry.path());
        }
    }
    if (ec) {
        throw Error(ErrorKind::Input, "cannot read folder '" + folder + "': " + ec.message());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

float explained(const FoldExample& example,
                const std::array<std::vector<float>, 2>& folds,
                std::size_t texel) {
    float sum = 0;
    for (std::size_t k = 0; k < kLearned.size(); ++k) {
        sum += example.strengths[static_cast<std::size_t>(kLearned[k])] * folds[k][texel];
    }
    return sum;
}

/// SkinFoldTrainResult::unexplained
float unexplained(const std::vector<FoldExample>& examples,
                  const std::array<std::vector<float>, 2>& folds) {
    constexpr float kLeft_cm = 1.2F, kRight_cm = 4.2F, kTop_cm = -0.3F, kBottom_cm = -5.5F;
    double with = 0, without = 0;
    for (const FoldExample& example : examples) {
        for (std::size_t i = 0; i < kNumTexels; ++i) {
            const float x = static_cast<float>(i % SkinMap::kHalfWidth) * SkinMap::kTexel_cm;
            const float y =
                SkinMap::kTop_cm - static_cast<float>(i / SkinMap::kHalfWidth) * SkinMap::kTexel_cm;
            if (x > kLeft_cm && x < kRight_cm && y < kTop_cm && y > kBottom_cm) {
                const double weight = static_cast<double>(example.weight[i]);
                const float change = example.change[i];
                without += weight * static_cast<double>(std::fabs(change));
                with +=
                    weight * static_cast<double>(std::fabs(change - explained(example, folds, i)));
            }
        }
    }
    return static_cast<float>(with / std::max(without, 1e-9));
}

void save(const SkinFoldTrainOptions& options,
          const std::vector<std::uint8_t>& texels,
          int num_persons) {
    models::TrainingSummary summary;
    summary.data = "neutral and smiling pictures of " + std::to_string(num_persons) +
                   " adults; folds of brows are drawn";
    summary.command = options.command;
    summary.revision = options.revision;
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::SkinFolds);
    models::write_licence(writer, kLicence);
    models::write_training(writer, summary);
    writer.add_u8(
        head::SkinFolds::kTensor, {SkinMap::kHeight, SkinMap::kHalfWidth, head::kNumFolds}, texels);
    writer.save(options.out);
}

}  // namespace

void SkinFoldTrainOptions::check() const {
    if (pairs.empty() || held_out.empty() || model_dir.empty() || out.empty()) {
        throw Error(
            ErrorKind::Usage,
            "training of skin folds: expected a folder of pairs, a list of persons kept for "
            "measuring, a model folder and an output");
    }
}

std::array<std::vector<float>, 2> fit_folds(const std::vector<FoldExample>& examples,
                                            const FoldFitParams& params) {
    std::array<std::vector<float>, 2> folds;
    for (std::vector<float>& fold : folds) {
        fold.assign(kNumTexels, 0.0F);
    }
    for (std::size_t i = 0; i < kNumTexels; ++i) {
        for (int pass = 0; pass <= params.num_passes; ++pass) {
            Eigen::Matrix2f a = params.prior * Eigen::Matrix2f::Identity();
            Eigen::Vector2f b = Eigen::Vector2f::Zero();
            for (const FoldExample& example : examples) {
                const Eigen::Vector2f s(example.strengths[static_cast<std::size_t>(kLearned[0])],
                                        example.strengths[static_cast<std::size_t>(kLearned[1])]);
                const float error = std::fabs(example.change[i] - explained(example, folds, i));
                // Huber's weights; at first all alike.
                const float trust =
                    pass == 0 ? 1.0F : std::min(1.0F, params.outlier / std::max(error, 1e-6F));
                a += example.weight[i] * trust * s * s.transpose();
                b += example.weight[i] * trust * example.change[i] * s;
            }
            const Eigen::Vector2f solution = a.ldlt().solve(b);
            folds[0][i] = solution[0];
            folds[1][i] = solution[1];
        }
    }
    return folds;
}

SkinFoldTrainResult train_skin_folds(const SkinFoldTrainOptions& options) {
    options.check();
    const std::vector<std::string> held_out = core::read_name_list(options.held_out);
    face::FaceEncoder encoder(options.model_dir);
    const head::HeadModel& model = encoder.head_model();
    const auto map = SkinMap::samples(model);
    const std::vector<fs::path> neutral = pictures(options.pairs + "/neutral_front");
    SkinFoldTrainResult result;
    std::vector<FoldExample> examples;
    for (std::size_t i = 0; i < neutral.size(); ++i) {
        options.stop.throw_if_stopped();
        const fs::path smiling = fs::path(options.pairs) / "smiling_front" / neutral[i].filename();
        if (core::is_listed(held_out, neutral[i].stem().string())) {
            ++result.num_held_out;
            continue;
        }
        try {
            const auto encode = [&](const std::string& path) {
                return encoder.encode(media::load_image(path), path);
            };
            for (FoldExample& example :
                 fold_examples(model, map, encode(neutral[i].string()), encode(smiling.string()))) {
                examples.push_back(std::move(example));
            }
            ++result.num_persons;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input) {
                throw;
            }
            core::log_warning(neutral[i].string() + ": " + error.what());
            ++result.num_left_out;
        }
        if (options.progress) {
            options.progress(static_cast<std::int64_t>(i) + 1,
                             static_cast<std::int64_t>(neutral.size()));
        }
    }
    if (examples.empty()) {
        throw Error(ErrorKind::Input,
                    "folder '" + options.pairs +
                        "' has no person's neutral and smiling picture to learn from");
    }
    const std::array<std::vector<float>, 2> learned = fit_folds(examples);
    result.unexplained = unexplained(examples, learned);
    const std::vector<float> where = learnable(model);
    std::array<std::vector<float>, head::kNumFolds> folds;
    for (std::size_t k = 0; k < learned.size(); ++k) {
        std::vector<float>& fold = folds[static_cast<std::size_t>(kLearned[k])];
        for (std::size_t i = 0; i < kNumTexels; ++i) {
            fold.push_back(learned[k][i] * where[i]);
        }
    }
    for (const Fold fold : {Fold::BrowUp, Fold::BrowDown}) {
        folds[static_cast<std::size_t>(fold)] = draw_folds(fold);
    }
    std::vector<std::uint8_t> texels;
    for (std::size_t i = 0; i < kNumTexels; ++i) {
        for (const std::vector<float>& fold : folds) {
            const float value =
                std::round(fold[i] / head::kFoldStep) + static_cast<float>(head::kFoldZero);
            texels.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F)));
        }
    }
    save(options, texels, result.num_persons);
    return result;
}

}  // namespace vasa::train
