// SPDX-License-Identifier: Apache-2.0
#include "vasa/sync/head_preference.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <string>

namespace vasa::sync {
namespace {

using Eigen::Index;

/// Windows of a stretch are compared at this step: neighbours say the same.
constexpr Index kWindowStep = 5;

/// A stretch of a clip, by its first frame.
struct Place {
    std::size_t clip;
    Index first;
};

/// Mean similarity of `length` frames of a mouth and of a head.
double similarity(
    const Rows& mouth, Index mouth_first, const Rows& head, Index head_first, Index length) {
    double sum = 0;
    int count = 0;
    for (Index i = 0; i + kHeadWindow <= length; i += kWindowStep) {
        sum += static_cast<double>(mouth.row(mouth_first + i).dot(head.row(head_first + i)));
        ++count;
    }
    return sum / count;
}

/// Comparisons won, of all.
struct Tally {
    double won = 0;
    int count = 0;

    void add(double own, double other) {
        won += own > other ? 1.0 : own == other ? 0.5 : 0.0;
        ++count;
    }
    double share() const {
        return count == 0 ? std::numeric_limits<double>::quiet_NaN() : won / count;
    }
};

Index num_frames(const HeadEmbedding& clip) {
    return std::min(clip.mouth.rows(), clip.head.rows()) + kHeadWindow - 1;
}

void check(const HeadPreferenceParams& params) {
    if (params.min_length < kHeadWindow || params.length < params.min_length || params.step < 1 ||
        params.num_controls < 1 || params.min_shift < 1) {
        throw core::Error(core::ErrorKind::Usage,
                          "preference of the mouth-head expert: " + std::to_string(params.length) +
                              " frames, expected at least " + std::to_string(params.min_length) +
                              ", and positive step, shift and number of controls");
    }
}

}  // namespace

HeadPreference head_preference(const std::vector<HeadEmbedding>& clips,
                               const HeadPreferenceParams& params) {
    check(params);
    HeadPreference result;
    std::vector<Place> places;
    for (std::size_t clip = 0; clip < clips.size(); ++clip) {
        const Index frames = num_frames(clips[clip]);
        if (frames < params.min_length) {
            ++result.num_left_out;
            continue;
        }
        ++result.num_clips;
        result.num_short_clips += frames < params.length ? 1 : 0;
        for (Index first = 0; first == 0 || first + params.length <= frames; first += params.step) {
            places.push_back({clip, first});
        }
    }
    core::Rng rng(params.seed);
    Tally same, other;
    for (const Place& place : places) {
        const HeadEmbedding& clip = clips[place.clip];
        for (int i = 0; i < params.num_controls; ++i) {
            const Place& control = places[rng.below(places.size())];
            const bool is_same = control.clip == place.clip;
            if (is_same && std::abs(control.first - place.first) < params.min_shift) {
                continue;
            }
            // Both mouths are judged over the frames that the shorter one has.
            const HeadEmbedding& wrong = clips[control.clip];
            const Index length = std::min({static_cast<Index>(params.length),
                                           num_frames(clip) - place.first,
                                           num_frames(wrong) - control.first});
            (is_same ? same : other)
                .add(similarity(clip.mouth, place.first, clip.head, place.first, length),
                     similarity(wrong.mouth, control.first, clip.head, place.first, length));
        }
    }
    const Tally all{same.won + other.won, same.count + other.count};
    result.share = all.share();
    result.same_clip = same.share();
    result.other_clip = other.share();
    result.num_controls = all.count;
    return result;
}

}  // namespace vasa::sync
