// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/pair_figures.h"

#include "figures/aligned_pair.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace vasa::eval {
namespace {

using core::Error;
using core::ErrorKind;
using core::ImageU8;
using head::SkinMap;

constexpr int kSize = head::kFrameSize_px;

/// Which region of a side of the face a place of the neutral head belongs to, as bits.
unsigned regions_at(float x_cm, float y_cm) {
    const auto inside = [&](float left, float right, float bottom, float top) {
        return x_cm > left && x_cm < right && y_cm > bottom && y_cm < top ? 1U : 0U;
    };
    return inside(2.2F, 6.0F, -5.5F, 1.0F) << static_cast<unsigned>(SmileRegion::Cheeks) |
           inside(1.2F, 4.2F, -5.5F, -0.3F) << static_cast<unsigned>(SmileRegion::NoseMouth) |
           (inside(4.7F, 6.5F, 1.8F, 4.4F) | inside(2.0F, 4.7F, 1.2F, 2.7F))
               << static_cast<unsigned>(SmileRegion::EyeCorners);
}

struct SmileSums {
    double with = 0, without = 0, correlation = 0, correlation_of_geometry = 0;
    int count = 0;
};

struct Sums {
    std::array<SmileSums, kNumSmileRegions> smiles;
    int num_persons = 0, num_smiles = 0, num_turns = 0;
    double side_error = 0, mask_iou = 0;
};

class PairMeter {
  public:
    explicit PairMeter(const PairMeasureOptions& options)
        : options_(options), encoder_(options.model_dir) {}

    void add_smile(const std::string& person) {
        const head::FaceCode neutral = encode("neutral_front", person);
        const head::FaceCode smiling = encode("smiling_front", person);
        const head::HeadModel& model = encoder_.head_model();
        ImageU8 geometry, folded;
        decode::GeometryRenderer(model, neutral).render(smiling.pose, smiling.actions, geometry);
        decode::GeometryRenderer(model, neutral, &options_.folds)
            .render(smiling.pose, smiling.actions, folded);
        const AlignedPair pair = align(model, neutral, smiling);
        const auto from = head::fold_strengths(neutral.actions);
        const auto to = head::fold_strengths(smiling.actions);
        constexpr auto kSmile = static_cast<std::size_t>(head::Fold::Smile);
        ++sums.num_persons;
        for (std::size_t side = 0; side < to.size(); ++side) {
            if (to[side][kSmile] - from[side][kSmile] < options_.min_smile) {
                continue;
            }
            ++sums.num_smiles;
            for (unsigned region = 0; region < kNumSmileRegions; ++region) {
                add_region(pair, geometry, folded, side == 1, region);
            }
        }
    }

    void add_turn(const std::string& person, const std::string& view) {
        const head::FaceCode front = encode("neutral_front", person);
        const head::FaceCode turned = encode(view, person);
        decode::GeometryRenderer renderer(encoder_.head_model(), front, &options_.folds);
        ImageU8 frame;
        decode::GeometryBuffers buffers;
        renderer.render(turned.pose, turned.actions, frame, &buffers);
        const TurnedHead head = compare_turned(frame, buffers.alpha, turned);
        sums.side_error += head.side_error;
        sums.mask_iou += head.mask_iou;
        ++sums.num_turns;
    }

    Sums sums;

  private:
    head::FaceCode encode(const std::string& view, const std::string& person) {
        const std::string path = options_.pairs + "/" + view + "/" + person + ".jpg";
        return encoder_.encode(media::load_image(path), path);
    }

    void add_region(const AlignedPair& pair,
                    const ImageU8& geometry,
                    const ImageU8& folded,
                    bool is_left,
                    unsigned region) {
        std::vector<int> pixels;
        for (int i = 0; i < kSize * kSize; ++i) {
            const core::Vec2f& at = pair.neutral_cm[static_cast<std::size_t>(i)];
            const float x = is_left ? at.x : -at.x;
            if (pair.is_skin[static_cast<std::size_t>(i)] != 0 &&
                (regions_at(x, at.y) >> region & 1U) != 0) {
                pixels.push_back(i);
            }
        }
        constexpr std::size_t kMinPixels = 100;  // smaller regions are turned away
        if (pixels.size() < kMinPixels) {
            return;
        }
        const Comparison with = compare(folded, pair.truth, pixels);
        const Comparison without = compare(geometry, pair.truth, pixels);
        SmileSums& s = sums.smiles[region];
        s.with += with.error;
        s.without += without.error;
        s.correlation += with.correlation;
        s.correlation_of_geometry += without.correlation;
        ++s.count;
    }

    const PairMeasureOptions& options_;
    face::FaceEncoder encoder_;
};

PairFigures figures_of(const Sums& sums) {
    PairFigures figures;
    figures.num_persons = sums.num_persons;
    figures.num_smiles = sums.num_smiles;
    for (std::size_t r = 0; r < kNumSmileRegions; ++r) {
        const SmileSums& s = sums.smiles[r];
        const double count = std::max(s.count, 1);
        figures.smiles[r] = {s.with / std::max(s.without, 1e-9),
                             s.correlation / count,
                             s.correlation_of_geometry / count};
    }
    const double turns = std::max(sums.num_turns, 1);
    figures.turns = {sums.num_turns, sums.side_error / turns, sums.mask_iou / turns};
    return figures;
}

}  // namespace

PairFigures measure_pairs(const PairMeasureOptions& options) {
    PairMeter meter(options);
    const auto attempt = [&](const auto& measure) {
        try {
            measure();
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input) {
                throw;
            }
            core::log_warning(error.what());
        }
    };
    for (std::size_t i = 0; i < options.persons.size(); ++i) {
        options.stop.throw_if_stopped();
        const std::string& person = options.persons[i];
        attempt([&] { meter.add_smile(person); });
        for (const char* view : {"neutral_left_3quarter", "neutral_right_3quarter"}) {
            attempt([&] { meter.add_turn(person, view); });
        }
        if (options.progress) {
            options.progress(static_cast<std::int64_t>(i) + 1,
                             static_cast<std::int64_t>(options.persons.size()));
        }
    }
    if (meter.sums.num_persons == 0) {
        throw Error(ErrorKind::Input, "no person of '" + options.pairs + "' could be used");
    }
    return figures_of(meter.sums);
}

head::SkinFolds exchanged_folds(const head::SkinFolds& folds) {
    head::SkinFolds out = folds;
    for (std::size_t i = 0; i < out.half.size(); ++i) {
        const std::size_t fold = i % head::kNumFolds;
        out.half[i] = folds.half[i - fold + (fold + head::kNumFolds / 2) % head::kNumFolds];
    }
    return out;
}

head::SkinFolds displaced_folds(const head::SkinFolds& folds) {
    constexpr float kUp_cm = 1.0F;
    constexpr auto kShift = static_cast<std::size_t>(kUp_cm / SkinMap::kTexel_cm) *
                            SkinMap::kHalfWidth * head::kNumFolds;
    head::SkinFolds out;
    out.half.assign(folds.half.begin() + static_cast<long>(kShift), folds.half.end());
    out.half.resize(folds.half.size(), head::kFoldZero);
    return out;
}

}  // namespace vasa::eval
