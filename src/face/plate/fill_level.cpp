// SPDX-License-Identifier: Apache-2.0
#include "plate/fill_level.h"

#include "vasa/core/parallel.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

constexpr int kSide_px = 2 * kPatchRadius_px + 1;
const cv::Vec4f kCounts(1, 1, 1, 1);

const cv::Point kRight(1, 0), kDown(0, 1);

using Colour = cv::v_float32x4;

Colour load(const cv::Mat4f& colours, cv::Point at) {
    return cv::v_load(colours(at).val);
}

/// A pseudo-random number below `below`, derived from position and turn.
std::uint32_t random_below(std::uint32_t x,
                           std::uint32_t y,
                           std::uint32_t turn,
                           std::uint32_t below) {
    std::uint32_t h = x * 0x9E3779B1U ^ (y * 0x85EBCA77U + turn * 0xC2B2AE3DU);
    h ^= h >> 15;
    h *= 0x2C1B3C6DU;
    h ^= h >> 12;
    h *= 0x297A2D39U;
    h ^= h >> 15;
    return h % below;
}

/// Calls `body` for the points begin..end, in blocks.
template <typename Body>
void for_points(const std::vector<cv::Point>& points, int begin, int end, const Body& body) {
    constexpr int kAtATime = 256;
    core::parallel_for((end - begin + kAtATime - 1) / kAtATime, [&](int block) {
        const int first = begin + block * kAtATime;
        for (int i = first; i < std::min(first + kAtATime, end); ++i) {
            body(points[i]);
        }
    });
}

template <typename Body>
void for_points(const std::vector<cv::Point>& points, const Body& body) {
    for_points(points, 0, static_cast<int>(points.size()), body);
}

}  // namespace

FillLevel::FillLevel(const cv::Mat& colour,
                     const cv::Mat& known,
                     const cv::Mat& usable,
                     float reach_px,
                     int full_px_per_px,
                     const ExemplarFillParams& params)
    : full_px_per_px_(full_px_per_px), params_(params) {
    constexpr int b = kPatchRadius_px;
    cv::Mat four;
    cv::cvtColor(colour, four, cv::COLOR_BGR2BGRA);
    cv::copyMakeBorder(four, colour_, b, b, b, b, cv::BORDER_REPLICATE);
    cv::Mat seen, from;
    cv::copyMakeBorder(known, seen, b, b, b, b, cv::BORDER_CONSTANT, cv::Scalar(0));
    cv::copyMakeBorder(usable, from, b, b, b, b, cv::BORDER_CONSTANT, cv::Scalar(0));
    const cv::Mat patch = cv::Mat::ones(kSide_px, kSide_px, CV_8U);
    cv::erode(from, source_, patch);
    cv::Mat1f depth;
    cv::distanceTransform(~seen, depth, cv::DIST_L2, 5);
    const cv::Mat inside(colour.size(), CV_8U, cv::Scalar(255));
    cv::copyMakeBorder(inside, hidden_, b, b, b, b, cv::BORDER_CONSTANT, cv::Scalar(0));
    hidden_ &= (depth > 0) & (depth <= reach_px);
    weight_ = cv::Mat4f::zeros(seen.size());
    weight_.setTo(cv::Scalar::all(1), seen);
    cv::Mat touched;
    cv::dilate(hidden_, touched, patch);
    touched &= seen | hidden_;  // pixels deeper than the reach have nothing to compare
    cv::findNonZero(source_, sources_);
    cv::findNonZero(touched, centres_);
    cv::findNonZero(hidden_, targets_);
    const auto layer_of = [&](cv::Point at) { return static_cast<int>(depth(at)); };
    std::stable_sort(targets_.begin(), targets_.end(), [&](cv::Point p, cv::Point q) {
        return layer_of(p) < layer_of(q);
    });
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (i == 0 || layer_of(targets_[i]) != layer_of(targets_[i - 1])) {
            layers_.push_back(static_cast<int>(i));
        }
    }
    layers_.push_back(static_cast<int>(targets_.size()));
    matches_.resize(static_cast<std::size_t>(seen.rows) * seen.cols);
    right_ = cv::Mat4f::zeros(seen.size());
    down_ = cv::Mat4f::zeros(seen.size());
}

cv::Point FillLevel::random_source(cv::Point at, int turn) const {
    return sources_[random_below(at.x, at.y, turn, static_cast<std::uint32_t>(sources_.size()))];
}

void FillLevel::add_up_weights() {
    cv::Mat1f one;
    cv::extractChannel(weight_, one, 0);
    cv::boxFilter(one,
                  total_,
                  -1,
                  cv::Size(kSide_px, kSide_px),
                  cv::Point(-1, -1),
                  false,
                  cv::BORDER_CONSTANT);
}

float FillLevel::cost(cv::Point at, cv::Point from, float limit) const {
    const cv::Point away = at - from;
    const float far = std::sqrt(static_cast<float>(away.dot(away)));
    const float prior = params_.cost_per_px * far * static_cast<float>(full_px_per_px_);
    const float total = 3 * total_(at);
    if (!(total > 0) || prior >= limit) {
        return kNoCost;
    }
    const float limit_of_sum = (limit - prior) * total;
    Colour sum = cv::v_setzero_f32();
    for (int dy = -kPatchRadius_px; dy <= kPatchRadius_px; ++dy) {
        const cv::Point corner(-kPatchRadius_px, dy);
        const float* a = colour_(at + corner).val;
        const float* b = colour_(from + corner).val;
        const float* w = weight_(at + corner).val;
        for (int i = 0; i < 4 * kSide_px; i += 4) {
            const Colour d = cv::v_load(a + i) - cv::v_load(b + i);
            sum = cv::v_muladd(cv::v_load(w + i) * d, d, sum);
        }
        if (cv::v_reduce_sum(sum) >= limit_of_sum) {
            return kNoCost;
        }
    }
    return cv::v_reduce_sum(sum) / total + prior;
}

void FillLevel::try_source(cv::Point at, cv::Point from, Match& match) const {
    if (from == match.from || !is_source(from)) {
        return;
    }
    const float found = cost(at, from, match.cost);
    if (found < match.cost) {
        match = {from, found};
    }
}

void FillLevel::search(cv::Point at,
                       const std::vector<Match>& matches,
                       int random_tries,
                       int radius,
                       int turn,
                       Match& match) const {
    const cv::Point kSteps[] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {4, 0}, {-4, 0}, {0, 4}, {0, -4}};
    for (const cv::Point step : kSteps) {
        const cv::Point next = at + step;
        if (next.x < 0 || next.y < 0 || next.x >= colour_.cols || next.y >= colour_.rows) {
            continue;
        }
        const Match& theirs = matches[index(next)];
        if (theirs.cost < kNoCost) {
            try_source(at, theirs.from - step, match);
        }
    }
    for (int k = 0; k < random_tries; ++k, radius = std::max(1, radius / 2)) {
        const int seed = 2 * (turn * 64 + k);
        const cv::Point jump(
            static_cast<int>(random_below(at.x, at.y, seed, 2 * radius + 1)) - radius,
            static_cast<int>(random_below(at.x, at.y, seed + 1, 2 * radius + 1)) - radius);
        try_source(at, (match.cost < kNoCost ? match.from : at) + jump, match);
    }
}

void FillLevel::peel() {
    const int tries = params_.first_tries, rounds = params_.first_rounds;
    for (std::size_t layer = 0; layer + 1 < layers_.size(); ++layer) {
        const int begin = layers_[layer], end = layers_[layer + 1];
        add_up_weights();
        for (int round = 0; round < rounds; ++round) {
            const std::vector<Match> before = matches_;
            for_points(targets_, begin, end, [&](cv::Point at) {
                Match& match = matches_[index(at)];
                for (int k = 0; round == 0 && k < tries; ++k) {
                    try_source(at, random_source(at, static_cast<int>(layer) * tries + k), match);
                }
                search(at,
                       before,
                       params_.search_tries,
                       colour_.cols / 4,
                       static_cast<int>(layer) * rounds + round,
                       match);
            });
        }
        for (int i = begin; i < end; ++i) {
            const Match& match = matches_[index(targets_[i])];
            if (match.cost < kNoCost) {
                colour_(targets_[i]) = colour_(match.from);
            }
            weight_(targets_[i]) = kCounts;
        }
    }
    add_up_weights();
    renew_costs();
}

void FillLevel::refine(const FillLevel& coarse) {
    for (const cv::Point target : targets_) {
        weight_(target) = kCounts;
    }
    add_up_weights();
    const cv::Point b(kPatchRadius_px, kPatchRadius_px);
    const auto taken_over = [&](cv::Point at) {
        const cv::Point p = at - b;
        const cv::Point on_coarse(p.x / 2 + b.x, p.y / 2 + b.y);
        if (on_coarse.x >= coarse.colour_.cols - b.x || on_coarse.y >= coarse.colour_.rows - b.y) {
            return at;
        }
        const Match& match = coarse.matches_[coarse.index(on_coarse)];
        if (match.cost == kNoCost) {
            return at;
        }
        return cv::Point(2 * (match.from.x - b.x) + p.x % 2 + b.x,
                         2 * (match.from.y - b.y) + p.y % 2 + b.y);
    };
    // Colours are set first: costs compare them.
    for (const cv::Point target : targets_) {
        const cv::Point from = taken_over(target);
        if (is_source(from)) {
            colour_(target) = colour_(from);
        }
    }
    for_points(centres_, [&](cv::Point at) {
        Match& match = matches_[index(at)];
        try_source(at, taken_over(at), match);
    });
}

void FillLevel::renew_costs() {
    for_points(centres_, [&](cv::Point at) {
        Match& match = matches_[index(at)];
        match.cost = is_source(match.from) ? cost(at, match.from, kNoCost) : kNoCost;
    });
}

void FillLevel::improve(int rounds, int random_tries, int radius, int turn) {
    for (int round = 0; round < rounds; ++round) {
        const std::vector<Match> before = matches_;
        for_points(centres_, [&](cv::Point at) {
            Match& match = matches_[index(at)];
            search(at, before, random_tries, radius, 1000 + turn * 16 + round, match);
        });
    }
}

void FillLevel::vote() {
    std::vector<float> costs;
    for (const cv::Point centre : centres_) {
        const float c = matches_[index(centre)].cost;
        if (c < kNoCost) {
            costs.push_back(c);
        }
    }
    if (costs.empty()) {
        return;
    }
    const auto typical = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
    std::nth_element(costs.begin(), typical, costs.end());
    const float scale = 1.0F / (2 * std::max(*typical, params_.min_typical_cost));
    cv::Mat1f trust(cv::Mat1f::zeros(colour_.size()));
    for (const cv::Point centre : centres_) {
        const float c = matches_[index(centre)].cost;
        trust(centre) = c < kNoCost ? std::exp(-c * scale) + 1e-12F : 0.0F;
    }
    cv::Mat4f voted = colour_.clone();
    for_points(targets_, [&](cv::Point at) {
        Colour sum = cv::v_setzero_f32(), right = sum, down = sum;
        float total = 0;
        for (int dy = -kPatchRadius_px; dy <= kPatchRadius_px; ++dy) {
            for (int dx = -kPatchRadius_px; dx <= kPatchRadius_px; ++dx) {
                const cv::Point step(dx, dy);
                const float w = trust(at + step) / static_cast<float>(1 + dx * dx + dy * dy);
                if (w > 0) {
                    const cv::Point from = matches_[index(at + step)].from - step;
                    const Colour many = cv::v_setall_f32(w), seen = load(colour_, from);
                    sum = cv::v_muladd(many, seen, sum);
                    right = cv::v_muladd(many, load(colour_, from + kRight) - seen, right);
                    down = cv::v_muladd(many, load(colour_, from + kDown) - seen, down);
                    total += w;
                }
            }
        }
        if (total > 0) {
            const Colour part = cv::v_setall_f32(1 / total);
            cv::v_store(voted(at).val, sum * part);
            cv::v_store(right_(at).val, right * part);
            cv::v_store(down_(at).val, down * part);
        }
    });
    colour_ = voted;
}

void FillLevel::soften_seams() {
    const float nearness = params_.nearness, relaxation = params_.relaxation;
    std::vector<cv::Point> rows;
    cv::findNonZero(hidden_, rows);
    const cv::Mat4f voted = colour_.clone();
    for (int round = 0; round < params_.num_relaxations; ++round) {
        for (const cv::Point at : rows) {
            Colour sum = load(voted, at) * cv::v_setall_f32(nearness);
            float total = nearness;
            const auto add = [&](cv::Point next, const Colour& step) {
                if (weight_(next)[0] > 0) {  // not pixels deeper than the reach
                    sum = sum + load(colour_, next) + step;
                    total += 1;
                }
            };
            const Colour right = load(right_, at), down = load(down_, at);
            add(at - kRight, hidden_(at - kRight) != 0 ? load(right_, at - kRight) : right);
            add(at - kDown, hidden_(at - kDown) != 0 ? load(down_, at - kDown) : down);
            add(at + kRight, cv::v_setzero_f32() - right);
            add(at + kDown, cv::v_setzero_f32() - down);
            const Colour now = load(colour_, at);
            const Colour change = sum * cv::v_setall_f32(1 / total) - now;
            cv::v_store(colour_(at).val, now + cv::v_setall_f32(relaxation) * change);
        }
    }
}

cv::Mat FillLevel::picture() const {
    cv::Mat three;
    cv::cvtColor(colour_(cv::Rect(kPatchRadius_px,
                                  kPatchRadius_px,
                                  colour_.cols - 2 * kPatchRadius_px,
                                  colour_.rows - 2 * kPatchRadius_px)),
                 three,
                 cv::COLOR_BGRA2BGR);
    return three;
}

}  // namespace vasa::face
