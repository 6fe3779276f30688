// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/emotion_figures.h"

#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/drive/portrait_motion.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"
#include "vasa/motion/emotional_motion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace vasa::eval {
namespace {

using core::Error;
using core::ErrorKind;
using ActionMeans = std::array<double, head::kNumActions>;

/// Frames of the neutral clip that settle the tracker's identity.
constexpr int kSettlingFrames = 6;

/// A portrait whose clips are rendered and tracked.
class TrackedPortrait {
  public:
    TrackedPortrait(const EmotionMeasuring& options,
                    const head::HeadModel& model,
                    head::FaceCode code)
        : options_(options),
          code_(std::move(code)),
          decoder_(model, code_, decoder_options(options.network)),
          tracker_(options.model_dir, tracker_options()) {}

    void settle(const motion::MotionClip& neutral, const std::string& name) {
        std::vector<core::ImageU8> frames;
        const std::size_t first = first_frame(neutral);
        for (std::size_t i = 0; i < kSettlingFrames; ++i) {
            const std::size_t span = neutral.frames.size() - first;
            frames.push_back(render(neutral, first + i * span / kSettlingFrames));
        }
        tracker_.settle(frames, name);
    }

    /// Mean actions of a clip's tracked frames.
    ActionMeans track(const motion::MotionClip& clip, const core::StopToken& stop) {
        ActionMeans sum{};
        int count = 0;
        for (std::size_t i = first_frame(clip); i < clip.frames.size();
             i += static_cast<std::size_t>(options_.every)) {
            stop.throw_if_stopped();
            const face::TrackedFrame tracked = tracker_.track(render(clip, i));
            for (std::size_t k = 0; tracked.found && k < sum.size(); ++k) {
                sum[k] += static_cast<double>(tracked.actions.values[k]);
            }
            count += tracked.found ? 1 : 0;
        }
        for (double& value : sum) {
            value = count == 0 ? kNoValue : value / count;
        }
        return sum;
    }

  private:
    static decode::BatchDecoderOptions decoder_options(const decode::BatchNetwork& network) {
        decode::BatchDecoderOptions options;
        options.network = network;
        return options;
    }

    static face::FaceTrackerOptions tracker_options() {
        face::FaceTrackerOptions options;
        options.smoothness = 0.0;
        // Priors keep what a photograph says of the person apart from what it says of the
        // expression. Here the person is known from the neutral clip, so that little is needed:
        // with the usual ones a brow that is lowered by 1 is tracked as 0.04.
        options.fit.action_prior = options.fit.weak_action_prior = options.fit.lip_prior = 1.0;
        return options;
    }

    std::size_t first_frame(const motion::MotionClip& clip) const {
        return static_cast<std::size_t>(std::lround(options_.from_s * clip.fps.value()));
    }

    core::ImageU8 render(const motion::MotionClip& clip, std::size_t i) {
        const motion::MotionFrame face = drive::put_on_portrait(clip.frames[i],
                                                                static_cast<std::int64_t>(i),
                                                                clip.fps,
                                                                {code_.pose, code_.actions},
                                                                options_.keep_expression);
        return decoder_.decode_rgb({face.pose, face.actions});
    }

    const EmotionMeasuring& options_;
    head::FaceCode code_;
    decode::BatchDecoder decoder_;
    face::FaceTracker tracker_;
};

/// Mean actions of one portrait.
struct PortraitMeans {
    ActionMeans neutral;
    std::vector<ActionMeans> clips;
};

/// The defining actions of an emotion; of a pair, one.
std::vector<std::vector<head::Action>> defining_groups(motion::Emotion emotion) {
    std::vector<std::vector<head::Action>> groups;
    for (const head::Action action : motion::defining_actions(emotion)) {
        const auto pair = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
            return group.front() == head::mirrored(action);
        });
        if (pair != groups.end()) {
            pair->push_back(action);
        } else {
            groups.push_back({action});
        }
    }
    return groups;
}

double value_of(const ActionMeans& means, const std::vector<head::Action>& group) {
    double sum = 0;
    for (const head::Action action : group) {
        sum += means[static_cast<std::size_t>(action)] / static_cast<double>(group.size());
    }
    return sum;
}

/// What the portraits show of a group of actions in some of the clips, by ascending strength.
ShownAction shown_of(const std::vector<head::Action>& group,
                     const std::vector<std::size_t>& chosen,
                     const std::vector<EmotionalClip>& clips,
                     const std::vector<PortraitMeans>& portraits) {
    std::vector<std::vector<double>> gains(chosen.size());  // [strength][portrait]
    std::vector<double> orders;
    for (const PortraitMeans& portrait : portraits) {
        std::vector<double> strengths = {0.0}, values = {0.0};
        for (std::size_t s = 0; s < chosen.size(); ++s) {
            const double gain =
                value_of(portrait.clips[chosen[s]], group) - value_of(portrait.neutral, group);
            gains[s].push_back(gain);
            strengths.push_back(static_cast<double>(clips[chosen[s]].strength));
            values.push_back(gain);
        }
        orders.push_back(rank_correlation(strengths, values));
    }
    ShownAction shown;
    shown.action = group.front();
    for (const std::vector<double>& gain : gains) {
        shown.gain.push_back(mean(gain));
        shown.least_gain.push_back(quantile_of(gain, 0.0));
    }
    shown.order = mean(orders);
    shown.least_order = quantile_of(orders, 0.0);
    return shown;
}

std::vector<EmotionFigures> figures_of(const std::vector<EmotionalClip>& clips,
                                       const std::vector<PortraitMeans>& portraits) {
    std::vector<EmotionFigures> result;
    for (int e = 0; e < motion::kNumEmotions; ++e) {
        EmotionFigures figures;
        figures.emotion = static_cast<motion::Emotion>(e);
        std::vector<std::size_t> chosen;
        for (std::size_t i = 0; i < clips.size(); ++i) {
            if (clips[i].emotion == figures.emotion) {
                chosen.push_back(i);
            }
        }
        if (chosen.empty()) {
            continue;
        }
        std::sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
            return clips[a].strength < clips[b].strength;
        });
        for (const std::size_t i : chosen) {
            figures.strengths.push_back(clips[i].strength);
        }
        for (const std::vector<head::Action>& group : defining_groups(figures.emotion)) {
            figures.actions.push_back(shown_of(group, chosen, clips, portraits));
        }
        result.push_back(std::move(figures));
    }
    return result;
}

}  // namespace

std::vector<EmotionFigures> measure_emotions(const EmotionMeasuring& options,
                                             const motion::MotionClip& neutral,
                                             const std::vector<EmotionalClip>& clips,
                                             const core::ProgressFn& progress,
                                             const core::StopToken& stop) {
    if (neutral.duration_s() <= options.from_s) {
        throw Error(ErrorKind::Input,
                    "motion of " + std::to_string(neutral.duration_s()) +
                        " s, expected more than " + std::to_string(options.from_s));
    }
    face::FaceEncoder encoder(options.model_dir);
    std::vector<PortraitMeans> portraits;
    std::int64_t done = 0;
    for (const std::string& file : options.portraits) {
        try {
            TrackedPortrait portrait(
                options, encoder.head_model(), encoder.encode(media::load_image(file), file));
            portrait.settle(neutral, file);
            PortraitMeans means;
            means.neutral = portrait.track(neutral, stop);
            for (const EmotionalClip& clip : clips) {
                means.clips.push_back(portrait.track(clip.motion, stop));
            }
            portraits.push_back(std::move(means));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input) {
                throw;
            }
            core::log_warning(file + ": " + error.what());
        }
        if (progress) {
            progress(++done, static_cast<std::int64_t>(options.portraits.size()));
        }
    }
    if (portraits.empty()) {
        throw Error(ErrorKind::Input, "no portrait can be rendered and tracked");
    }
    return figures_of(clips, portraits);
}

}  // namespace vasa::eval
