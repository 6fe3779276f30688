// SPDX-License-Identifier: Apache-2.0
// Compares the kernels' frames with those of the tiles: as plain loops on the CPU everywhere, on a
// GPU where there is one.
#include "vasa/decode/batch_decoder.h"

#include "cuda/cuda_module.h"
#include "lively_network.h"
#include "network/smaller_batches.h"
#include "support/synthetic_face.h"
#include "support/test_folder.h"

#include "vasa/core/bt709.h"
#include "vasa/core/error.h"
#include "vasa/tensor/device.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <thread>
#include <utility>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using head::Action;

namespace {

using Frames = std::vector<std::vector<std::uint8_t>>;

/// Chosen before any other use of torch, which would not find a GPU later.
const tensor::Device kMachine = tensor::choose_device("auto");

/// Poses and expressions that show every kind of surface, some beyond the frame's border.
std::vector<FaceState> varied_states(const head::FaceCode& code) {
    std::vector<FaceState> states(6, {code.pose, code.actions});
    states[1].pose.yaw_rad += 0.35F;
    states[1].pose.pitch_rad -= 0.2F;
    states[1].actions[Action::JawOpen] = 0.7F;
    states[2].pose.roll_rad += 0.3F;
    states[2].actions[Action::EyeBlinkLeft] = states[2].actions[Action::EyeBlinkRight] = 1;
    states[3].pose.z_cm = -50;  // near, so that triangles are large and leave the frame
    states[3].actions[Action::MouthSmileLeft] = states[3].actions[Action::JawOpen] = 0.4F;
    states[4].pose.x_cm += 12;
    states[4].pose.yaw_rad -= 0.4F;
    states[4].actions[Action::EyeLookOutLeft] = states[4].actions[Action::EyeLookInRight] = 0.8F;
    states[5].actions[Action::JawOpen] = 1;
    return states;
}

std::string save_network(const TestFolder& folder) {
    std::string path = folder / "decoder.safetensors";
    FrameNetworkConfig config = FrameNetworkConfig::named("fast");
    config.channels = {8, 8, 8, 8};
    save_frame_network(path, support::lively_network(config), {});
    return path;
}

/// Frames that the CPU makes tile by tile, the network in fp32.
Frames expected_frames(const head::HeadModel& model,
                       const head::FaceCode& code,
                       const std::vector<FaceState>& states,
                       const std::string& network,
                       const head::SkinFolds* folds = nullptr) {
    BatchDecoderOptions options;
    options.folds = folds;
    if (!network.empty()) {
        options.network = load_batch_network(network, "cpu", Precision::Fp32);
    }
    Frames frames;
    BatchDecoder(model, code, options).decode(states, PixelLayout::Rgb, frames);
    return frames;
}

struct Difference {
    int largest = 0;
    double fraction = 0;  ///< of values that differ by more than 1
};

Difference compare(const Frames& a, const Frames& b) {
    Difference d;
    double count = 0, total = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        REQUIRE(a[i].size() == b[i].size());
        for (std::size_t k = 0; k < a[i].size(); ++k) {
            const int difference = std::abs(static_cast<int>(a[i][k]) - b[i][k]);
            d.largest = std::max(d.largest, difference);
            count += difference > 1 ? 1 : 0;
        }
        total += static_cast<double>(a[i].size());
    }
    d.fraction = count / total;
    return d;
}

/// Expected result of converting one frame.
std::vector<std::uint8_t> converted(const std::vector<std::uint8_t>& rgb, PixelLayout layout) {
    constexpr int kSize = head::kFrameSize_px, kArea = kSize * kSize;
    std::vector<std::uint8_t> out(num_bytes(layout));
    for (int i = 0; i < kArea; ++i) {
        out[i] = core::bt709::luma(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
    }
    for (int y = 0; y < kSize; y += 2) {
        for (int x = 0; x < kSize; x += 2) {
            int sum[3] = {};
            for (const int i :
                 {y * kSize + x, y * kSize + x + 1, (y + 1) * kSize + x, (y + 1) * kSize + x + 1}) {
                for (int c = 0; c < 3; ++c) {
                    sum[c] += rgb[3 * i + c];
                }
            }
            const int cell = y / 2 * (kSize / 2) + x / 2;
            const bool is_nv12 = layout == PixelLayout::Nv12;
            out[kArea + (is_nv12 ? 2 * cell : cell)] =
                core::bt709::chroma_u(sum[0], sum[1], sum[2]);
            out[kArea + (is_nv12 ? 2 * cell + 1 : kArea / 4 + cell)] =
                core::bt709::chroma_v(sum[0], sum[1], sum[2]);
        }
    }
    return out;
}

/// "cuda:0" if frames can be decoded there, else empty with the cause.
std::string find_gpu(std::string& cause) {
    cause = kMachine.is_cuda ? cuda_module_problem() : kMachine.reason;
    return cause.empty() ? kMachine.to_string() : "";
}

/// find_gpu(), or empty for a test that is skipped. Fails instead if a GPU is expected.
std::string find_gpu_for_test() {
    std::string cause, gpu = find_gpu(cause);
    if (gpu.empty()) {
        REQUIRE(std::getenv("VASA_REQUIRE_GPU") == nullptr);
        WARN("SKIPPED: " << cause);
    }
    return gpu;
}

}  // namespace

TEST_CASE("the kernels' geometry is that of the tiles, bit by bit, whatever the batch") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 20);
    const std::vector<FaceState> states = varied_states(code);
    const Frames expected = expected_frames(model, code, states, "");
    BatchDecoderOptions options;
    options.device = kKernelsOnCpu;
    for (const int batch : {1, 4}) {
        options.batch_size = batch;
        BatchDecoder decoder(model, code, options);
        Frames frames;
        decoder.decode(states, PixelLayout::Rgb, frames);
        CHECK(decoder.config_name().empty());
        for (std::size_t i = 0; i < states.size(); ++i) {
            CHECK((frames[i] == expected[i]));  // too long to print
        }
    }
    CHECK(expected[0] != expected[1]);
}

TEST_CASE("the kernels' skin folds and turns in the light as that of the tiles does") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 20);
    std::vector<FaceState> states = varied_states(code);
    states[1].actions[Action::MouthSmileLeft] = states[1].actions[Action::BrowInnerUp] = 0.8F;
    head::SkinFolds folds;
    for (std::size_t i = 0; i < head::SkinFolds::num_values(); ++i) {
        folds.half.push_back(static_cast<std::uint8_t>(i / 3 * 37 % 256));
    }
    const Frames expected = expected_frames(model, code, states, "", &folds);
    BatchDecoderOptions options;
    options.device = kKernelsOnCpu;
    options.folds = &folds;
    options.batch_size = 4;
    Frames frames;
    BatchDecoder(model, code, options).decode(states, PixelLayout::Rgb, frames);
    for (std::size_t i = 0; i < states.size(); ++i) {
        CHECK((frames[i] == expected[i]));  // too long to print
    }
    const Frames moved = expected_frames(model, code, states, "");
    CHECK(expected[0] == moved[0]);
    CHECK(expected[1] != moved[1]);
}

TEST_CASE("what the kernels paint is what the tiles paint") {
    const TestFolder folder;
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 21);
    const std::vector<FaceState> states = varied_states(code);
    BatchDecoderOptions options;
    options.device = kKernelsOnCpu;
    const std::string path = save_network(folder);
    options.network = load_batch_network(path, options.device, Precision::Fp32);
    options.batch_size = 4;
    const Frames expected = expected_frames(model, code, states, path);
    BatchDecoder decoder(model, code, options);
    CHECK(decoder.config_name() == "fast");
    Frames frames;
    decoder.decode(states, PixelLayout::Rgb, frames);
    const Difference painted = compare(frames, expected);
    CHECK(painted.largest <= 1);
    // The network's changes are much larger.
    const Difference change = compare(expected, expected_frames(model, code, states, ""));
    CHECK(change.largest > 20);
    CHECK(change.fraction > 0.005);

    SECTION("in half precision too, nearly") {
        for (const Precision precision : {Precision::Fp16, Precision::Bf16}) {
            options.network = load_batch_network(path, options.device, precision);
            BatchDecoder half(model, code, options);
            half.decode(states, PixelLayout::Rgb, frames);
            const Difference difference = compare(frames, expected);
            CHECK(difference.largest > 0);
            CHECK(difference.largest <= 8);
            CHECK(difference.fraction < 0.1 * change.fraction);
        }
    }
}

TEST_CASE("colours are converted into both layouts") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 22);
    const std::vector<FaceState> states = {varied_states(code)[1], varied_states(code)[4]};
    for (const char* device : {"cpu", kKernelsOnCpu}) {
        BatchDecoderOptions options;
        options.device = device;
        BatchDecoder decoder(model, code, options);
        Frames rgb, frames;
        decoder.decode(states, PixelLayout::Rgb, rgb);
        for (const PixelLayout layout : {PixelLayout::Yuv420, PixelLayout::Nv12}) {
            decoder.decode(states, layout, frames);
            for (std::size_t i = 0; i < states.size(); ++i) {
                CHECK((frames[i] == converted(rgb[i], layout)));
            }
        }
    }
}

TEST_CASE("frames do not depend on the threads that make them", "[threads]") {
    const TestFolder folder;
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 26);
    const std::vector<FaceState> states = varied_states(code);
    const std::string path = save_network(folder);
    const Frames expected = expected_frames(model, code, states, path);
    BatchDecoderOptions options;
    options.network = load_batch_network(path, "cpu", Precision::Fp32);
    BatchDecoder decoder(model, code, options);
    for (const std::size_t num_threads : {1U, 2U, 64U}) {
        std::vector<Frames> found(num_threads);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < num_threads; ++i) {
            threads.emplace_back([&, i] {
                // Each begins with another state, so that memory is reused by other frames.
                const FaceState& state = states[i % states.size()];
                decoder.decode({state}, PixelLayout::Rgb, found[i]);
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        for (std::size_t i = 0; i < num_threads; ++i) {
            CHECK((found[i].front() == expected[i % states.size()]));
        }
    }
}

TEST_CASE("a GPU decodes the CPU's frames", "[gpu]") {
    const std::string gpu = find_gpu_for_test();
    if (gpu.empty()) {
        return;
    }
    const TestFolder folder;
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 23);
    const std::vector<FaceState> states = varied_states(code);
    BatchDecoderOptions options;
    options.device = gpu;
    options.batch_size = 4;
    Frames frames;
    {
        // Arithmetic is the same to the last bit except for the square root of normals, which does
        // not affect colours.
        BatchDecoder decoder(model, code, options);
        decoder.decode(states, PixelLayout::Rgb, frames);
        const Difference difference = compare(frames, expected_frames(model, code, states, ""));
        CHECK(difference.largest <= 1);
    }
    const std::string path = save_network(folder);
    const Frames expected = expected_frames(model, code, states, path);
    for (const auto& [precision, largest] : {std::pair<Precision, int>{Precision::Fp32, 2},
                                             {Precision::Fp16, 8},
                                             {Precision::Bf16, 16}}) {
        options.network = load_batch_network(path, gpu, precision);
        BatchDecoder decoder(model, code, options);
        // First without graphs, then graphs are recorded, then replayed.
        for (int time = 0; time < 3; ++time) {
            decoder.decode(states, PixelLayout::Rgb, frames);
            CHECK(compare(frames, expected).largest <= largest);
        }
        for (const PixelLayout layout : {PixelLayout::Yuv420, PixelLayout::Nv12}) {
            Frames yuv;
            decoder.decode(states, layout, yuv);
            CHECK((yuv[1] == converted(frames[1], layout)));
        }
        // The next portrait reuses the warm network.
        BatchDecoder other(model, code, options);
        other.decode(states, PixelLayout::Rgb, frames);
        CHECK(compare(frames, expected).largest <= largest);
    }
}

TEST_CASE("a GPU serves several threads at once", "[gpu]") {
    const std::string gpu = find_gpu_for_test();
    if (gpu.empty()) {
        return;
    }
    const TestFolder folder;
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 25);
    const std::vector<FaceState> states = varied_states(code);
    const std::string path = save_network(folder);
    const Frames expected = expected_frames(model, code, states, path);
    std::vector<Frames> found(4);
    std::vector<std::string> problems(found.size());
    const auto decode = [&](std::size_t i) {
        BatchDecoderOptions options;
        options.device = gpu;
        options.batch_size = static_cast<int>(i) + 1;
        options.network = load_batch_network(path, gpu, Precision::Fp16);
        BatchDecoder decoder(model, code, options);
        for (int time = 0; time < 4; ++time) {
            decoder.decode(states, PixelLayout::Rgb, found[i]);
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < found.size(); ++i) {
        threads.emplace_back([&, i] {
            try {
                decode(i);
            } catch (const std::exception& error) {
                problems[i] = error.what();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(problems[i].empty());
        if (problems[i].empty()) {
            CHECK(compare(found[i], expected).largest <= 8);
        }
    }
}

TEST_CASE("where memory does not suffice batches become smaller, then it is an error") {
    std::vector<std::size_t> done;
    int batch_size = 8, num_shrunk = 0;
    const auto work_up_to = [&](std::size_t limit) {
        return [&done, limit](std::size_t first, std::size_t count) {
            if (count > limit) {
                throw c10::OutOfMemoryError({"work_up_to", __FILE__, __LINE__},
                                            "CUDA out of memory");
            }
            for (std::size_t i = first; i < first + count; ++i) {
                done.push_back(i);
            }
        };
    };
    const auto shrunk = [&](int size) {
        CHECK(size == batch_size);
        ++num_shrunk;
    };
    do_in_batches(11, batch_size, work_up_to(3), shrunk);
    CHECK(batch_size == 2);
    CHECK(num_shrunk == 2);
    CHECK(done.size() == 11);
    CHECK(std::is_sorted(done.begin(), done.end()));
    try {
        do_in_batches(4, batch_size, work_up_to(0), shrunk);
        FAIL("no error");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Resource);
        CHECK(std::string(error.what()).find("does not suffice for one frame") !=
              std::string::npos);
    }
    const auto broken = [](std::size_t, std::size_t) { TORCH_CHECK(false, "an illegal access"); };
    CHECK_THROWS_AS(do_in_batches(4, batch_size, broken, shrunk), c10::Error);
}

TEST_CASE("only a module of this build is taken", "[gpu]") {
    const TestFolder folder;
    const CudaModule missing = load_cuda_module(folder / "libvasa_cuda.so");
    CHECK(missing.kernels == nullptr);
    CHECK(missing.problem.find("no module with GPU kernels") == 0);
    const CudaModule other = load_cuda_module("libm.so.6");
    CHECK(other.kernels == nullptr);
    CHECK(other.problem.find("'libm.so.6' is not a module") == 0);

    const CudaModule& own = cuda_module();
    if (own.kernels == nullptr) {
        WARN("SKIPPED loading the module: " << own.problem);
        return;
    }
    if (!kMachine.is_cuda) {
        // Without a GPU each call reports that, and nothing crashes.
        std::size_t used = 0, total = 0;
        CHECK(own.kernels->memory(0, &used, &total) != nullptr);
    }
}

TEST_CASE("a batch decoder says what it cannot do") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 24);
    const auto kind_of = [&](const BatchDecoderOptions& options) {
        try {
            BatchDecoder(model, code, options);
        } catch (const core::Error& error) {
            return error.kind();
        }
        return core::ErrorKind::Batch;
    };
    BatchDecoderOptions options;
    options.batch_size = 0;
    CHECK(kind_of(options) == core::ErrorKind::Usage);
    options.batch_size = 1;
    try {
        load_batch_network("/nowhere/decoder.safetensors", "cpu", Precision::Auto);
        FAIL("no error");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Model);
    }
    options.network = load_batch_network(save_network(TestFolder()), "cpu", Precision::Fp32);
    options.device = "cuda:0";
    CHECK(kind_of(options) == core::ErrorKind::Usage);
    options.network = nullptr;
    std::string cause;
    if (find_gpu(cause).empty()) {
        options.device = "cuda:0";
        CHECK(kind_of(options) == core::ErrorKind::Resource);
    }
}
