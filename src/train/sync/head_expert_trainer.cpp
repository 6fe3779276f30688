// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/head_expert_trainer.h"

#include "canonical_correlation.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/core/json_text.h"
#include "vasa/core/name_list.h"
#include "vasa/models/training_summary.h"
#include "vasa/motion/mouth_activity.h"
#include "vasa/sync/head_activity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <utility>

namespace vasa::train {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;
using Eigen::Index;

/// Frames from one window that is learned from to the next: neighbours say the same.
constexpr Index kWindowStep = 5;

template <std::size_t N>
std::vector<std::string> remaining(const std::array<const char*, N>& known,
                                   const std::vector<std::string>& without) {
    std::vector<std::string> names;
    for (const char* name : known) {
        if (std::find(without.begin(), without.end(), name) == without.end()) {
            names.emplace_back(name);
        }
    }
    return names;
}

/// Every kWindowStep-th window of all clips.
Eigen::MatrixXd stacked(const std::vector<sync::Rows>& features) {
    std::vector<sync::Rows> windows;
    Index count = 0;
    for (const sync::Rows& rows : features) {
        windows.push_back(sync::head_windows(rows));
        count += (windows.back().rows() + kWindowStep - 1) / kWindowStep;
    }
    Eigen::MatrixXd all(count, windows.front().cols());
    Index row = 0;
    for (const sync::Rows& of_clip : windows) {
        for (Index i = 0; i < of_clip.rows(); i += kWindowStep) {
            all.row(row++) = of_clip.row(i).cast<double>();
        }
    }
    return all;
}

/// Spread of each feature over all frames.
Eigen::RowVectorXd spreads(const std::vector<sync::Rows>& features) {
    const Index width = features.front().cols();
    Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(width), squares = sum;
    double count = 0;
    for (const sync::Rows& rows : features) {
        sum += rows.cast<double>().colwise().sum();
        squares += rows.cast<double>().cwiseAbs2().colwise().sum();
        count += static_cast<double>(rows.rows());
    }
    // A feature that never moves gets no weight from its noise.
    constexpr double kMinSpread = 1e-3;
    const Eigen::RowVectorXd mean = sum / count;
    return (squares / count - mean.cwiseAbs2()).cwiseMax(0.0).cwiseSqrt().cwiseMax(kMinSpread);
}

/// Motion files of a folder by stem, at 25 fps.
std::vector<std::pair<std::string, motion::MotionClip>> load_clips(const std::string& folder,
                                                                   const core::StopToken& stop) {
    std::vector<fs::path> paths;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        const std::string extension = core::extension_of(entry.path().string());
        if (extension == ".safetensors" || extension == ".csv") {
            paths.push_back(entry.path());
        }
    }
    if (ec) {
        throw Error(ErrorKind::Input, "cannot read folder '" + folder + "': " + ec.message());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::pair<std::string, motion::MotionClip>> clips;
    for (const fs::path& path : paths) {
        stop.throw_if_stopped();
        motion::MotionClip clip = motion::load_motion(path.string());
        const auto num_frames =
            static_cast<int>(std::lround(clip.duration_s() * motion::kMotionRate_hz));
        clip = motion::resample_motion(clip, {motion::kMotionRate_hz, 1}, num_frames);
        clips.emplace_back(path.stem().string(), std::move(clip));
    }
    return clips;
}

}  // namespace

void HeadExpertTrainOptions::check() const {
    if (motion.empty() || head_model.empty() || out.empty()) {
        throw Error(ErrorKind::Usage,
                    "mouth-head training: expected a folder of motion, a head model and an output");
    }
    for (const std::string& name : without) {
        const auto is_name = [&](const char* known) { return name == known; };
        const auto& mouth = motion::kMouthActivityNames;
        const auto& head = sync::kHeadActivityNames;
        if (std::none_of(mouth.begin(), mouth.end(), is_name) &&
            std::none_of(head.begin(), head.end(), is_name)) {
            throw Error(ErrorKind::Usage,
                        "mouth-head training: there is no feature " + core::quote(name));
        }
    }
    if (remaining(motion::kMouthActivityNames, without).empty() ||
        remaining(sync::kHeadActivityNames, without).empty()) {
        throw Error(ErrorKind::Usage, "mouth-head training: no feature of mouth or head is left");
    }
}

sync::HeadExpert fit_head_expert(const std::vector<motion::MotionClip>& clips,
                                 const head::HeadModel& model,
                                 const std::vector<std::string>& without,
                                 std::vector<double>* correlations) {
    sync::HeadProjection mouth, head;
    mouth.features = remaining(motion::kMouthActivityNames, without);
    head.features = remaining(sync::kHeadActivityNames, without);
    std::vector<sync::Rows> mouth_rows, head_rows;
    for (const motion::MotionClip& clip : clips) {
        if (clip.frames.size() >= sync::kHeadWindow) {
            mouth_rows.push_back(sync::mouth_features(clip.frames, model, mouth.features));
            head_rows.push_back(sync::head_features(clip.frames, head.features));
        }
    }
    if (mouth_rows.empty()) {
        throw Error(ErrorKind::Input,
                    "mouth-head training: no clip of " + std::to_string(sync::kHeadWindow) +
                        " frames to learn from");
    }
    // A mouth's features have a rest that is not their mean; a head's have mean 0 in every clip.
    const Eigen::RowVectorXd scale =
        spreads(mouth_rows).cwiseInverse().replicate(1, sync::kNumHeadSamples);
    Eigen::MatrixXd left = stacked(mouth_rows);
    const Eigen::RowVectorXd center = left.colwise().mean();
    left.rowwise() -= center;
    left.array().rowwise() *= scale.array();
    const Eigen::MatrixXd right = stacked(head_rows);
    const auto count = static_cast<double>(left.rows());
    const CanonicalPairs pairs = canonical_correlation({left.transpose() * left / count,
                                                        right.transpose() * right / count,
                                                        left.transpose() * right / count});
    mouth.center = center.cast<float>();
    const Eigen::MatrixXd scaled = scale.asDiagonal() * pairs.left;
    mouth.weights = scaled.cast<float>();
    head.center = Eigen::RowVectorXf::Zero(right.cols());
    head.weights = pairs.right.cast<float>();
    if (correlations != nullptr) {
        correlations->assign(pairs.correlations.data(),
                             pairs.correlations.data() + pairs.correlations.size());
    }
    return {std::move(mouth), std::move(head), model};
}

HeadExpertTrainResult train_head_expert(const HeadExpertTrainOptions& options) {
    options.check();
    const head::HeadModel model = head::HeadModel::load(options.head_model);
    const std::vector<std::string> held_out = options.held_out.empty()
                                                  ? std::vector<std::string>()
                                                  : core::read_name_list(options.held_out);
    std::vector<motion::MotionClip> training, measured;
    HeadExpertTrainResult result;
    for (auto& [name, clip] : load_clips(options.motion, options.stop)) {
        if (clip.frames.size() < sync::kHeadWindow) {
            ++result.num_left_out;
            continue;
        }
        const bool is_measured = core::is_listed(held_out, name);
        result.minutes += is_measured ? 0.0 : clip.duration_s() / 60.0;
        (is_measured ? measured : training).push_back(std::move(clip));
    }
    result.num_clips = static_cast<int>(training.size());
    result.num_held_out = static_cast<int>(measured.size());
    const sync::HeadExpert expert =
        fit_head_expert(training, model, options.without, &result.correlations);
    std::vector<sync::HeadEmbedding> embedded;
    for (const motion::MotionClip& clip : measured) {
        options.stop.throw_if_stopped();
        embedded.push_back(expert.embed(clip.frames));
    }
    result.long_stretches = sync::head_preference(embedded);
    sync::HeadPreferenceParams brief;
    brief.length = brief.min_length = sync::kHeadWindow;
    result.short_stretches = sync::head_preference(embedded, brief);

    models::TrainingSummary summary;
    summary.data = std::to_string(result.num_clips) + " shots, " +
                   std::to_string(std::lround(result.minutes)) +
                   " min of the motion of recorded speakers";
    summary.command = options.command;
    summary.revision = options.revision;
    core::SafetensorsWriter writer;
    expert.write(writer);
    models::write_licence(writer, "Apache-2.0");
    models::write_training(writer, summary);
    writer.save(options.out);
    return result;
}

}  // namespace vasa::train
