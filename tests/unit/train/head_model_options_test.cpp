// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"
#include "vasa/train/head_model_trainer.h"

#include "support/catch.h"

using namespace vasa;

TEST_CASE("files that the head model is made from are asked for by their options") {
    train::HeadModelTrainOptions options;
    CHECK_THROWS_WITH(options.check(), Catch::Contains("--source is required"));
    options.source_model = "head.safetensors";
    CHECK_THROWS_WITH(options.check(), Catch::Contains("--landmarks is required"));
    options.source_landmarks = "landmarks.json";
    CHECK_NOTHROW(options.check());
}
