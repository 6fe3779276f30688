// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/motion_transformer.h"

#include "support/spoiled_model.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/core/safetensors.h"
#include "vasa/drive/diffusion_driver.h"
#include "vasa/head/action_groups.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/model_files.h"
#include "vasa/motion/motion_space.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <torch/utils.h>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::drive;

namespace {

MotionTransformerConfig small_config() {
    MotionTransformerConfig config;
    config.width = 32;
    config.num_layers = 2;
    config.num_heads = 2;
    config.window = 12;
    config.history = 4;
    config.speech_width = 8;
    config.styles = {"natural", "recorded"};
    return config;
}

/// A network with non-zero values in its zero-initialised parts, so that everything acts.
MotionTransformer lively_network(const MotionTransformerConfig& config) {
    torch::manual_seed(3);
    MotionTransformer network(config);
    const torch::NoGradGuard guard;
    for (at::Tensor& parameter : network->parameters()) {
        parameter.add_(at::randn(parameter.sizes()) * 0.1);
    }
    return network;
}

MotionConditions conditions_for(const MotionTransformerConfig& config, int batch) {
    torch::manual_seed(4);
    const int length = config.history + config.window;
    MotionConditions c;
    c.speech = at::randn({batch, length, config.speech_width});
    c.speech_known = at::ones({batch, length});
    c.history = at::randn({batch, config.history, motion::kMotionWidth});
    c.has_history = at::ones({batch});
    c.controls = at::randn({batch, length, motion::kControlWidth});
    c.gaze_known = at::ones({batch});
    c.distance_known = at::ones({batch});
    c.emotion_known = at::ones({batch});
    c.style = at::zeros({batch}, at::kLong);
    return c;
}

}  // namespace

TEST_CASE("A dropped condition has no influence, a given one has", "[motion_transformer]") {
    const MotionTransformerConfig config = small_config();
    MotionTransformer network = lively_network(config);
    const torch::NoGradGuard guard;
    const at::Tensor noisy = at::randn({1, config.window, motion::kMotionWidth});
    const at::Tensor step = at::full({1}, 0.5);
    const auto change = [&](auto drop, auto alter) {
        MotionConditions a = conditions_for(config, 1);
        drop(a);
        MotionConditions b = a;
        alter(b);
        return (network(noisy, step, a) - network(noisy, step, b)).abs().max().item<double>();
    };
    const auto nothing = [](MotionConditions&) {};
    const auto speech = [](MotionConditions& c) { c.speech = c.speech + 1.0; };
    CHECK(change(nothing, speech) > 1e-3);
    CHECK(change([](auto& c) { c.speech_known = at::zeros_like(c.speech_known); }, speech) == 0);
    const auto history = [](MotionConditions& c) { c.history = c.history + 1.0; };
    CHECK(change(nothing, history) > 1e-3);
    CHECK(change([](auto& c) { c.has_history = at::zeros({1}); }, history) == 0);
    const auto gaze = [](MotionConditions& c) {
        c.controls = c.controls.clone();
        c.controls.slice(2, 0, 2).add_(1.0);
    };
    CHECK(change(nothing, gaze) > 1e-3);
    CHECK(change([](auto& c) { c.gaze_known = at::zeros({1}); }, gaze) == 0);
    CHECK(change([](auto& c) { c.distance_known = at::zeros({1}); }, gaze) > 1e-3);
    const auto emotion = [](MotionConditions& c) {
        c.controls = c.controls.clone();
        c.controls.slice(2, 3).add_(1.0);
    };
    CHECK(change(nothing, emotion) > 1e-3);
    CHECK(change([](auto& c) { c.emotion_known = at::zeros({1}); }, emotion) == 0);
    CHECK(change(nothing, [](auto& c) { c.style = at::ones({1}, at::kLong); }) > 1e-3);
}

TEST_CASE("Gradients agree with differences", "[motion_transformer]") {
    const MotionTransformerConfig config = small_config();
    MotionTransformer network = lively_network(config);
    network->to(at::kDouble);
    MotionConditions c = conditions_for(config, 2);
    for (at::Tensor* tensor : {&c.speech,
                               &c.speech_known,
                               &c.history,
                               &c.has_history,
                               &c.controls,
                               &c.gaze_known,
                               &c.distance_known,
                               &c.emotion_known}) {
        *tensor = tensor->to(at::kDouble);
    }
    const at::Tensor noisy = at::randn({2, config.window, motion::kMotionWidth}, at::kDouble);
    const at::Tensor step = at::full({2}, 0.3, at::kDouble);
    const auto loss = [&] { return network(noisy, step, c).square().mean(); };
    loss().backward();
    core::Rng rng(1);
    const torch::NoGradGuard guard;
    int checked = 0;
    for (const auto& item : network->named_parameters()) {
        const at::Tensor& parameter = item.value();
        const auto index =
            static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(parameter.numel())));
        double* value = parameter.data_ptr<double>() + index;
        const double before = *value;
        constexpr double kStep = 1e-5;
        *value = before + kStep;
        const double up = loss().item<double>();
        *value = before - kStep;
        const double down = loss().item<double>();
        *value = before;
        const double expected = (up - down) / (2.0 * kStep);
        const double found = parameter.grad().view({-1})[index].item<double>();
        INFO(item.key() << " [" << index << "]");
        CHECK(found == Approx(expected).margin(1e-7).epsilon(1e-4));
        ++checked;
    }
    CHECK(checked > 20);
}

TEST_CASE("Bad configurations are model errors", "[motion_transformer]") {
    const std::string good = small_config().to_json();
    CHECK_NOTHROW(MotionTransformerConfig::from_json(good, "x"));
    for (const char* bad : {"",
                            "{}",
                            "[1]",
                            R"({"width":33,"num_layers":2,"num_heads":2,"window":12,"history":4,)"
                            R"("speech_width":8,"styles":["a"]})",
                            R"({"width":32,"num_layers":2,"num_heads":2,"window":-1,"history":4,)"
                            R"("speech_width":8,"styles":["a"]})",
                            R"({"width":32,"num_layers":2,"num_heads":2,"window":12,"history":4,)"
                            R"("speech_width":8,"styles":[]})",
                            R"({"width":32,"num_layers":2,"num_heads":2,"window":12,"history":4,)"
                            R"("speech_width":8,"styles":["a"],"wdth":1})"}) {
        INFO(bad);
        CHECK_THROWS_AS(MotionTransformerConfig::from_json(bad, "x"), core::Error);
    }
}

TEST_CASE("A motion network trained on other inputs is refused by the first that differs",
          "[diffusion_driver]") {
    const std::string shipped = std::string(VASA_SOURCE_DIR) + "/models/" + models::kMotionFile;
    CHECK(DiffusionDriver::load(shipped).speech_features() == "whisper base, block 4");
    const TestFolder folder;
    const std::string path = folder / "motion.safetensors";
    const auto error_of = [&](const std::string& key, const char* from, const char* to) {
        return support::error_of_spoiled(
            shipped, path, key, from, to, [&] { DiffusionDriver::load(path); });
    };
    CHECK_THAT(error_of("inputs", "\"jawForward\",\"jawLeft\"", "\"jawLeft\",\"jawForward\""),
               Catch::Contains("of 'motion' is 'jawLeft', expected 'jawForward'"));
    CHECK_THAT(error_of("inputs", "z_cm beyond control", "z_cm"),
               Catch::Contains("value 5 of 'motion' is 'z_cm', expected 'z_cm beyond control'"));
    CHECK_THAT(error_of("inputs", "\"distance - 1\"", "\"distance\""),
               Catch::Contains("value 2 of 'controls' is 'distance', expected 'distance - 1'"));
    CHECK_THAT(error_of("kind", "motion_network", "frame_decoder"),
               Catch::Contains("expected a motion network of version " +
                               std::to_string(models::kMotionNetworkVersion)));
}

TEST_CASE("The driver's windows join, repeat with the seed, and end with the speech",
          "[diffusion_driver]") {
    const std::string path = "tiny_motion.safetensors";
    const MotionTransformerConfig config = small_config();
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::MotionNetwork);
    models::write_inputs(writer, motion_network_inputs("features"));
    writer.set_metadata("config", config.to_json());
    tensor::add_weights(writer, *lively_network(config), "network.", core::DType::F16);
    writer.add_f32(
        "motion.mean", {motion::kMotionWidth}, std::vector<float>(motion::kMotionWidth, 0.2F));
    writer.add_f32(
        "motion.scale", {motion::kMotionWidth}, std::vector<float>(motion::kMotionWidth, 0.1F));
    writer.save(path);
    const DiffusionDriver driver = DiffusionDriver::load(path);
    CHECK(driver.speech_features() == "features");
    std::remove(path.c_str());

    const auto speech_of = [&](int frames) {
        std::vector<float> speech(static_cast<std::size_t>(frames) * 8);
        for (std::size_t i = 0; i < speech.size(); ++i) {
            speech[i] = std::sin(0.1F * static_cast<float>(i));
        }
        return speech;
    };
    DiffusionDriverOptions options;
    options.seed = 9;
    const auto drive = [&](int frames) {
        return driver.drive(speech_of(frames), frames, motion::Controls(), options);
    };
    for (const int frames : {0, 1, 11, 12, 13, 40}) {
        CHECK(static_cast<int>(drive(frames).frames.size()) == frames);
    }
    const motion::MotionClip a = drive(30);
    const motion::MotionClip b = drive(30);
    // The last frames of a window depend on what follows; nothing else changes.
    const motion::MotionClip longer = drive(36);
    options.seed = 10;
    const motion::MotionClip other = drive(30);
    double seeds = 0;
    for (std::size_t i = 0; i < 30; ++i) {
        for (int k = 0; k < head::kNumActions; ++k) {
            REQUIRE(a.frames[i].actions.values[k] == b.frames[i].actions.values[k]);
            seeds += std::abs(a.frames[i].actions.values[k] - other.frames[i].actions.values[k]);
            // The gaze follows the head, whose rhythm depends on later frames.
            if (i < 24 && !head::is_gaze_action(static_cast<head::Action>(k))) {
                CHECK(a.frames[i].actions.values[k] ==
                      Approx(longer.frames[i].actions.values[k]).margin(1e-5));
            }
        }
    }
    CHECK(seeds > 0.1);
    CHECK(a.frames[0].pose.yaw_rad == Approx(0.0).margin(1e-6));

    // A clip made piece by piece is the same, and speech not yet used does not matter.
    DiffusionStream stream = driver.start(150, motion::Controls(), options);
    const motion::MotionClip whole = drive(150);
    std::size_t count = 0;
    int num_early = 0;
    while (!stream.is_done()) {
        std::vector<float> speech = speech_of(150);
        const int heard = stream.frames_heard();
        num_early += heard < 150 ? 1 : 0;
        std::fill(speech.begin() + static_cast<std::ptrdiff_t>(heard) * 8,
                  speech.end(),
                  std::numeric_limits<float>::quiet_NaN());
        for (const motion::MotionFrame& frame : stream.next(speech)) {
            REQUIRE(frame.actions.values == whole.frames[count].actions.values);
            REQUIRE(frame.pose.yaw_rad == whole.frames[count].pose.yaw_rad);
            ++count;
        }
        CHECK((stream.is_done() || count + 60 >= static_cast<std::size_t>(heard)));
    }
    CHECK(count == 150);
    CHECK(num_early > 5);
    CHECK(stream.next(speech_of(150)).empty());
    CHECK_THROWS_AS(stream.next(speech_of(149)), core::Error);

    CHECK_THROWS_AS(driver.drive(speech_of(5), 6, motion::Controls(), options), core::Error);
    options.style = "nobody's";
    CHECK_THROWS_AS(drive(3), core::Error);
}
