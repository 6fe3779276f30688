// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion/motion_batch.h"

#include "vasa/drive/motion_transformer.h"

#include <string>

namespace vasa::train {

/// Copies the weights of a trained motion network into a new one of the same sizes. Styles are
/// matched by name; a style that the file lacks keeps its random start.
///
/// @param speech_features  of the training data; the file's must be the same
/// @return                 the file's normalisation, in which its weights have their meaning
/// @throws Error(Model) for another kind of file, Error(Input) for other sizes or features
MotionStatistics load_initial_weights(const std::string& path,
                                      const std::string& speech_features,
                                      drive::MotionTransformer& network);

}  // namespace vasa::train
