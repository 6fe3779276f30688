// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/training_summary.h"

#include "model_file_support.h"

#include "support/catch.h"

using namespace vasa;
using models::TrainingSummary;

TEST_CASE("a training summary comes back from a file; what is not known is left out") {
    TrainingSummary summary;
    summary.data = "2 h of motion";
    summary.num_steps = 7500;
    summary.loss = 0.125;
    summary.command = "vasa train motion --shards S";
    summary.revision = "abc123";
    core::SafetensorsWriter writer = support::file_with({});
    models::write_training(writer, summary);
    const auto file = support::parsed(writer);
    const auto again = models::read_training(file);
    REQUIRE(again);
    CHECK(again->data == summary.data);
    CHECK(again->num_steps == summary.num_steps);
    CHECK(again->loss == summary.loss);
    CHECK(again->command == summary.command);
    CHECK(again->revision == summary.revision);

    CHECK(TrainingSummary().to_json() == "{}");
    const TrainingSummary unknown = TrainingSummary::from_json("{}", "x");
    CHECK(unknown.num_steps == 0);
    CHECK_FALSE(unknown.loss);
    CHECK_FALSE(models::read_training(support::parsed(support::file_with({}))));
}

TEST_CASE("damaged training summaries are model errors that name the file") {
    for (const char* text : {"", "[]", "{", R"({"steps": "many"})", R"({"epochs": 3})"}) {
        INFO(text);
        const core::Error error =
            support::error_of([&] { TrainingSummary::from_json(text, "x.safetensors"); });
        CHECK(error.kind() == core::ErrorKind::Model);
        CHECK_THAT(error.what(), Catch::StartsWith("model 'x.safetensors': training summary: "));
    }
}
