// SPDX-License-Identifier: Apache-2.0
// The head model reduced to 68 landmarks.
#pragma once

#include "fit/sparse_model.h"

#include "vasa/head/landmark68_fit.h"

namespace vasa::head {

/// Whether 68 points show an action poorly; false for actions that are not fitted.
bool is_weak_action68(Action action);

/// A known person's 68 landmarks; no identity. Blinks are scaled so that a value of 1 leaves
/// Landmark68Person::closed_lids.
/// @throws Error(Input) if the neutral eyes are closed further than that.
SparseModel sparse_model68(const HeadModel& model, const Landmark68Person& person);

/// The 68 landmarks with the person as the unknown: values [identity, 3 per landmark] and one
/// action, to be held at 0.
/// @param num_identity  fitted components
/// @param known         the person whose offsets alone are fitted: [3 per landmark]; null = unknown
SparseModel sparse_model68_of_person(const HeadModel& model,
                                     int num_identity,
                                     const Landmark68Person* known);

/// Where a fit puts the landmarks of a known person, pixels.
Landmarks68 project68(const SparseModel& sparse, const Camera& camera, const Landmark68Fit& fit);

}  // namespace vasa::head
