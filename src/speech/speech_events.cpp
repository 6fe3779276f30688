// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/speech_events.h"

#include <algorithm>
#include <cstddef>

namespace vasa::speech {
namespace {

constexpr double kStep_s = 1.0 / kAnalysisRate_hz;

/// @param levels_db  of the stresses
void rank_stresses(const std::vector<float>& levels_db, std::vector<Stress>& stresses) {
    std::vector<float> sorted = levels_db;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t k = 0; k < stresses.size(); ++k) {
        const auto fainter =
            std::lower_bound(sorted.begin(), sorted.end(), levels_db[k]) - sorted.begin();
        stresses[k].rank =
            (static_cast<float>(fainter) + 0.5F) / static_cast<float>(stresses.size());
    }
}

}  // namespace

SpeechEvents find_events(const SpeechTraits& traits,
                         const SpeechEventParams& params,
                         const SpeechRunParams& runs) {
    SpeechEvents events;
    const int reach = params.speaking_reach_rows;
    events.speaking = core::smooth_gaussian(core::sliding_max(traits.loudness, reach, reach),
                                            params.speaking_sigma_rows);
    events.loud = core::smooth_gaussian(traits.loudness, params.loud_sigma_rows);
    events.runs = find_runs(traits, runs);
    const int num = static_cast<int>(traits.loudness.size());
    const core::Track level = core::smooth_gaussian(traits.level_db, params.level_sigma_rows);
    const core::Track highest =
        core::sliding_max(level, params.peak_reach_rows, params.peak_reach_rows);
    std::vector<float> levels_db;
    for (int i = 1; i + 1 < num; ++i) {
        if (traits.vowel[i] > params.min_stress_vowel && level[i] == highest[i] &&
            level[i] > params.min_stress_db &&
            (events.stresses.empty() ||
             i * kStep_s - events.stresses.back().time_s > params.min_stress_gap_s)) {
            events.stresses.push_back({i * kStep_s});
            levels_db.push_back(level[i]);
        }
    }
    rank_stresses(levels_db, events.stresses);
    return events;
}

std::vector<SpeechRun> find_runs(const SpeechTraits& traits, const SpeechRunParams& params) {
    std::vector<SpeechRun> runs;
    for (std::size_t i = 0; i < traits.loudness.size(); ++i) {
        if (traits.loudness[i] <= params.min_loudness) {
            continue;
        }
        const double start_s = static_cast<double>(i) * kStep_s;
        if (runs.empty() || start_s - runs.back().end_s >= params.min_pause_s) {
            runs.push_back({start_s, start_s});
        }
        runs.back().end_s = start_s + kStep_s;
    }
    runs.erase(std::remove_if(runs.begin(),
                              runs.end(),
                              [&](const SpeechRun& run) {
                                  return run.end_s - run.start_s < params.min_run_s;
                              }),
               runs.end());
    return runs;
}

}  // namespace vasa::speech
