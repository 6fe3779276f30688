// SPDX-License-Identifier: Apache-2.0
#include "statistics.h"

#include "vasa/eval/speech_dependence.h"

#include <cmath>

namespace vasa::eval {
namespace {

/// Blinks a minute of one speaker who reads addresses to a camera: 965 blinks in 35.8 min of
/// landmarks (acvictor/Obama-Lip-Sync, MIT, Copyright (c) 2018 Ankita Victor), around pauses of 0.3
/// s or more. The source has bins of 0.2 s from -1 to 1 s; these are means over their parts.
constexpr TimingHistogram kBlinksAtOnsets = {
    35.74, 19.54, 15.40, 11.48, 56.46, 48.54, 19.56, 17.60, kNoValue, kNoValue};
constexpr TimingHistogram kBlinksAtOffsets = {
    30.28, 33.00, 34.14, 30.58, 10.50, 17.18, 46.76, 41.64, kNoValue, kNoValue};
/// Share of time in which 28 people in meetings look at no person, around 1437 onsets and 1385
/// offsets of their turns of 2 s or more (AMI Meeting Corpus, AMI Consortium, University of
/// Edinburgh, manual annotations 1.6.2, CC BY 4.0; computed from the annotations). The source has
/// bins of 0.1 s; these are means over their parts.
constexpr TimingHistogram kAvertedAtOnsets = {
    0.5410, 0.5591, 0.5799, 0.5923, 0.6134, 0.6218, 0.6087, 0.5959, 0.5885, 0.5780};
constexpr TimingHistogram kAvertedAtOffsets = {
    0.4519, 0.4364, 0.4331, 0.4346, 0.4531, 0.4661, 0.4722, 0.4857, 0.4833, 0.4891};

/// Sums over frames by their time from an edge of speech.
struct BinSums {
    TimingHistogram frames{}, blinks{}, averted{};

    void add(const FaceBehaviour& clip, double edge_s) {
        const auto bin_of = [&](double time_s) {
            const double bin = std::floor((time_s - edge_s - kTimingStart_s) / kTimingBin_s);
            return bin >= 0 && bin < static_cast<double>(kNumTimingBins) ? static_cast<int>(bin)
                                                                         : -1;
        };
        for (std::size_t i = 0; i < clip.num_frames(); ++i) {
            const int bin = bin_of(static_cast<double>(i) / kMetricRate_hz);
            if (bin >= 0) {
                frames[bin] += 1;
                averted[bin] += clip.averted[i] ? 1 : 0;
            }
        }
        for (const double blink_s : clip.blinks_s) {
            const int bin = bin_of(blink_s);
            if (bin >= 0) {
                blinks[bin] += 1;
            }
        }
    }
};

/// Correlation over the bins that both have.
double correlation_of_bins(const TimingHistogram& a, const TimingHistogram& b) {
    std::vector<double> x, y;
    for (std::size_t i = 0; i < kNumTimingBins; ++i) {
        if (!std::isnan(a[i]) && !std::isnan(b[i])) {
            x.push_back(a[i]);
            y.push_back(b[i]);
        }
    }
    return correlation(x, y);
}

Timing timing_of(const TimingHistogram& counts,
                 const TimingHistogram& frames,
                 double scale,
                 const TimingHistogram& reference) {
    Timing timing;
    for (std::size_t i = 0; i < kNumTimingBins; ++i) {
        timing.histogram[i] = frames[i] > 0 ? scale * counts[i] / frames[i] : kNoValue;
    }
    timing.reference_corr = correlation_of_bins(timing.histogram, reference);
    return timing;
}

}  // namespace

BehaviourTiming measure_timing(const std::vector<FaceBehaviour>& clips) {
    BinSums onsets, offsets;
    for (const FaceBehaviour& clip : clips) {
        for (const speech::SpeechRun& run : clip.runs) {
            onsets.add(clip, run.start_s);
            offsets.add(clip, run.end_s);
        }
    }
    constexpr double kPerMinute = 60.0 * kMetricRate_hz;
    BehaviourTiming timing;
    timing.blinks_at_onsets = timing_of(onsets.blinks, onsets.frames, kPerMinute, kBlinksAtOnsets);
    timing.blinks_at_offsets =
        timing_of(offsets.blinks, offsets.frames, kPerMinute, kBlinksAtOffsets);
    timing.averted_at_onsets = timing_of(onsets.averted, onsets.frames, 1.0, kAvertedAtOnsets);
    timing.averted_at_offsets = timing_of(offsets.averted, offsets.frames, 1.0, kAvertedAtOffsets);
    return timing;
}

const BehaviourTiming& reference_timing() {
    static const BehaviourTiming people = {{kBlinksAtOnsets, 1.0},
                                           {kBlinksAtOffsets, 1.0},
                                           {kAvertedAtOnsets, 1.0},
                                           {kAvertedAtOffsets, 1.0}};
    return people;
}

}  // namespace vasa::eval
