// SPDX-License-Identifier: Apache-2.0
#include "convolutional_code.h"
#include "frame_evidence.h"
#include "mark_pattern.h"
#include "mark_search.h"

#include "vasa/core/error.h"
#include "vasa/marks/watermark.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace vasa::marks {
namespace {

constexpr int kMinSide_px = 64;
/// How far from the frame's corner the tile of an uncropped frame may begin: what filters shift.
constexpr int kCornerReach_px = 2;
/// Scales that are looked for: from less than half of the size to 1080 lines of 512.
constexpr double kMinScale = 0.4, kMaxScale = 2.6;
/// Between neighbouring scales. At 512 pixels the edges are off by at most 1 pixel.
constexpr double kScaleStep = 1.008;
/// Finer steps around the best scale.
constexpr double kFineStep = 1.002;
constexpr int kNumFineScales = 9;
/// Bits of the payload that must be right: CRC, format version, generator.
constexpr int kKnownBits = 12 + 4 + 8;

/// Upper bound of the probability that the signs of the synchronisation blocks fit as well as this
/// by chance at any of the places tried. Over random keys the sum of fixed numbers with random
/// signs exceeds t root mean squares with a probability of at most exp(-t²/2).
/// Source: Hoeffding, Probability inequalities for sums of bounded random variables (1963).
double sync_bound(const BlockValues& scores, const BlockValues& signs, double num_places) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double score = static_cast<double>(scores[i]) * static_cast<double>(signs[i]);
        sum += score;
        squares += score * score;
    }
    if (squares <= 0 || sum <= 0) {
        return 1;
    }
    return std::min(1.0, num_places * std::exp(-0.5 * sum * sum / squares));
}

double agreement(const CodeSymbols& measured, const CodeSymbols& sent) {
    int num_equal = 0;
    for (std::size_t i = 0; i < sent.size(); ++i) {
        num_equal += measured[i] * sent[i] > 0 ? 1 : 0;
    }
    return static_cast<double>(num_equal) / static_cast<double>(sent.size());
}

/// Tries placements, and keeps the best finding.
class Attempts {
  public:
    Attempts(const MarkPattern& pattern, const MarkSearch& search, int reduction)
        : pattern_(pattern), search_(search), reduction_(reduction) {}

    /// @param num_places  placements of which this is the best
    /// @return whether there is a watermark
    bool try_at(const MarkPlacement& placement, double num_places) {
        ++num_attempts_;
        num_places_ += num_places;
        const BlockValues scores = search_.scores_at(placement);
        const CodeSymbols measured = pattern_.symbols_of(scores);
        WatermarkFinding finding;
        finding.bits = decode_payload(measured);
        finding.confidence = agreement(measured, encode_payload(finding.bits));
        finding.score = placement.peak;
        const double reduction = reduction_;
        finding.scale_x = placement.scale_x * reduction;
        finding.scale_y = placement.scale_y * reduction;
        finding.offset_x_px = signed_shift(placement.shift_x) * finding.scale_x;
        finding.offset_y_px = signed_shift(placement.shift_y) * finding.scale_y;
        const auto payload = unpack_payload(finding.bits);
        if (payload && payload->format_version == kWatermarkFormat &&
            payload->generator_id == kVasaGenerator) {
            // Places are chosen by the synchronisation blocks alone; the signs of the others are
            // independent of them, and random ones decode to every payload equally often.
            finding.false_positive = num_attempts_ * std::ldexp(1.0, -kKnownBits) *
                                     sync_bound(scores, pattern_.sync_amplitudes(), num_places_);
            finding.payload = *payload;
            finding.is_found = finding.false_positive <= kMaxFalsePositive;
        }
        if (num_attempts_ == 1 || finding.false_positive < best_.false_positive ||
            (!best_.is_found && finding.score > best_.score)) {
            best_ = finding;
        }
        return best_.is_found;
    }

    const WatermarkFinding& best() const { return best_; }

  private:
    static double signed_shift(std::size_t shift) {
        return shift < kTile_px / 2 ? static_cast<double>(shift)
                                    : static_cast<double>(shift) - static_cast<double>(kTile_px);
    }

    const MarkPattern& pattern_;
    const MarkSearch& search_;
    int reduction_;
    int num_attempts_ = 0;
    double num_places_ = 0;
    WatermarkFinding best_;
};

/// Frames that were not cropped, at their own size or resized from one tile.
bool try_uncropped(const MarkSearch& search, Attempts& attempts) {
    constexpr int kSide = 2 * kCornerReach_px + 1;
    const double scale_x = search.width() / static_cast<double>(kTile_px);
    const double scale_y = search.height() / static_cast<double>(kTile_px);
    if (attempts.try_at(search.best_at(scale_x, scale_y, kCornerReach_px), kSide * kSide)) {
        return true;
    }
    const bool is_tile = search.width() == static_cast<int>(kTile_px) &&
                         search.height() == static_cast<int>(kTile_px);
    return !is_tile && attempts.try_at(search.best_at(1.0, 1.0, kCornerReach_px), kSide * kSide);
}

bool try_anywhere(const MarkSearch& search, Attempts& attempts) {
    constexpr double kTilePlaces = static_cast<double>(kTile_px) * static_cast<double>(kTile_px);
    if (attempts.try_at(search.best_at(1.0, 1.0), kTilePlaces)) {
        return true;
    }
    const int num_scales =
        1 + static_cast<int>(std::log(kMaxScale / kMinScale) / std::log(kScaleStep));
    const MarkPlacement coarse = search.best_of_scales(kMinScale, kScaleStep, num_scales);
    const double first_fine = coarse.scale_x / std::pow(kFineStep, kNumFineScales / 2);
    const MarkPlacement fine = search.best_of_scales(first_fine, kFineStep, kNumFineScales);
    return attempts.try_at(fine, (num_scales + kNumFineScales) * kTilePlaces);
}

}  // namespace

struct WatermarkDetector::State {
    MarkPattern pattern;
    FrameEvidence evidence;
    double first_s = 0, last_s = 0;

    explicit State(const WatermarkKey& key) : pattern(key) {}
};

WatermarkDetector::WatermarkDetector(const WatermarkKey& key)
    : state_(std::make_unique<State>(key)) {}

WatermarkDetector::~WatermarkDetector() = default;

void WatermarkDetector::push(const core::ImageU8& rgb, double time_s) {
    if (std::min(rgb.width, rgb.height) < kMinSide_px) {
        throw core::Error(core::ErrorKind::Internal,
                          "watermark: frame of " + std::to_string(rgb.width) + "×" +
                              std::to_string(rgb.height) + ", expected at least 64×64");
    }
    if (state_->evidence.num_frames() == 0) {
        state_->first_s = time_s;
    }
    state_->last_s = time_s;
    state_->evidence.add(rgb);
}

WatermarkFinding WatermarkDetector::find() const {
    WatermarkFinding finding;
    if (state_->evidence.num_frames() > 0) {
        const MarkSearch search(state_->pattern, state_->evidence.mean());
        Attempts attempts(state_->pattern, search, state_->evidence.reduction());
        if (!try_uncropped(search, attempts)) {
            try_anywhere(search, attempts);
        }
        finding = attempts.best();
    }
    finding.num_frames = state_->evidence.num_frames();
    finding.duration_s = state_->last_s - state_->first_s;
    return finding;
}

}  // namespace vasa::marks
