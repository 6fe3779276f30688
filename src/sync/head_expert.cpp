// SPDX-License-Identifier: Apache-2.0
#include "vasa/sync/head_expert.h"

#include "vasa/core/error.h"
#include "vasa/core/json_text.h"
#include "vasa/models/file_marker.h"
#include "vasa/motion/mouth_activity.h"
#include "vasa/sync/head_activity.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <utility>

namespace vasa::sync {
namespace {

using core::Error;
using core::ErrorKind;
using motion::MotionFrame;

constexpr const char* kMouthInput = "mouth";
constexpr const char* kHeadInput = "head";
/// Input whose one value names the version of the mouth's features.
constexpr const char* kActivityInput = "mouth_activity";

template <std::size_t N>
Rows columns(const std::vector<float>& values,
             const std::array<const char*, N>& known,
             const std::vector<std::string>& names) {
    const auto num_frames = static_cast<Eigen::Index>(values.size() / N);
    const Eigen::Map<const Rows> all(values.data(), num_frames, static_cast<Eigen::Index>(N));
    Rows chosen(num_frames, static_cast<Eigen::Index>(names.size()));
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto found = std::find(known.begin(), known.end(), names[i]);
        if (found == known.end()) {
            throw Error(ErrorKind::Model,
                        "mouth-head expert: there is no feature " + core::quote(names[i]));
        }
        chosen.col(static_cast<Eigen::Index>(i)) = all.col(found - known.begin());
    }
    return chosen;
}

void check_projection(const HeadProjection& side, const char* name) {
    const auto width = static_cast<Eigen::Index>(kNumHeadSamples * side.features.size());
    if (width == 0 || side.center.size() != width || side.weights.rows() != width ||
        !side.center.allFinite() || !side.weights.allFinite()) {
        throw Error(ErrorKind::Model,
                    "mouth-head expert: " + std::string(name) + " has " +
                        std::to_string(side.weights.rows()) + " rows of weights, expected " +
                        std::to_string(width) + " finite ones");
    }
}

Rows embedded(const Rows& features, const HeadProjection& side) {
    Rows rows = (head_windows(features).rowwise() - side.center) * side.weights;
    // Below this length a window is one in which nothing moves.
    constexpr float kNothing = 1e-6F;
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
        const float length = rows.row(i).norm();
        rows.row(i) *= length > kNothing ? 1.0F / length : 0.0F;
    }
    return rows;
}

HeadProjection read_projection(const core::SafetensorsFile& file,
                               const char* name,
                               const models::NetworkInputs& inputs) {
    const auto found = inputs.find(name);
    if (found == inputs.end()) {
        throw Error(ErrorKind::Model,
                    "'" + file.name() + "': there is no input '" + std::string(name) + "'");
    }
    HeadProjection side;
    side.features = found->second;
    const auto width = static_cast<std::int64_t>(kNumHeadSamples * side.features.size());
    const std::string prefix = name;
    const std::vector<float> center = file.floats(prefix + ".center", {width});
    const std::int64_t rank = file.tensor(prefix + ".weights", {width, -1}).shape[1];
    const std::vector<float> weights = file.floats(prefix + ".weights", {width, rank});
    side.center = Eigen::Map<const Eigen::RowVectorXf>(center.data(), width);
    side.weights = Eigen::Map<const Rows>(weights.data(), width, rank);
    return side;
}

void write_projection(core::SafetensorsWriter& writer,
                      const std::string& prefix,
                      const HeadProjection& side) {
    const Rows weights = side.weights;
    writer.add_f32(prefix + ".center",
                   {side.center.size()},
                   {side.center.data(), side.center.data() + side.center.size()});
    writer.add_f32(prefix + ".weights",
                   {weights.rows(), weights.cols()},
                   {weights.data(), weights.data() + weights.size()});
}

}  // namespace

Rows head_windows(const Rows& features) {
    if (features.rows() < kHeadWindow) {
        throw Error(ErrorKind::Input,
                    "mouth-head expert: " + std::to_string(features.rows()) +
                        " frames, expected at least " + std::to_string(kHeadWindow));
    }
    Rows windows(features.rows() - kHeadWindow + 1, kNumHeadSamples * features.cols());
    for (Eigen::Index i = 0; i < windows.rows(); ++i) {
        for (int k = 0; k < kNumHeadSamples; ++k) {
            windows.row(i).segment(k * features.cols(), features.cols()) =
                features.row(i + static_cast<Eigen::Index>(k) * kHeadWindowStride);
        }
    }
    return windows;
}

Rows mouth_features(const std::vector<MotionFrame>& frames,
                    const head::HeadModel& model,
                    const std::vector<std::string>& names) {
    return columns(motion::mouth_activity(frames, model), motion::kMouthActivityNames, names);
}

Rows head_features(const std::vector<MotionFrame>& frames, const std::vector<std::string>& names) {
    return columns(head_activity(frames), kHeadActivityNames, names);
}

HeadScore head_score(const HeadEmbedding& embedding) {
    const Eigen::Index num_windows = std::min(embedding.mouth.rows(), embedding.head.rows());
    if (num_windows <= kMaxHeadShift) {
        throw Error(ErrorKind::Input,
                    "mouth-head expert: " + std::to_string(num_windows) +
                        " windows, expected at least " + std::to_string(kMaxHeadShift + 1));
    }
    HeadScore score;
    for (int shift = -kMaxHeadShift; shift <= kMaxHeadShift; ++shift) {
        const Eigen::Index count = num_windows - std::abs(shift);
        const auto mouth = embedding.mouth.middleRows(std::max(-shift, 0), count);
        const auto head = embedding.head.middleRows(std::max(shift, 0), count);
        const int place = shift + kMaxHeadShift;
        score.curve[static_cast<std::size_t>(place)] =
            mouth.cwiseProduct(head).sum() / static_cast<float>(count);
    }
    const auto best = std::max_element(score.curve.begin(), score.curve.end());
    score.offset_frames = static_cast<int>(best - score.curve.begin()) - kMaxHeadShift;
    score.similarity = score.curve[kMaxHeadShift];
    return score;
}

HeadExpert::HeadExpert(HeadProjection mouth, HeadProjection head, head::HeadModel model)
    : mouth_(std::move(mouth)), head_(std::move(head)), model_(std::move(model)) {
    check_projection(mouth_, kMouthInput);
    check_projection(head_, kHeadInput);
    if (mouth_.weights.cols() != head_.weights.cols()) {
        throw Error(ErrorKind::Model,
                    "mouth-head expert: mouth has rank " + std::to_string(mouth_.weights.cols()) +
                        ", head " + std::to_string(head_.weights.cols()));
    }
    // Unknown names show here, not at the first clip.
    const std::vector<MotionFrame> none;
    mouth_features(none, model_, mouth_.features);
    head_features(none, head_.features);
}

HeadExpert HeadExpert::load(const std::string& path, const std::string& head_model) {
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Model);
    models::check_marker(file, models::FileKind::HeadExpert);
    const std::string activity = models::one_input(file, kActivityInput);
    if (activity != motion::kMouthActivityFeatures) {
        throw Error(ErrorKind::Model,
                    "'" + path + "' was trained on " + core::quote(activity) + ", expected '" +
                        motion::kMouthActivityFeatures + "'");
    }
    const models::NetworkInputs inputs = models::read_inputs(file);
    return {read_projection(file, kMouthInput, inputs),
            read_projection(file, kHeadInput, inputs),
            head::HeadModel::load(head_model)};
}

void HeadExpert::write(core::SafetensorsWriter& writer) const {
    models::write_marker(writer, models::FileKind::HeadExpert);
    models::write_inputs(writer,
                         {{kActivityInput, {motion::kMouthActivityFeatures}},
                          {kMouthInput, mouth_.features},
                          {kHeadInput, head_.features}});
    write_projection(writer, kMouthInput, mouth_);
    write_projection(writer, kHeadInput, head_);
}

Rows HeadExpert::embed_mouth(const std::vector<MotionFrame>& frames) const {
    return embedded(mouth_features(frames, model_, mouth_.features), mouth_);
}

Rows HeadExpert::embed_head(const std::vector<MotionFrame>& frames) const {
    return embedded(head_features(frames, head_.features), head_);
}

HeadEmbedding HeadExpert::embed(const std::vector<MotionFrame>& frames) const {
    return {embed_mouth(frames), embed_head(frames)};
}

HeadScore HeadExpert::score(const motion::MotionClip& clip) const {
    if (clip.fps.value() != motion::kMotionRate_hz || clip.frames.size() < kMinHeadClip) {
        throw Error(ErrorKind::Input,
                    "mouth-head expert: " + std::to_string(clip.frames.size()) + " frames at " +
                        core::to_string(clip.fps) + " fps, expected at least " +
                        std::to_string(kMinHeadClip) + " at " +
                        std::to_string(motion::kMotionRate_hz));
    }
    return head_score(embed(clip.frames));
}

}  // namespace vasa::sync
