// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/network_inputs.h"

#include "model_file_support.h"

#include "support/catch.h"

using namespace vasa;
using models::NetworkInputs;
using support::error_of;
using support::file_with;
using support::parsed;

namespace {

const NetworkInputs kInputs = {{"speech", {"features"}}, {"colours", {"red", "green", "blue"}}};

/// The error message for a file with these inputs.
std::string refused(const NetworkInputs& inputs) {
    core::SafetensorsWriter writer = file_with({});
    models::write_inputs(writer, inputs);
    const auto file = parsed(writer);
    const core::Error error = error_of([&] { models::check_inputs(file, kInputs); });
    CHECK(error.kind() == core::ErrorKind::Model);
    return error.what();
}

}  // namespace

TEST_CASE("inputs come back as they were written and fit themselves") {
    core::SafetensorsWriter writer = file_with({});
    models::write_inputs(writer, kInputs);
    const auto file = parsed(writer);
    CHECK(models::read_inputs(file) == kInputs);
    CHECK_NOTHROW(models::check_inputs(file, kInputs));
    CHECK(models::one_input(file, "speech") == "features");
    CHECK_THROWS_AS(models::one_input(file, "colours"), core::Error);
    CHECK_THROWS_AS(models::one_input(file, "sound"), core::Error);
}

TEST_CASE("the first difference of a network's inputs is named") {
    const std::string model = "model 'x.safetensors': inputs: ";
    const std::vector<std::string> rgb = {"red", "green", "blue"}, speech = {"features"};
    CHECK(refused({{"speech", speech}, {"colours", {"red", "blue", "green"}}}) ==
          model + "value 1 of 'colours' is 'blue', expected 'green'");
    CHECK(refused({{"speech", speech}, {"colours", {"red", "green"}}}) ==
          model + "'colours' has 2 values, expected 3");
    CHECK(refused({{"speech", speech}, {"colours", {"red", "green", "blue", "alpha"}}}) ==
          model + "'colours' has 4 values, expected 3");
    CHECK(refused({{"colours", rgb}}) == model + "no 'speech'");
    CHECK(refused({{"speech", speech}, {"colours", rgb}, {"depth", {"z"}}}) ==
          model + "unknown input 'depth'");
}

TEST_CASE("damaged inputs are model errors") {
    CHECK_THAT(error_of([] { models::read_inputs(parsed(file_with({}))); }).what(),
               Catch::Contains("does not name them"));
    for (const char* text : {"", "{", "[]", "3", R"({"a": "b"})", R"({"a": [1]})"}) {
        const core::Error error = error_of([&] {
            models::read_inputs(parsed(file_with({{"inputs", text}})));
        });
        INFO(text);
        CHECK(error.kind() == core::ErrorKind::Model);
    }
}

TEST_CASE("a network that hears other speech features than the encoder gives is refused") {
    CHECK_NOTHROW(models::check_speech_features("m.safetensors", "block 4", "block 4"));
    const core::Error error =
        error_of([] { models::check_speech_features("m.safetensors", "block 4", "block 3"); });
    CHECK(error.kind() == core::ErrorKind::Model);
    CHECK(std::string(error.what()) ==
          "model 'm.safetensors' was trained on speech features 'block 4', the speech encoder "
          "gives 'block 3'");
}
