// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/detect/clip_detector.h"
#include "vasa/detect/labelled_clips.h"

#include <string>
#include <vector>

namespace vasa::detect {

struct DetectorFitParams {
    /// Pull of the weights towards 0, against the mean loss: there are few recorded people, and
    /// each has habits that are no property of recordings.
    double ridge = 0.02;
    /// What is not used: it tells how a person or a camera moves more than how pixels came about.
    std::vector<Feature> unused = {Feature::SkinShading,
                                   Feature::SkinFlicker,
                                   Feature::ShadingByTurn,
                                   Feature::ShadingByMouth,
                                   Feature::Exposure,
                                   Feature::HeadTravel,
                                   Feature::HeadJitter,
                                   Feature::BackgroundMotion,
                                   Feature::BackgroundLight,
                                   Feature::MouthSpeed};
};

/// Fits a detector: rendered and recorded clips count the same, and so do the people of each.
/// @throws Error(Input) without clips of both kinds
ClipDetector fit_detector(const std::vector<const LabelledClip*>& clips,
                          const DetectorFitParams& params = {});

/// Scores of clips of recorded people whom the detector was not fitted to.
struct PersonFigures {
    std::string person;
    int num_clips = 0;
    double false_alarms = 0;  ///< share of these clips that are called likely rendered
    double auc = 0;           ///< against rendered people whom the detector was not fitted to
};

struct RocPoint {
    double false_alarms = 0, found = 0;  ///< shares of recorded and of rendered clips
};

struct DetectorFigures {
    int num_rendered = 0, num_recorded = 0, num_rendered_people = 0, num_recorded_people = 0;
    double auc = 0;
    /// Shares of rendered and recorded clips, the latter weighted by people, that are called likely
    /// rendered: a probability of kLikely and more, corrected by slope and offset.
    double found = 0, false_alarms = 0;
    std::vector<RocPoint> roc;          ///< where false alarms are 0, .01, .02, .05, .1, .2
    std::vector<PersonFigures> people;  ///< recorded ones
    double slope = 1;                   ///< factor of the log odds that fits the clips left out
    double offset = 0;                  ///< what is added to them
};

/// Leaves out one recorded person after the other, fits the detector to the rest and scores the
/// person and the `unseen` rendered people. Recorded people count the same.
/// @param encoding  only clips of this encoding are scored; empty: all
/// @throws Error(Input) for fewer than two recorded people
DetectorFigures cross_validate(const std::vector<LabelledClip>& rendered,
                               const std::vector<LabelledClip>& unseen,
                               const std::vector<LabelledClip>& recorded,
                               const std::string& encoding,
                               const DetectorFitParams& params = {});

/// Area under the ROC curve: probability that a positive exceeds a negative, ties half.
double area_under_roc(const std::vector<double>& positives, const std::vector<double>& negatives);

}  // namespace vasa::detect
