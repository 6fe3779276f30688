// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"
#include "vasa/detect/detector_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <set>

namespace vasa::detect {
namespace {

/// Log odds of a clip and its share of its kind.
struct Score {
    double log_odds = 0, weight = 0;
};

bool is_scored(const LabelledClip& clip, const std::string& encoding) {
    return encoding.empty() || clip.encoding == encoding;
}

std::vector<double> log_odds_of(const std::vector<LabelledClip>& clips,
                                const std::string& person,
                                const std::string& encoding,
                                const ClipDetector& detector) {
    std::vector<double> scores;
    for (const LabelledClip& clip : clips) {
        if (is_scored(clip, encoding) && (person.empty() || clip.person == person)) {
            scores.push_back(detector.log_odds(clip.parts));
        }
    }
    return scores;
}

double share_over(const std::vector<Score>& scores, double limit) {
    double over = 0, total = 0;
    for (const Score& score : scores) {
        over += score.log_odds > limit ? score.weight : 0;
        total += score.weight;
    }
    return total > 0 ? over / total : 0;
}

double weighted_auc(const std::vector<Score>& positives, const std::vector<Score>& negatives) {
    double sum = 0, total = 0;
    for (const Score& p : positives) {
        for (const Score& n : negatives) {
            const double weight = p.weight * n.weight;
            total += weight;
            sum += p.log_odds > n.log_odds ? weight : p.log_odds == n.log_odds ? weight / 2 : 0;
        }
    }
    return total > 0 ? sum / total : 0.5;
}

std::vector<RocPoint> roc_of(const std::vector<Score>& positives,
                             const std::vector<Score>& negatives) {
    std::vector<double> limits;
    for (const Score& score : negatives) {
        limits.push_back(score.log_odds);
    }
    std::sort(limits.begin(), limits.end());
    std::vector<RocPoint> points;
    for (const double most : {0.0, 0.01, 0.02, 0.05, 0.1, 0.2}) {
        const auto limit = std::find_if(limits.begin(), limits.end(), [&](double each) {
            return share_over(negatives, each) <= most;
        });
        points.push_back({most, share_over(positives, *limit)});
    }
    return points;
}

/// Logistic regression of the kind on log odds, Newton's method: how far scores of unseen people
/// can be believed. Source: Platt, Probabilistic outputs for support vector machines (1999).
void calibrate(const std::vector<Score>& positives,
               const std::vector<Score>& negatives,
               double& slope,
               double& offset) {
    constexpr int kMaxSteps = 100;
    // Keeps the slope finite where the kinds are divided without error.
    constexpr double kPull = 1e-2;
    slope = 1;
    offset = 0;
    for (int step = 0; step < kMaxSteps; ++step) {
        double g0 = kPull * (slope - 1), g1 = kPull * offset, h00 = kPull, h01 = 0, h11 = kPull;
        const auto add = [&](const std::vector<Score>& scores, double target) {
            double total = 0;
            for (const Score& score : scores) {
                total += score.weight;
            }
            for (const Score& score : scores) {
                const double p = probability_of(slope * score.log_odds + offset);
                const double weight = 0.5 * score.weight / total;
                g0 += weight * (p - target) * score.log_odds;
                g1 += weight * (p - target);
                const double curvature = weight * p * (1 - p);
                h00 += curvature * score.log_odds * score.log_odds;
                h01 += curvature * score.log_odds;
                h11 += curvature;
            }
        };
        add(positives, 1);
        add(negatives, 0);
        const double det = h00 * h11 - h01 * h01;
        slope -= (h11 * g0 - h01 * g1) / det;
        offset -= (h00 * g1 - h01 * g0) / det;
    }
}

std::set<std::string> people_of(const std::vector<LabelledClip>& clips) {
    std::set<std::string> people;
    for (const LabelledClip& clip : clips) {
        people.insert(clip.person);
    }
    return people;
}

}  // namespace

double area_under_roc(const std::vector<double>& positives, const std::vector<double>& negatives) {
    std::vector<Score> p, n;
    for (const double value : positives) {
        p.push_back({value, 1});
    }
    for (const double value : negatives) {
        n.push_back({value, 1});
    }
    return weighted_auc(p, n);
}

DetectorFigures cross_validate(const std::vector<LabelledClip>& rendered,
                               const std::vector<LabelledClip>& unseen,
                               const std::vector<LabelledClip>& recorded,
                               const std::string& encoding,
                               const DetectorFitParams& params) {
    const std::set<std::string> people = people_of(recorded);
    if (people.size() < 2) {
        throw core::Error(core::ErrorKind::Input,
                          "clip detector: clips of " + std::to_string(people.size()) +
                              " recorded people, expected at least 2");
    }
    DetectorFigures figures;
    std::vector<Score> positives, negatives;
    std::vector<std::vector<double>> alarms_of;
    for (const std::string& person : people) {
        std::vector<const LabelledClip*> training;
        for (const LabelledClip& clip : rendered) {
            training.push_back(&clip);
        }
        for (const LabelledClip& clip : recorded) {
            if (clip.person != person) {
                training.push_back(&clip);
            }
        }
        const ClipDetector detector = fit_detector(training, params);
        const auto found = log_odds_of(unseen, "", encoding, detector);
        const auto alarms = log_odds_of(recorded, person, encoding, detector);
        if (found.empty() || alarms.empty()) {
            continue;
        }
        PersonFigures each;
        each.person = person;
        each.num_clips = static_cast<int>(alarms.size());
        each.auc = area_under_roc(found, alarms);
        for (const double value : alarms) {
            negatives.push_back({value, 1.0 / static_cast<double>(alarms.size())});
        }
        alarms_of.push_back(alarms);
        for (const double value : found) {
            positives.push_back({value, 1});
        }
        figures.num_rendered = static_cast<int>(found.size());
        figures.num_recorded += each.num_clips;
        figures.people.push_back(each);
    }
    if (negatives.empty()) {
        throw core::Error(core::ErrorKind::Input,
                          "clip detector: no clips of encoding '" + encoding + "'");
    }
    figures.num_rendered_people = static_cast<int>(people_of(unseen).size());
    figures.num_recorded_people = static_cast<int>(figures.people.size());
    figures.auc = weighted_auc(positives, negatives);
    figures.roc = roc_of(positives, negatives);
    calibrate(positives, negatives, figures.slope, figures.offset);
    const double limit = (std::log(kLikely / (1 - kLikely)) - figures.offset) / figures.slope;
    figures.found = share_over(positives, limit);
    figures.false_alarms = share_over(negatives, limit);
    for (std::size_t i = 0; i < alarms_of.size(); ++i) {
        const auto over = std::count_if(
            alarms_of[i].begin(), alarms_of[i].end(), [&](double value) { return value > limit; });
        figures.people[i].false_alarms =
            static_cast<double>(over) / static_cast<double>(alarms_of[i].size());
    }
    return figures;
}

}  // namespace vasa::detect
