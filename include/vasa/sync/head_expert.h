// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"
#include "vasa/head/head_model.h"
#include "vasa/models/network_inputs.h"
#include "vasa/motion/motion_clip.h"

#include <array>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace vasa::sync {

/// Frames in one comparison of mouth and head: 3 s, about a phrase.
constexpr int kHeadWindow = 75;
/// Frames between the samples of a window; heads move at 4 Hz and below.
constexpr int kHeadWindowStride = 3;
constexpr int kNumHeadSamples = kHeadWindow / kHeadWindowStride;
/// Largest shift tried to each side, frames.
constexpr int kMaxHeadShift = 25;
constexpr int kNumHeadShifts = 2 * kMaxHeadShift + 1;
/// Shortest clip that can be judged, frames: a window at every shift.
constexpr int kMinHeadClip = kHeadWindow + kMaxHeadShift;

/// Rows of features or of embedded windows.
using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The windows of features, flattened sample by sample.
/// @param features  [T, width], T >= kHeadWindow
/// @return          [T - kHeadWindow + 1, kNumHeadSamples * width], row i begins at frame i
Rows head_windows(const Rows& features);

/// How the expert embeds the windows of one side, mouth or head.
struct HeadProjection {
    std::vector<std::string> features;  ///< by name, in the order of a sample
    Eigen::RowVectorXf center;          ///< subtracted from a window
    Eigen::MatrixXf weights;            ///< [kNumHeadSamples * features, rank]
};

/// Embedded windows of a clip: rows of length 1, or 0 where nothing moves.
struct HeadEmbedding {
    Rows mouth, head;
};

/// How well mouth and head of a clip agree.
struct HeadScore {
    /// Mean similarity (-1..1) of the mouth's windows with the head's `shift` frames later,
    /// shift = i - kMaxHeadShift.
    std::array<float, kNumHeadShifts> curve{};
    int offset_frames = 0;  ///< shift of the best similarity; > 0: the head is late
    float similarity = 0;   ///< at shift 0
};

/// @throws Error(Input) for fewer than kMinHeadClip - kHeadWindow + 1 windows
HeadScore head_score(const HeadEmbedding& embedding);

/// Judges whether head motion belongs to a mouth, and so to the speech: windows of mouth features
/// and of head features are projected by canonical correlation analysis and compared by the cosine.
///
/// Both sides are scaled by the clip's own spread, so that the size of motion has no influence.
/// Source: Hotelling, Relations between two sets of variates (1936).
class HeadExpert {
  public:
    /// @throws Error(Model) for unknown features or sizes that do not fit
    HeadExpert(HeadProjection mouth, HeadProjection head, head::HeadModel model);

    /// @param head_model  head_model.safetensors, for the positions of the lips
    /// @throws Error(Model) naming the tensor or input that is missing or does not fit
    static HeadExpert load(const std::string& path, const std::string& head_model);
    /// Marker, inputs and tensors of the model's file.
    void write(core::SafetensorsWriter& writer) const;

    const HeadProjection& mouth_side() const { return mouth_; }
    const HeadProjection& head_side() const { return head_; }

    /// Each row: a window of motion. Only the pose and the brows of `frames` matter for the head.
    /// @param frames  25 fps, at least kHeadWindow
    Rows embed_mouth(const std::vector<motion::MotionFrame>& frames) const;
    Rows embed_head(const std::vector<motion::MotionFrame>& frames) const;
    HeadEmbedding embed(const std::vector<motion::MotionFrame>& frames) const;

    /// @param clip  25 fps, at least kMinHeadClip frames
    /// @throws Error(Input) for other lengths or rates
    HeadScore score(const motion::MotionClip& clip) const;

  private:
    HeadProjection mouth_, head_;
    head::HeadModel model_;
};

/// The columns of a feature matrix by name: of motion::mouth_activity() and head_activity().
/// @throws Error(Model) for a name that is not there
Rows mouth_features(const std::vector<motion::MotionFrame>& frames,
                    const head::HeadModel& model,
                    const std::vector<std::string>& names);
Rows head_features(const std::vector<motion::MotionFrame>& frames,
                   const std::vector<std::string>& names);

}  // namespace vasa::sync
