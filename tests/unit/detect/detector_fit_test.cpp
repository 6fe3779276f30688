// SPDX-License-Identifier: Apache-2.0
#include "vasa/detect/detector_fit.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"

#include <algorithm>
#include <limits>

#include "support/catch.h"

using namespace vasa;
using detect::DetectorFigures;
using detect::FeatureValues;
using detect::LabelledClip;

namespace {

/// Enough features to know each person by.
constexpr int kFirstHabit = 3, kNumHabits = 14;

/// Clips of people: feature 0 tells the kind, others are habits of each person.
std::vector<LabelledClip> clips(bool is_rendered, int num_people, double difference) {
    core::Rng random(is_rendered ? 1 : 2);
    std::vector<LabelledClip> result;
    for (int person = 0; person < num_people; ++person) {
        double habits[kNumHabits];
        for (double& habit : habits) {
            habit = random.normal();
        }
        for (int i = 0; i < 6; ++i) {
            LabelledClip clip;
            clip.person = (is_rendered ? "r" : "p") + std::to_string(person);
            clip.name = clip.person + "__" + std::to_string(i) + "__crf28";
            clip.encoding = i % 2 == 0 ? "crf28" : "small";
            clip.is_rendered = is_rendered;
            FeatureValues part{};
            part[0] = random.normal() + (is_rendered ? difference : 0);
            std::copy(habits, habits + kNumHabits, part.begin() + kFirstHabit);
            part[2] = std::numeric_limits<double>::quiet_NaN();
            clip.parts = {part, part};
            result.push_back(clip);
        }
    }
    return result;
}

/// All features are used.
detect::DetectorFitParams with_all() {
    detect::DetectorFitParams params;
    params.unused.clear();
    return params;
}

std::vector<const LabelledClip*> all(const std::vector<LabelledClip>& a,
                                     const std::vector<LabelledClip>& b) {
    std::vector<const LabelledClip*> result;
    for (const auto* list : {&a, &b}) {
        for (const LabelledClip& clip : *list) {
            result.push_back(&clip);
        }
    }
    return result;
}

}  // namespace

TEST_CASE("what tells the kinds apart gets the weight") {
    const auto rendered = clips(true, 8, 3), recorded = clips(false, 8, 3);
    const auto weights = detect::fit_detector(all(rendered, recorded), with_all()).weights();
    CHECK(weights.weight[0] > 0.5);
    CHECK(weights.weight[2] == 0);
    detect::DetectorFitParams params;
    params.unused = {static_cast<detect::Feature>(0)};
    CHECK(detect::fit_detector(all(rendered, recorded), params).weights().weight[0] == 0);
    CHECK_THROWS_AS(detect::fit_detector(all(rendered, {})), core::Error);
}

TEST_CASE("people who are left out are judged as well as the kinds differ, and no better") {
    const auto unseen = clips(true, 5, 3);
    const DetectorFigures good =
        detect::cross_validate(clips(true, 8, 3), unseen, clips(false, 5, 3), "", with_all());
    CHECK(good.auc > 0.9);
    CHECK(good.people.size() == 5);
    CHECK(good.num_rendered == 30);
    CHECK(good.slope > 0);
    // Without a difference habits alone remain. They tell the people that were fitted, and must not
    // seem to tell the kind of those that were not.
    const DetectorFigures none = detect::cross_validate(
        clips(true, 12, 0), clips(true, 20, 0), clips(false, 12, 0), "", with_all());
    CHECK(none.auc < 0.8);
    const DetectorFigures some =
        detect::cross_validate(clips(true, 8, 3), unseen, clips(false, 5, 3), "small", with_all());
    CHECK(some.num_rendered == 15);
    CHECK_THROWS_AS(detect::cross_validate(unseen, unseen, clips(false, 1, 3), ""), core::Error);
    CHECK_THROWS_AS(detect::cross_validate(unseen, unseen, clips(false, 3, 3), "x"), core::Error);
}

TEST_CASE("the area under the ROC curve counts ties half") {
    CHECK(detect::area_under_roc({2, 3}, {0, 1}) == 1);
    CHECK(detect::area_under_roc({0, 1}, {2, 3}) == 0);
    CHECK(detect::area_under_roc({1}, {1}) == 0.5);
    CHECK(detect::area_under_roc({1, 3}, {2}) == 0.5);
}
