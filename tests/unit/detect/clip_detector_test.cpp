// SPDX-License-Identifier: Apache-2.0
#include "vasa/detect/clip_detector.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/model_files.h"
#include "vasa/models/network_inputs.h"

#include <cmath>
#include <limits>

#include "support/catch.h"

using namespace vasa;
using detect::ClipDetector;
using detect::DetectorWeights;
using detect::FeatureValues;

namespace {

DetectorWeights some_weights() {
    DetectorWeights weights;
    weights.scale.fill(2);
    weights.mean[0] = 1;
    weights.weight[0] = 0.5;
    weights.weight[3] = -0.25;
    weights.bias = 0.1;
    return weights;
}

}  // namespace

TEST_CASE("log odds are a weighted sum, averaged over parts; what is unknown adds nothing") {
    const ClipDetector detector(some_weights());
    FeatureValues first{}, second{};
    first[0] = 2;
    first[3] = 1;
    second[0] = std::numeric_limits<double>::quiet_NaN();
    CHECK(detector.log_odds({first}) == Approx(0.1 + 0.5 * 2 - 0.25 * 2));
    CHECK(detector.log_odds({second}) == Approx(0.1));
    CHECK(detector.log_odds({first, second}) == Approx(0.1 + 0.25));
    // One absurd value cannot decide alone.
    first[0] = 1e9;
    CHECK(detector.log_odds({first}) < 3);
    CHECK_THROWS_AS(detector.log_odds({}), core::Error);
    CHECK(detect::probability_of(0) == 0.5);
    CHECK(detect::probability_of(3) > 0.95);
}

TEST_CASE("a detector is read as it was written, others are refused") {
    const TestFolder folder;
    const std::string path = folder / "d.safetensors";
    core::SafetensorsWriter writer;
    ClipDetector(some_weights()).write(writer);
    writer.save(path);
    const ClipDetector read = ClipDetector::load(path);
    CHECK(read.weights().weight == some_weights().weight);
    CHECK(read.weights().mean == some_weights().mean);
    CHECK(read.weights().bias == Approx(0.1));

    models::write_inputs(writer, {{"features", {"nose_length"}}});
    writer.save(path);
    CHECK_THROWS_AS(ClipDetector::load(path), core::Error);
    DetectorWeights broken = some_weights();
    broken.bias = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(ClipDetector(broken), core::Error);
    CHECK_THROWS_AS(ClipDetector::load(folder / "none.safetensors"), core::Error);
}

TEST_CASE("the program's detector can be read") {
    const ClipDetector detector =
        ClipDetector::load(std::string(VASA_SOURCE_DIR) + "/models/" + models::kClipDetectorFile);
    CHECK(std::isfinite(detector.log_odds({FeatureValues{}})));
}
