// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/speech_encoder.h"

#include "log_mel.h"
#include "speech_windows.h"
#include "support/spoiled_model.h"
#include "support/test_folder.h"
#include "whisper_encoder.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/core/rng.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/model_files.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/weights.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>
#include <ATen/record_function.h>
#include <c10/core/InferenceMode.h>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::speech;

namespace {

const std::string kModel = std::string(VASA_SOURCE_DIR) + "/models/" + models::kSpeechEncoderFile;

at::Tensor tensor_of(const core::SafetensorsFile& file, const std::string& name) {
    std::vector<float> values = file.floats(name);
    return at::from_blob(values.data(), file.tensor(name).shape, at::kFloat).clone();
}

double relative_l2(const at::Tensor& a, const at::Tensor& b) {
    return ((a - b).norm() / b.norm()).item<double>();
}

/// The shipped blocks, without windows and scaling.
WhisperEncoder shipped_network(const core::SafetensorsFile& file) {
    WhisperEncoder network(WhisperConfig{});
    tensor::load_weights(*network, file, "encoder.");
    network->eval();
    return network;
}

std::vector<float> noise_and_tones(int num_samples) {
    std::vector<float> speech(static_cast<std::size_t>(num_samples));
    core::Rng rng(7);
    for (std::size_t i = 0; i < speech.size(); ++i) {
        const double t = static_cast<double>(i) / kSpeechRate_hz;
        const double loud = 0.1 * (1.0 + std::sin(9.0 * t)) * (1.0 + 0.5 * std::sin(2.3 * t));
        const double tone = std::sin(2.0 * M_PI * 140.0 * t + std::sin(11.0 * t));
        speech[i] = static_cast<float>(loud * tone + 0.002 * rng.normal());
    }
    return speech;
}

/// Runs `work` once in the calling thread and in each thread of the pool.
template <typename Work>
void on_all_threads(int count, const Work& work) {
    std::atomic<int> num_there{0};
    core::parallel_for(count, [&](int) {
        ++num_there;
        while (num_there < count) {  // so that no thread takes two items
            std::this_thread::yield();
        }
        work();
    });
}

/// Largest thread count that a torch operator could have used since this was set to 0.
std::atomic<int> g_max_torch_threads{0};

std::unique_ptr<at::ObserverContext> note_torch_threads(const at::RecordFunction&) {
    const int here = at::get_num_threads();
    int highest = g_max_torch_threads;
    while (here > highest && !g_max_torch_threads.compare_exchange_weak(highest, here)) {
    }
    return nullptr;
}

double row_difference(const SpeechFeatures& a, const SpeechFeatures& b, int row) {
    double sum = 0;
    for (int k = 0; k < kFeatureWidth; ++k) {
        const auto i = static_cast<std::size_t>(row * kFeatureWidth + k);
        sum += std::abs(a.values[i] - b.values[i]);
    }
    return sum / kFeatureWidth;
}

}  // namespace

TEST_CASE("The speech encoder agrees with the reference outputs", "[speech][data]") {
    const char* data = std::getenv("VASA_DATA_DIR");
    if (data == nullptr) {
        WARN("SKIPPED: VASA_DATA_DIR not set");
        return;
    }
    const c10::InferenceMode inference;
    const auto golden = core::SafetensorsFile::load(std::string(data) + "/audio/golden.safetensors",
                                                    core::ErrorKind::Input);
    const auto file = core::SafetensorsFile::load(kModel, core::ErrorKind::Model);
    const at::Tensor filters = tensor_of(file, "mel_filters");
    std::vector<float> samples = golden.floats("samples");
    WhisperEncoder network = shipped_network(file);

    SECTION("padded to 30 s") {
        samples.resize(480000, 0.0F);
        const at::Tensor mel = log10_mel(samples, filters);
        REQUIRE(mel.size(0) == 3000);
        const at::Tensor scaled = scale_mel(mel, mel.max().item<float>());
        const at::Tensor expected = tensor_of(golden, "log_mel").t();
        CHECK((scaled.slice(0, 0, 320) - expected).abs().max().item<double>() < 1e-4);
        std::vector<at::Tensor> layers;
        network(scaled.t().unsqueeze(0).contiguous(), &layers);
        REQUIRE(layers.size() == 5);
        const char* const names[] = {"stem", "block0", "block1", "block2", "block3"};
        for (std::size_t i = 0; i < layers.size(); ++i) {
            INFO(names[i]);
            CHECK(relative_l2(layers[i][0].slice(0, 0, 150), tensor_of(golden, names[i])) < 1e-5);
        }
    }
    SECTION("unpadded") {
        samples.resize(48000);
        const at::Tensor mel = log10_mel(samples, filters);
        const at::Tensor scaled = scale_mel(mel, mel.max().item<float>());
        const at::Tensor expected = tensor_of(golden, "log_mel_unpadded");
        CHECK((scaled.t() - expected).abs().max().item<double>() < 1e-4);
        // The input is the reference's log-mel, so only the network is compared.
        const at::Tensor out = network(expected.unsqueeze(0));
        CHECK(relative_l2(out[0], tensor_of(golden, "block3_unpadded")) < 1e-5);
    }
}

TEST_CASE("A feature hears at most 1 s of the future", "[speech]") {
    const SpeechEncoder encoder = SpeechEncoder::load(kModel);
    const std::vector<float> speech = noise_and_tones(16000 * 6);
    const SpeechFeatures whole = encoder.encode(speech);
    REQUIRE(whole.num_frames == 150);
    std::vector<float> changed = speech;
    constexpr int kChange_frame = 100;
    for (std::size_t i = kChange_frame * 640; i < changed.size(); ++i) {
        changed[i] = 0.2F * std::sin(0.3F * static_cast<float>(i));
    }
    const SpeechFeatures other = encoder.encode(changed);
    for (int row = 0; row <= kChange_frame - 25; ++row) {
        REQUIRE(row_difference(whole, other, row) < 1e-3);
    }
    CHECK(row_difference(whole, other, kChange_frame + 2) > 0.05);
}

TEST_CASE("Features come as far as they are asked for", "[speech]") {
    const SpeechEncoder encoder = SpeechEncoder::load(kModel);
    const std::vector<float> speech = noise_and_tones(16000 * 6);
    const SpeechFeatures whole = encoder.encode(speech);
    SpeechStream stream = encoder.start(speech);
    REQUIRE(stream.num_frames() == 150);
    int num_rows = 0;
    for (const int wanted : {0, 1, 20, 50, 49, 100, 150, 200}) {
        const SpeechFeatures& features = stream.encode_to(wanted);
        REQUIRE(features.num_frames == 150);
        REQUIRE(features.values.size() == whole.values.size());
        num_rows = std::max(num_rows, std::min(wanted, 150));
        for (int row = 0; row < num_rows; ++row) {
            REQUIRE(row_difference(whole, features, row) == 0.0);
        }
        CHECK((wanted > 100 || features.values.back() == 0.0F));
    }
}

TEST_CASE("Features hardly change with the recording's gain", "[speech]") {
    const SpeechEncoder encoder = SpeechEncoder::load(kModel);
    const std::vector<float> speech = noise_and_tones(16000 * 3);
    std::vector<float> faint = speech;
    for (float& sample : faint) {
        sample *= 0.1F;
    }
    const SpeechFeatures a = encoder.encode(speech);
    const SpeechFeatures b = encoder.encode(faint);
    double mean = 0;
    for (int row = 0; row < a.num_frames; ++row) {
        mean += row_difference(a, b, row) / a.num_frames;
    }
    CHECK(mean < 0.05);
}

TEST_CASE("The encoder takes any length of speech", "[speech]") {
    const SpeechEncoder encoder = SpeechEncoder::load(kModel);
    for (const std::size_t length : {std::size_t{0},
                                     std::size_t{1},
                                     std::size_t{150},
                                     std::size_t{640},
                                     std::size_t{641},
                                     std::size_t{16001}}) {
        const SpeechFeatures features = encoder.encode(std::vector<float>(length, 0.01F));
        CHECK(features.num_frames == static_cast<int>((length + 639) / 640));
        for (const float value : features.values) {
            REQUIRE(std::abs(value) <= 5.0F);
        }
    }
}

TEST_CASE("An encoder of another spectrogram is refused, one of other blocks says so", "[speech]") {
    CHECK(SpeechEncoder::load(kModel).features() == kSpeechFeatures);
    const TestFolder folder;
    const std::string path = folder / "encoder.safetensors";
    const auto error_of = [&](const std::string& key, const char* from, const char* to) {
        return support::error_of_spoiled(
            kModel, path, key, from, to, [&] { SpeechEncoder::load(path); });
    };
    CHECK_THAT(error_of("inputs", "160 samples a hop", "80 samples a hop"),
               Catch::Contains("value 2 of 'log_mel' is '80 samples a hop'"));
    CHECK_THAT(error_of("kind", "speech_encoder", "sync_expert"),
               Catch::Contains("expected a speech encoder of version 2"));
}

TEST_CASE("Every thread that encodes uses one thread of torch, and gets its own number back",
          "[speech]") {
    constexpr int kPoolThreads = 3, kTorchThreads = 3;
    const SpeechEncoder encoder = SpeechEncoder::load(kModel);
    const int num_threads = core::num_threads();
    const int num_torch_threads = at::get_num_threads();
    core::set_num_threads(kPoolThreads);
    tensor::set_torch_threads(kTorchThreads);
    on_all_threads(kPoolThreads, [] { at::set_num_threads(kTorchThreads); });
    SpeechStream stream = encoder.start(noise_and_tones(16000 * 8));
    g_max_torch_threads = 0;
    const at::CallbackHandle observed = at::addGlobalCallback(
        at::RecordFunctionCallback(note_torch_threads).scopes({at::RecordScope::FUNCTION}));
    stream.encode_to(stream.num_frames());
    at::removeCallback(observed);
    CHECK(g_max_torch_threads == 1);
    std::atomic<int> num_restored{0};
    on_all_threads(kPoolThreads,
                   [&] { num_restored += at::get_num_threads() == kTorchThreads ? 1 : 0; });
    CHECK(num_restored == kPoolThreads);
    tensor::set_torch_threads(num_torch_threads);
    core::set_num_threads(num_threads);
}

TEST_CASE("Damaged encoder weights are model errors", "[speech]") {
    std::ifstream in(kModel, std::ios::binary);
    std::vector<char> bytes(1 << 16);
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const std::string path = "damaged_speech_encoder.safetensors";
    std::ofstream(path, std::ios::binary).write(bytes.data(), 1 << 16);
    try {
        SpeechEncoder::load(path);
        FAIL("loaded a truncated file");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Model);
    }
    std::remove(path.c_str());
}
