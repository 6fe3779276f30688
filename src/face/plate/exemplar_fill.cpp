// SPDX-License-Identifier: Apache-2.0
#include "plate/exemplar_fill.h"

#include "cv_shapes.h"
#include "plate/fill_level.h"

#include <tuple>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

/// The coarsest level has a quarter of the resolution.
constexpr int kNumLevels = std::tuple_size_v<decltype(ExemplarFillParams::votes)>;

}  // namespace

core::ImageF exemplar_fill(const core::ImageF& colour,
                           const core::ImageU8& known,
                           float reach_px,
                           const ExemplarFillParams& params) {
    cv::Mat usable;
    cv::morphologyEx(wrap(known), usable, cv::MORPH_OPEN, disc(params.narrow_gap_px));
    std::vector<FillLevel> levels;  // coarsest first
    for (int k = kNumLevels - 1; k >= 0; --k) {
        const int step = 1 << k;
        const cv::Size size((colour.width + step - 1) / step, (colour.height + step - 1) / step);
        const auto reduced = [&](const cv::Mat& full) {
            cv::Mat small;
            cv::resize(full, small, size, 0, 0, cv::INTER_AREA);
            return small;
        };
        levels.emplace_back(reduced(wrap(colour)),
                            reduced(wrap(known)) == 255,
                            reduced(usable) == 255,
                            reach_px / static_cast<float>(step),
                            step,
                            params);
        if (!levels.back().has_sources()) {
            return colour;
        }
    }
    for (int k = 0; k < kNumLevels; ++k) {
        if (k == 0) {
            levels[k].peel();
        } else {
            levels[k].refine(levels[k - 1]);
        }
        const bool finest = k + 1 == kNumLevels;
        const int rounds = finest ? params.full_size_rounds : params.rounds;
        const int tries = finest ? params.full_size_tries : params.tries;
        const int radius =
            finest ? params.full_size_radius_px : colour.width >> (kNumLevels + 1 - k);
        for (int i = 0; i < params.votes[k]; ++i) {
            if (i > 0) {
                levels[k].renew_costs();
            }
            levels[k].improve(rounds, tries, radius, 8 * k + i);
            levels[k].vote();
        }
    }
    levels.back().soften_seams();
    core::ImageF filled(colour.width, colour.height, 3);
    levels.back().picture().copyTo(wrap(filled));
    return filled;
}

}  // namespace vasa::face
