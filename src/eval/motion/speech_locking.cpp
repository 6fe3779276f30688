// SPDX-License-Identifier: Apache-2.0
#include "motion/face_events.h"
#include "statistics.h"

#include "vasa/core/rng.h"
#include "vasa/eval/speech_dependence.h"

#include <algorithm>
#include <cmath>

namespace vasa::eval {
namespace {

using Times = std::vector<double>;

bool is_near(double time_s, const Times& events_s, double end_s, double reach_s) {
    return std::any_of(events_s.begin(), events_s.end(), [&](double event_s) {
        return event_s < end_s && std::abs(time_s - event_s) <= reach_s;
    });
}

/// Motion events of a pair's first clip, and how many are near events of its own speech and of the
/// second clip's.
struct Counts {
    double all = 0, own = 0, other = 0;

    void add(const Counts& c) {
        all += c.all;
        own += c.own;
        other += c.other;
    }
};

Counts count_pair(
    const Times& moves_s, const Times& own_s, const Times& other_s, double end_s, double reach_s) {
    Counts counts;
    for (const double move_s : moves_s) {
        if (move_s < end_s) {
            counts.all += 1;
            counts.own += is_near(move_s, own_s, end_s, reach_s) ? 1 : 0;
            counts.other += is_near(move_s, other_s, end_s, reach_s) ? 1 : 0;
        }
    }
    return counts;
}

double ratio_of(const Counts& counts) {
    return counts.other > 0 ? counts.own / counts.other : kNoValue;
}

/// Standard error of the ratio: clips drawn with replacement, pairs of a clip with itself left out.
double bootstrap_error(const std::vector<std::vector<Counts>>& pairs, const LockingParams& params) {
    core::Rng rng(params.seed);
    const std::size_t num = pairs.size();
    std::vector<double> ratios;
    for (int r = 0; r < params.num_resamples; ++r) {
        std::vector<std::size_t> drawn(num);
        for (std::size_t& clip : drawn) {
            clip = rng.below(num);
        }
        Counts sum;
        for (const std::size_t i : drawn) {
            for (const std::size_t k : drawn) {
                sum.add(pairs[i][k]);
            }
        }
        const double ratio = ratio_of(sum);
        if (!std::isnan(ratio)) {
            ratios.push_back(ratio);
        }
    }
    return deviation(ratios);
}

double common_end_s(const FaceBehaviour& a, const FaceBehaviour& b) {
    return std::min(a.duration_s, b.duration_s);
}

/// @param moves   motion events of each clip
/// @param speech  speech events of each clip
Locking lock_events(const std::vector<FaceBehaviour>& clips,
                    const std::vector<Times>& moves,
                    const std::vector<Times>& speech,
                    const LockingParams& params) {
    const std::size_t num = clips.size();
    std::vector<std::vector<Counts>> pairs(num, std::vector<Counts>(num));
    Locking locking;
    Counts sum;
    for (std::size_t i = 0; i < num; ++i) {
        locking.num_events += static_cast<int>(moves[i].size());
        for (std::size_t k = 0; k < num; ++k) {
            if (k != i) {
                pairs[i][k] = count_pair(moves[i],
                                         speech[i],
                                         speech[k],
                                         common_end_s(clips[i], clips[k]),
                                         params.reach_s);
                sum.add(pairs[i][k]);
            }
        }
    }
    if (sum.all > 0) {
        locking.own = sum.own / sum.all;
        locking.other = sum.other / sum.all;
    }
    locking.ratio = ratio_of(sum);
    locking.ratio_error = bootstrap_error(pairs, params);
    return locking;
}

TalkPause measure_talk_pause(const std::vector<FaceBehaviour>& clips) {
    TurnSums own, other;
    for (std::size_t i = 0; i < clips.size(); ++i) {
        own.add(sum_turns(clips[i].turns_deg, clips[i].turns_deg.size(), clips[i].runs));
        for (std::size_t k = 0; k < clips.size(); ++k) {
            if (k != i) {
                const auto num_turns =
                    static_cast<std::size_t>(common_end_s(clips[i], clips[k]) * kMetricRate_hz);
                other.add(sum_turns(clips[i].turns_deg, num_turns, clips[k].runs));
            }
        }
    }
    return {own.ratio(), other.ratio()};
}

}  // namespace

SpeechLocking measure_locking(const std::vector<FaceBehaviour>& clips,
                              const LockingParams& params) {
    std::vector<Times> nods, raises, stresses, onsets;
    for (const FaceBehaviour& clip : clips) {
        nods.push_back(clip.nods_s);
        raises.push_back(clip.raises_s);
        stresses.push_back(clip.stresses_s);
        Times starts_s;
        for (const speech::SpeechRun& run : clip.runs) {
            starts_s.push_back(run.start_s);
        }
        onsets.push_back(std::move(starts_s));
    }
    SpeechLocking locking;
    locking.nods_at_stresses = lock_events(clips, nods, stresses, params);
    locking.nods_at_onsets = lock_events(clips, nods, onsets, params);
    locking.raises_at_stresses = lock_events(clips, raises, stresses, params);
    locking.raises_at_onsets = lock_events(clips, raises, onsets, params);
    locking.talk_pause = measure_talk_pause(clips);
    return locking;
}

}  // namespace vasa::eval
