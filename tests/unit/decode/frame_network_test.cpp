// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_network.h"

#include "lively_network.h"
#include "support/spoiled_model.h"
#include "support/synthetic_face.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/decode/batch_decoder.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/models/model_files.h"

#include <algorithm>

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <torch/utils.h>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using support::lively_network;

namespace {

FrameNetworkConfig tiny_config() {
    FrameNetworkConfig config;
    config.name = "fast";
    config.channels = {8, 12};
    return config;
}

/// mark_region() of [1, 1, H, W].
at::Tensor region_of(const at::Tensor& disoccluded) {
    at::Tensor region = at::empty_like(disoccluded);
    mark_region(disoccluded.const_data_ptr<float>(),
                static_cast<int>(disoccluded.size(3)),
                static_cast<int>(disoccluded.size(2)),
                region.data_ptr<float>());
    return region;
}

}  // namespace

TEST_CASE("only the region is painted") {
    const torch::NoGradGuard guard;
    FrameNetwork network = lively_network(tiny_config());
    const at::Tensor conditions = at::randn({1, kNumConditions, 64, 64}) * 0.2;
    at::Tensor disoccluded = at::zeros({1, 1, 64, 64});
    disoccluded.slice(2, 28, 36).slice(3, 28, 36).fill_(1.0);
    const at::Tensor region = region_of(disoccluded);
    const at::Tensor painted = network(conditions, region);
    const at::Tensor change = (painted - conditions.slice(1, 0, 3)).abs().sum(1, true);
    CHECK((change * (region <= 0).to(at::kFloat)).max().item<float>() == 0.0F);
    CHECK((change * disoccluded).max().item<float>() > 0.01F);
    CHECK(region.slice(2, 28, 36).slice(3, 28, 36).min().item<float>() > 0.9999F);
    CHECK(region[0][0][10][10].item<float>() == 0.0F);
}

TEST_CASE("what is painted does not depend on how much is seen around it") {
    const torch::NoGradGuard guard;
    FrameNetwork network = lively_network(tiny_config());
    const int stride = tiny_config().stride_px();
    const at::Tensor conditions = at::randn({1, kNumConditions, 128, 128}) * 0.2;
    at::Tensor disoccluded = at::zeros({1, 1, 128, 128});
    disoccluded.slice(2, 60, 68).slice(3, 60, 68).fill_(1.0);
    const at::Tensor region = region_of(disoccluded);
    const at::Tensor all = network(conditions, region);
    const auto inner = [&](const at::Tensor& x) {
        return x.slice(2, 4 * stride, 128 - 4 * stride).slice(3, 4 * stride, 128 - 4 * stride);
    };
    const at::Tensor part = network(inner(conditions).contiguous(), inner(region).contiguous());
    CHECK((inner(all) - part).slice(2, 36, 60).slice(3, 36, 60).abs().max().item<float>() < 1e-4F);
}

TEST_CASE("fused convolutions predict the same") {
    const torch::NoGradGuard guard;
    FrameNetwork plain = lively_network(FrameNetworkConfig::named("fast"));
    FrameNetwork fused(FrameNetworkConfig::named("fast"));
    for (auto& item : fused->named_parameters()) {
        item.value().copy_(plain->named_parameters()[item.key()]);
    }
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        plain->to(type);
        fused->to(type);
        fused->fuse();
        // Small and large ones: oneDNN's layout of weights depends on the size.
        for (const std::int64_t side : {16, 48, 128}) {
            const at::Tensor folded =
                (at::randn({2, 4 * kNumConditions, side / 2, side}) * 0.2).to(type);
            const at::Tensor one = plain->predict(folded).to(at::kFloat);
            const at::Tensor other = fused->predict(folded).to(at::kFloat);
            const double scale = one.abs().max().item<double>();
            CHECK(scale > 0.01);
            CHECK((one - other).abs().max().item<double>() <
                  (type == at::kFloat ? 1e-4 : 0.03) * scale);
        }
    }
}

TEST_CASE("weights come back from their file, damaged ones are refused") {
    const TestFolder folder;
    const std::string path = folder / "decoder.safetensors";
    const FrameNetwork network = lively_network(tiny_config());
    save_frame_network(path, network, {});
    FrameNetwork again = load_frame_network(path);
    CHECK(again->config().channels == tiny_config().channels);
    const torch::NoGradGuard guard;
    const at::Tensor conditions = at::randn({1, kNumConditions, 32, 32}) * 0.2;
    const at::Tensor region = at::zeros({1, 1, 32, 32}) + 1.0;
    FrameNetwork first = network;
    CHECK((first(conditions, region) - again(conditions, region)).abs().max().item<float>() <
          2e-3F);

    auto bytes = core::read_file(path, 1 << 26);
    bytes.resize(bytes.size() - 100);
    const std::string damaged = folder / "damaged.safetensors";
    core::write_file_atomic(damaged, std::string(bytes.begin(), bytes.end()), true);
    CHECK_THROWS_AS(load_frame_network(damaged), core::Error);
    CHECK_THROWS_AS(load_frame_network(support::model_dir() + "/" + models::kHeadModelFile),
                    core::Error);
}

TEST_CASE("a network trained on other conditions is refused by the first that differs") {
    const TestFolder folder;
    const std::string path = folder / "decoder.safetensors", spoiled = folder / "spoiled";
    models::TrainingSummary training;
    training.num_steps = 12;
    save_frame_network(path, lively_network(tiny_config()), training);
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Model);
    CHECK(models::read_training(file)->num_steps == 12);
    const auto error_of = [&](const std::string& key, const char* from, const char* to) {
        return support::error_of_spoiled(
            path, spoiled, key, from, to, [&] { load_frame_network(spoiled); });
    };
    CHECK_THAT(error_of("inputs", "\"skin\",\"mouth_lining\"", "\"mouth_lining\",\"skin\""),
               Catch::Contains("value 5 of 'conditions' is 'mouth_lining', expected 'skin'"));
    CHECK_THAT(error_of("inputs", "rest_x / 8 cm", "rest_x / 10 cm"),
               Catch::Contains("value 17 of 'conditions' is 'rest_x / 10 cm'"));
    CHECK_THAT(error_of("inputs", ",\"log2 source_scale\"", ""),
               Catch::Contains("'conditions' has 22 values, expected 23"));
    CHECK_THAT(error_of("format_version", "2", "1"), Catch::Contains("found version 1"));
    CHECK_THAT(error_of("kind", "frame_decoder", "sync_expert"),
               Catch::Contains("expected a frame decoder network of version 2"));
}

TEST_CASE("configurations are checked") {
    CHECK(FrameNetworkConfig::named("fast").stride_px() == 16);
    CHECK(FrameNetworkConfig::named("full").stride_px() == 16);
    CHECK_THROWS_AS(FrameNetworkConfig::named("huge"), core::Error);
    const FrameNetworkConfig config = tiny_config();
    CHECK(FrameNetworkConfig::from_json(config.to_json(), "x").channels == config.channels);
    for (const char* text : {"{}",
                             "[]",
                             R"({"name":"fast","channels":[]})",
                             R"({"name":"fast","channels":[8,-1]})",
                             R"({"name":"fast","channels":[8,8],"more":1})",
                             R"({"name":"fast","channels":"8"})"}) {
        CHECK_THROWS_AS(FrameNetworkConfig::from_json(text, "x"), core::Error);
    }
}

TEST_CASE("a network changes disoccluded pixels only, the same way each time") {
    const TestFolder folder;
    const std::string path = folder / "decoder.safetensors";
    FrameNetworkConfig config = FrameNetworkConfig::named("fast");
    config.channels = {8, 8, 8, 8};
    save_frame_network(path, lively_network(config), {});
    BatchDecoderOptions options;
    options.network = load_batch_network(path, "cpu", Precision::Fp32);

    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 10);
    GeometryRenderer renderer(model, code);
    head::Actions actions = code.actions;
    actions[head::Action::JawOpen] = 0.6F;
    core::ImageU8 frame;
    renderer.render(code.pose, actions, frame);
    BatchDecoder decoder(model, code, options);
    CHECK(decoder.config_name() == "fast");
    const core::ImageU8 painted = decoder.decode_rgb({code.pose, actions});
    const core::ImageU8 again = decoder.decode_rgb({code.pose, actions});
    CHECK(painted.data == again.data);
    CHECK(painted.data != frame.data);
    GeometryBuffers buffers;
    renderer.render(code.pose, actions, frame, &buffers);
    int changed_far = 0, changed = 0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            const bool differs = !std::equal(frame.at(x, y), frame.at(x, y) + 3, painted.at(x, y));
            changed += differs ? 1 : 0;
            bool near = false;
            for (int dy = -9; dy <= 9 && differs && !near; ++dy) {
                for (int dx = -9; dx <= 9 && !near; ++dx) {
                    const int cx = std::clamp(x + dx, 0, 511), cy = std::clamp(y + dy, 0, 511);
                    const int part = *buffers.part.at(cx, cy);
                    near = (part > 1 && part != 255) || *buffers.visibility.at(cx, cy) < 0.51F;
                }
            }
            changed_far += differs && !near ? 1 : 0;
        }
    }
    CHECK(changed > 100);
    CHECK(changed_far == 0);
}
