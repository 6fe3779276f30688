// SPDX-License-Identifier: Apache-2.0
#include "motion/motion_batch.h"

#include "vasa/core/error.h"
#include "vasa/motion/motion_space.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

namespace vasa::train {
namespace {

using motion::ControlVector;
using motion::kControlWidth;
using motion::kMotionWidth;
using motion::MotionVector;

/// Minimum spreads: a value that hardly moves must not be scaled up to variance 1.
constexpr float kMinAngleSpread_rad = 0.005F;
constexpr float kMinPositionSpread_cm = 0.05F;
constexpr float kMinActionSpread = 0.02F;
constexpr double kClipStartShare = 0.15;
constexpr double kSpeechTailDropout = 0.2;
constexpr int kMaxSpeechTail_frames = 50;
/// Spread of noise added to the speech features in training.
constexpr double kSpeechNoise = 0.1;

/// Spread of the noise that live training adds to each feature and to the motion before a window:
/// the live encoder differs this much from that of the shards, and live motion continues its own.
constexpr double kLiveSpeechNoise = 0.3, kLiveHistoryNoise = 0.05;
/// Weight of frames whose speech is not known in live training: they are not shown.
constexpr float kUnheardWeight = 0.3F;

/// Controls of a frame as the network receives them.
ControlVector control_vector(const ClipView& clip, int frame) {
    ControlVector control;
    std::copy_n(clip.controls + static_cast<std::ptrdiff_t>(frame) * kControlWidth,
                kControlWidth,
                control.begin());
    control[2] -= 1.0F;  // distance
    return control;
}

std::vector<float> motion_vectors(const ClipView& clip) {
    std::vector<float> out;
    out.reserve(static_cast<std::size_t>(clip.num_frames) * kMotionWidth);
    for (int i = 0; i < clip.num_frames; ++i) {
        motion::MotionFrame frame = frame_of_shard(clip.motion + i * kShardMotionWidth);
        for (int k = 0; clip.tongue != nullptr && k < head::kNumTongueValues; ++k) {
            frame.tongue.*head::kTongueMembers[k] = clip.tongue[i * head::kNumTongueValues + k];
        }
        const MotionVector vector =
            motion::relative_to_control(motion::to_motion_vector(frame), control_vector(clip, i));
        out.insert(out.end(), vector.begin(), vector.end());
    }
    return out;
}

/// Whether a clip has value k of a motion vector.
bool is_known(const ClipView& clip, int k) {
    return k < motion::kTongueIndex || clip.tongue != nullptr;
}

/// First new frame of a random window of a clip.
int sample_start(int num_frames, int window, int history, core::Rng& rng) {
    if (rng.uniform() < kClipStartShare) {
        return 0;
    }
    // A window may extend past the end of a clip, by at most half of it.
    const int last = std::max({num_frames - window, std::min(num_frames / 2, history), 0});
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(last) + 1));
}

/// Number of a live window's new frames whose speech is known: few more often than many.
int sample_heard(int least, int window, core::Rng& rng) {
    const double share = rng.uniform();
    return least + static_cast<int>(std::lround(share * share * (window - least)));
}

at::Tensor normal_noise(const at::Tensor& like, double spread, core::Rng& rng) {
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(rng.next_u64());
    return at::randn(like.sizes(), generator, at::TensorOptions()) * spread;
}

}  // namespace

MotionBatcher::MotionBatcher(const MotionDataset& dataset,
                             std::vector<int> clips,
                             drive::MotionTransformerConfig config,
                             const MotionTrainOptions& options)
    : dataset_(dataset), clips_(std::move(clips)), config_(std::move(config)), options_(options) {
    std::map<std::string, double> frames;
    double unnamed_frames = 0, unnamed_share = 1.0;
    for (const int index : clips_) {
        const ClipView& clip = dataset.clip(index);
        const std::string& source = dataset.sources()[static_cast<std::size_t>(clip.source_index)];
        if (frames[source] == 0 && options.source_shares.count(source) != 0) {
            unnamed_share -= options.source_shares.at(source);
        }
        frames[source] += clip.num_frames;
        unnamed_frames += options.source_shares.count(source) == 0 ? clip.num_frames : 0;
        motion_.push_back(motion_vectors(clip));
    }
    double total = 0;
    for (const int index : clips_) {
        const ClipView& clip = dataset.clip(index);
        const std::string& source = dataset.sources()[static_cast<std::size_t>(clip.source_index)];
        const auto named = options.source_shares.find(source);
        total += named != options.source_shares.end()
                     ? named->second * clip.num_frames / frames[source]
                     : unnamed_share * clip.num_frames / unnamed_frames;
        cumulative_.push_back(total);
    }
    for (double& value : cumulative_) {
        value /= total;
    }
}

MotionStatistics MotionBatcher::statistics() const {
    std::vector<double> sum(kMotionWidth), squares(kMotionWidth), count(kMotionWidth);
    for (std::size_t c = 0; c < motion_.size(); ++c) {
        // Each clip is weighted by its share of the windows.
        const double share = cumulative_[c] - (c > 0 ? cumulative_[c - 1] : 0.0);
        const std::size_t num_frames = motion_[c].size() / kMotionWidth;
        const double weight = share / static_cast<double>(num_frames);
        for (std::size_t i = 0; i < motion_[c].size(); ++i) {
            const double value = motion_[c][i];
            sum[i % kMotionWidth] += weight * value;
            squares[i % kMotionWidth] += weight * value * value;
        }
        const ClipView& clip = dataset_.clip(clips_[c]);
        for (int k = 0; k < kMotionWidth; ++k) {
            count[k] += is_known(clip, k) ? share : 0.0;  // values that are not known are 0
        }
    }
    for (double& value : count) {
        value = value > 0.0 ? value : 1.0;
    }
    MotionStatistics statistics{at::empty({kMotionWidth}), at::empty({kMotionWidth})};
    for (int k = 0; k < kMotionWidth; ++k) {
        const double mean = sum[k] / count[k];
        const bool is_position = k >= 3 && k < motion::kGazeIndex;
        const float least = is_position                     ? kMinPositionSpread_cm
                            : k < motion::kFirstActionIndex ? kMinAngleSpread_rad
                                                            : kMinActionSpread;
        const auto spread =
            static_cast<float>(std::sqrt(std::max(squares[k] / count[k] - mean * mean, 0.0)));
        statistics.mean.data_ptr<float>()[k] = static_cast<float>(mean);
        statistics.scale.data_ptr<float>()[k] = std::max(spread, least);
    }
    return statistics;
}

double MotionBatcher::hours() const {
    double frames = 0;
    for (const int index : clips_) {
        frames += dataset_.clip(index).num_frames;
    }
    return frames / motion::kMotionRate_hz / 3600.0;
}

int MotionBatcher::sample_clip(core::Rng& rng) const {
    const auto place = std::upper_bound(cumulative_.begin(), cumulative_.end(), rng.uniform());
    return static_cast<int>(
        std::min<std::ptrdiff_t>(place - cumulative_.begin(), static_cast<int>(clips_.size()) - 1));
}

int MotionBatcher::style_of(const ClipView& clip) const {
    const std::string& source = dataset_.sources()[static_cast<std::size_t>(clip.source_index)];
    const auto shared = options_.shared_styles.find(source);
    const auto place = std::find(config_.styles.begin(),
                                 config_.styles.end(),
                                 shared != options_.shared_styles.end() ? shared->second : source);
    return static_cast<int>(place - config_.styles.begin());
}

MotionBatch MotionBatcher::training_batch(int size, core::Rng& rng) const {
    return make_batch(size, true, rng);
}

MotionBatch MotionBatcher::validation_batch(int size, core::Rng& rng) const {
    return make_batch(size, false, rng);
}

MotionBatch MotionBatcher::make_batch(int size, bool is_training, core::Rng& rng) const {
    const int history = config_.history, window = config_.window, length = history + window;
    const int speech_width = dataset_.speech_width();
    at::Tensor motion = at::zeros({size, length, kMotionWidth});
    at::Tensor inside = at::zeros({size, length});
    at::Tensor speech = at::zeros({size, length, speech_width}, at::kHalf);
    at::Tensor controls = at::zeros({size, length, kControlWidth});
    MotionBatch batch;
    drive::MotionConditions& conditions = batch.conditions;
    conditions.has_history = at::zeros({size});
    conditions.gaze_known = at::full({size}, 1.0);
    conditions.distance_known = at::full({size}, 1.0);
    conditions.emotion_known = at::full({size}, 1.0);
    conditions.style = at::zeros({size}, at::kLong);
    conditions.speech_known = at::zeros({size, length});
    batch.known = at::zeros({size, kMotionWidth});

    for (int b = 0; b < size; ++b) {
        const int drawn = sample_clip(rng);
        const ClipView& clip = dataset_.clip(clips_[static_cast<std::size_t>(drawn)]);
        const std::vector<float>& vectors = motion_[static_cast<std::size_t>(drawn)];
        const int first = sample_start(clip.num_frames, window, history, rng) - history;
        const bool is_mirrored = is_training && rng.uniform() < 0.5;
        const auto dropped = [&](double share) { return is_training && rng.uniform() < share; };
        const bool is_speech_dropped = dropped(options_.condition_dropout);
        int heard_until = length;
        if (options_.least_heard > 0) {
            heard_until = history + (is_training ? sample_heard(options_.least_heard, window, rng)
                                                 : options_.least_heard);
        } else if (dropped(kSpeechTailDropout)) {
            heard_until = length - 1 - static_cast<int>(rng.below(kMaxSpeechTail_frames));
        }
        for (int i = 0; i < length; ++i) {
            const int frame = std::clamp(first + i, 0, clip.num_frames - 1);
            const bool is_inside = frame == first + i;
            MotionVector vector;
            std::copy_n(&vectors[static_cast<std::size_t>(frame) * kMotionWidth],
                        kMotionWidth,
                        vector.begin());
            ControlVector control = control_vector(clip, frame);
            if (is_mirrored) {
                vector = motion::mirrored_motion(vector);
                control = motion::mirrored_control(control);
            }
            std::copy(vector.begin(),
                      vector.end(),
                      motion.data_ptr<float>() + (b * length + i) * kMotionWidth);
            std::copy(control.begin(),
                      control.end(),
                      controls.data_ptr<float>() + (b * length + i) * kControlWidth);
            if (!is_inside) {
                continue;
            }
            inside.data_ptr<float>()[b * length + i] =
                i < heard_until || options_.least_heard == 0 ? 1.0F : kUnheardWeight;
            if (!is_speech_dropped && i < heard_until) {
                conditions.speech_known.data_ptr<float>()[b * length + i] = 1.0F;
                std::memcpy(speech.data_ptr<at::Half>() +
                                static_cast<std::int64_t>(b * length + i) * speech_width,
                            clip.speech_f16 + static_cast<std::int64_t>(frame) * speech_width,
                            speech_width * sizeof(std::uint16_t));
            }
        }
        for (int k = 0; k < kMotionWidth; ++k) {
            batch.known.data_ptr<float>()[b * kMotionWidth + k] = is_known(clip, k) ? 1.0F : 0.0F;
        }
        const bool has_history = first >= 0 && !dropped(options_.history_dropout);
        conditions.has_history.data_ptr<float>()[b] = has_history ? 1.0F : 0.0F;
        const auto known = [&] { return dropped(options_.condition_dropout) ? 0.0F : 1.0F; };
        conditions.gaze_known.data_ptr<float>()[b] = known();
        conditions.distance_known.data_ptr<float>()[b] = known();
        conditions.emotion_known.data_ptr<float>()[b] = known();
        conditions.style.data_ptr<std::int64_t>()[b] =
            dropped(options_.condition_dropout) ? static_cast<std::int64_t>(config_.styles.size())
                                                : style_of(clip);
    }
    motion = (motion - statistics_.mean) / statistics_.scale;
    conditions.history = motion.slice(1, 0, history).contiguous();
    batch.clean = motion.slice(1, history).contiguous();
    batch.valid = inside.slice(1, history).contiguous();
    conditions.speech = speech.to(at::kFloat);
    if (is_training) {
        at::Tensor noise = at::empty({speech_width});
        for (int k = 0; k < speech_width; ++k) {
            noise.data_ptr<float>()[k] = static_cast<float>(kSpeechNoise * rng.normal());
        }
        // Separate noise for each window would cost more than the step; one per batch is enough.
        conditions.speech = conditions.speech + noise;
        if (options_.least_heard > 0) {
            conditions.speech += normal_noise(conditions.speech, kLiveSpeechNoise, rng);
            conditions.history += normal_noise(conditions.history, kLiveHistoryNoise, rng);
        }
    }
    conditions.controls = controls;
    return batch;
}

}  // namespace vasa::train
