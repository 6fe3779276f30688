// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/live_encoder.h"

#include "live_mel.h"
#include "support/synthetic_speech.h"

#include "vasa/models/live_model_files.h"
#include "vasa/speech/live_encoder_network.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <torch/utils.h>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::speech;

namespace {

const std::string kModel =
    std::string(VASA_SOURCE_DIR) + "/models/" + models::kLiveSpeechEncoderFile;

LiveEncoderConfig tiny_config() {
    LiveEncoderConfig config;
    config.num_blocks = 3;
    config.width = 16;
    config.num_heads = 2;
    config.num_mels = 6;
    config.past_rows = 10;
    return config;
}

/// Rows of a spectrogram given in pieces: 5 columns, then `step` at a time.
at::Tensor streamed(LiveEncoder& network, const at::Tensor& mel, std::int64_t step) {
    LiveEncoderState state(network->config());
    std::vector<at::Tensor> rows = {state.append(*network, mel.slice(1, 0, 5))};
    for (std::int64_t i = 5; i + step <= mel.size(1); i += step) {
        rows.push_back(state.append(*network, mel.slice(1, i, i + step)));
    }
    return at::cat(rows, 0);
}

std::vector<float> talking(std::uint64_t seed) {
    test::SyntheticSpeech speech(seed);
    for (int i = 0; i < 4; ++i) {
        speech.vowel(test::SyntheticSpeech::kA, 0.2)
            .fricative(0.1)
            .vowel(test::SyntheticSpeech::kI, 0.15);
    }
    return speech.samples();
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
    double largest = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        largest =
            std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    return largest;
}

}  // namespace

TEST_CASE("a stream of rows equals the rows of the whole", "[live_encoder]") {
    const torch::NoGradGuard guard;
    torch::manual_seed(1);
    LiveEncoder network(tiny_config());
    const at::Tensor mel = at::randn({6, 93});
    const at::Tensor whole = network->forward(mel.unsqueeze(0).slice(2, 0, 92))[0];
    for (const std::int64_t step : {2, 8}) {
        const at::Tensor rows = streamed(network, mel, step);
        REQUIRE(rows.size(0) > 35);
        // The end of the whole has no future; the stream waits for it.
        REQUIRE(rows.size(0) <= whole.size(0) - 3);
        const at::Tensor difference = rows - whole.slice(0, 0, rows.size(0));
        CHECK(difference.abs().max().item<float>() < 1e-4F);
    }
}

TEST_CASE("a row sees a row of the future in each block and no more", "[live_encoder]") {
    const torch::NoGradGuard guard;
    torch::manual_seed(2);
    LiveEncoder network(tiny_config());
    const at::Tensor mel = at::randn({1, 6, 80});
    at::Tensor other = mel.clone();
    constexpr std::int64_t kChanged = 60;  // of the spectrogram: rows 29 and 30 hear it
    other.slice(2, kChanged).normal_();
    const at::Tensor change =
        (network->forward(mel) - network->forward(other))[0].abs().amax(1);  // [40]
    constexpr std::int64_t kFirst = kChanged / 2 - 1 - 3;
    CHECK(change.slice(0, 0, kFirst).max().item<float>() == 0.0F);
    CHECK(change[kFirst].item<float>() > 0.0F);
}

TEST_CASE("positions of a stream never leave those of its beginning", "[live_encoder]") {
    const at::Tensor early = live_positions(0, 1500, 512);
    const at::Tensor late = live_positions(1'000'000, 1500, 512);
    CHECK((late.amax(0) - early.amax(0)).abs().max().item<float>() < 0.05F);
    CHECK((late.amin(0) - early.amin(0)).abs().max().item<float>() < 0.05F);
    CHECK((late - early).abs().max().item<float>() > 0.5F);
}

TEST_CASE("a loud moment changes the level of later rows only", "[live_encoder]") {
    const at::Tensor filters = at::rand({80, 201});
    std::vector<float> speech = talking(3);
    const auto rows_of = [&] {
        LiveMel mel(filters);
        mel.push(speech.data(), speech.size());
        std::vector<at::Tensor> blocks;
        for (at::Tensor block = mel.next(); block.defined(); block = mel.next()) {
            blocks.push_back(block);
        }
        return at::cat(blocks, 0);
    };
    const at::Tensor before = rows_of();
    constexpr std::int64_t kLoud = 8000;
    for (std::size_t i = kLoud; i < kLoud + 400; ++i) {
        speech[i] = i % 2 == 0 ? 1.0F : -1.0F;
    }
    const at::Tensor change = (rows_of() - before).abs().amax(1);
    CHECK(change.slice(0, 0, (kLoud - 200) / 160).max().item<float>() == 0.0F);
    CHECK(change.slice(0, 60).min().item<float>() > 0.1F);
}

TEST_CASE("features do not depend on how the speech was cut", "[live_encoder]") {
    const LiveSpeechEncoder encoder = LiveSpeechEncoder::load(kModel);
    const std::vector<float> speech = talking(4);
    LiveSpeechStream at_once = encoder.start();
    const std::vector<float> whole = at_once.push(speech.data(), speech.size());
    REQUIRE(whole.size() > 20 * kFeatureWidth);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{777}}) {
        LiveSpeechStream stream = encoder.start();
        std::vector<float> rows;
        for (std::size_t i = 0; i < speech.size(); i += piece) {
            const auto made = stream.push(&speech[i], std::min(piece, speech.size() - i));
            rows.insert(rows.end(), made.begin(), made.end());
        }
        CHECK(rows == whole);
    }
}

TEST_CASE("a row is there when its future is, and knows nothing beyond", "[live_encoder]") {
    const LiveSpeechEncoder encoder = LiveSpeechEncoder::load(kModel);
    const std::vector<float> speech = talking(5), other = talking(6);
    constexpr std::size_t kCut = 16000;
    std::vector<float> mixed(speech.begin(), speech.begin() + kCut);
    mixed.insert(mixed.end(), other.begin(), other.end());
    LiveSpeechStream one = encoder.start(), two = encoder.start();
    std::vector<float> rows = one.push(speech.data(), kCut);
    const std::vector<float> mixed_rows = two.push(mixed.data(), mixed.size());
    // Two rows at a time: the second is there when it can be.
    const auto expected = static_cast<std::size_t>((1.0 - kLiveFuture_s) * kFeatureRate_hz);
    CHECK(rows.size() / kFeatureWidth >= expected);
    CHECK(largest_difference(rows, mixed_rows) == 0.0);
}
