// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/batch_decoder.h"

#include "../geometry_state.h"
#include "../patch_plan.h"
#include "cuda_module.h"
#include "network_graphs.h"
#include "number_type.h"
#include "smaller_batches.h"
#include "staging.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/parallel.h"
#include "vasa/decode/frame_network.h"
#include "vasa/tensor/device.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/utils.h>

namespace vasa::decode {
namespace {

using core::Error;
using core::ErrorKind;
using kernels::Number;
using kernels::Step;

constexpr std::int64_t kFrame_px = head::kFrameSize_px;
constexpr std::int64_t kFramePixels = kFrame_px * kFrame_px;
constexpr int kMaxBatch = 256;

Number number_of(at::ScalarType type) {
    if (type == at::kHalf) {
        return Number::Fp16;
    }
    return type == at::kBFloat16 ? Number::Bf16 : Number::Fp32;
}

const kernels::FrameKernels& kernels_for(const at::Device& device) {
    if (device.is_cpu()) {
        return kernels::host_kernels();
    }
    const CudaModule& module = cuda_module();
    if (module.kernels == nullptr) {
        throw Error(ErrorKind::Resource,
                    "cannot decode frames on '" + device.str() + "': " + module.problem);
    }
    return *module.kernels;
}

/// A portrait in a device's memory.
class DeviceScene {
  public:
    DeviceScene(const kernels::Scene& from, at::Device device) : staging_(device), scene_(from) {
        const auto vertices = static_cast<std::size_t>(from.num_vertices);
        const auto head = static_cast<std::size_t>(from.num_head_triangles);
        move(scene_.head_triangles, head);
        move(scene_.head_parts, head);
        move(scene_.lid_of, head);
        move(scene_.vertex_parts, vertices);
        move(scene_.rest, 3 * vertices);
        scene_.source_places = nullptr;
        for (int eye = 0; eye < 2; ++eye) {
            move(scene_.lid_places[eye], vertices);
            move(scene_.eyes[eye]);
            move(scene_.lids[eye]);
        }
        move(scene_.card_triangles, static_cast<std::size_t>(from.num_card_triangles));
        move(scene_.card_places, static_cast<std::size_t>(from.num_card_points));
        move(scene_.canvas);
        move(scene_.plate, 3 * kFramePixels);
        move(scene_.tooth_waves, kNumToothWaves);
        staging_.send();
        for (const auto& take_place : moves_) {
            take_place();
        }
    }
    DeviceScene(const DeviceScene&) = delete;
    DeviceScene& operator=(const DeviceScene&) = delete;

    const kernels::Scene& view() const { return scene_; }

  private:
    template <typename T>
    void move(const T*& pointer, std::size_t count) {
        const std::size_t part = staging_.add(pointer, count);
        moves_.push_back([this, &pointer, part] { pointer = staging_.place<T>(part); });
    }
    void move(ImageView& image) {
        move(image.data, static_cast<std::size_t>(image.width) * image.height * 4);
    }

    Staging staging_;
    kernels::Scene scene_;
    std::vector<std::function<void()>> moves_;
};

}  // namespace

std::size_t num_bytes(PixelLayout layout) {
    return static_cast<std::size_t>(layout == PixelLayout::Rgb ? 3 * kFramePixels
                                                               : kFramePixels / 2 * 3);
}

struct BatchDecoder::State {
    PortraitScene portrait;
    at::Device device;
    const kernels::FrameKernels& kernels;
    DeviceScene scene;
    at::ScalarType type = at::kFloat;
    std::optional<NetworkGraphs> network;
    std::string config_name;
    int batch_size;
    std::vector<PosedFrame> posed;
    Staging points;

    State(const head::HeadModel& model,
          const head::FaceCode& code,
          const BatchDecoderOptions& options)
        : portrait(model, code),
          device(options.device),
          kernels(kernels_for(device)),
          scene(portrait.scene, device),
          batch_size(options.batch_size),
          points(device) {
        if (batch_size < 1 || batch_size > kMaxBatch) {
            throw Error(ErrorKind::Usage,
                        "batch of " + std::to_string(batch_size) + " frames, expected 1 to " +
                            std::to_string(kMaxBatch));
        }
        if (!options.network.empty()) {
            load_network(options);
        }
    }

    void load_network(const BatchDecoderOptions& options) {
        FrameNetwork loaded = load_frame_network(options.network);
        type = choose_type(options.precision, device.is_cuda());
        loaded->to(device, type);
        for (at::Tensor& parameter : loaded->parameters()) {
            parameter.set_requires_grad(false);
            if (parameter.dim() == 4) {
                parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
            }
        }
        config_name = loaded->config().name;
        network.emplace(std::move(loaded), device, kernels);
    }

    at::Tensor memory(std::int64_t num_bytes) const {
        return at::empty({num_bytes}, at::TensorOptions(at::kByte).device(device));
    }

    void run(Step step, const kernels::Batch& batch) const {
        void* stream = nullptr;
        if (!device.is_cpu()) {
            const c10::impl::VirtualGuardImpl guard(device.type());
            stream = guard.getStream(device).native_handle();
        }
        const char* const problem =
            kernels.run(step, number_of(type), &scene.view(), &batch, stream);
        if (problem != nullptr) {
            TORCH_CHECK(false, "kernels of step ", static_cast<int>(step), ": ", problem);
        }
    }

    /// Sends the posed points of a batch with the plan of its patches.
    void send(const PatchPlan& plan, std::size_t count, kernels::Batch& batch) {
        const auto vertices = static_cast<std::size_t>(portrait.scene.num_vertices);
        const auto card = static_cast<std::size_t>(portrait.scene.num_card_points);
        // The kernels want each kind of array of all frames in one piece.
        const auto gather = [&](auto of, std::size_t size) {
            using T = std::remove_const_t<std::remove_pointer_t<decltype(of(posed[0]))>>;
            std::vector<T> all;
            all.reserve(count * size);
            for (std::size_t i = 0; i < count; ++i) {
                const T* const first = of(posed[i]);
                all.insert(all.end(), first, first + size);
            }
            return all;
        };
        const auto head_points =
            gather([](const PosedFrame& f) { return f.head.camera.data(); }, 3 * vertices);
        const auto card_points =
            gather([](const PosedFrame& f) { return f.card.data(); }, 3 * card);
        const auto looks = gather([](const PosedFrame& f) { return f.looks.data(); }, vertices);
        const auto shading = gather([](const PosedFrame& f) { return f.shading.data(); }, vertices);
        const auto normals =
            gather([](const PosedFrame& f) { return f.normals.data(); }, 3 * vertices);
        points.clear();
        const auto add = [&](const auto& all) { return points.add(all.data(), all.size()); };
        const std::size_t parts[] = {add(head_points),
                                     add(card_points),
                                     add(looks),
                                     add(shading),
                                     add(normals),
                                     add(plan.patches),
                                     add(plan.patch_of_block),
                                     add(plan.order),
                                     add(plan.order_start)};
        points.send();
        batch.head_points = points.place<float>(parts[0]);
        batch.card_points = points.place<float>(parts[1]);
        batch.looks = points.place<VertexLook>(parts[2]);
        batch.shading = points.place<float>(parts[3]);
        batch.normals = points.place<float>(parts[4]);
        batch.patches = points.place<kernels::Patch>(parts[5]);
        batch.patch_of_block = points.place<int>(parts[6]);
        batch.order = points.place<int>(parts[7]);
        batch.order_start = points.place<int>(parts[8]);
    }

    void predict(const PatchPlan& plan, const at::Tensor& conditions, const at::Tensor& change) {
        // Of all patches of a size, as [n, channels, height / 2, width / 2].
        const auto of_group = [](const at::Tensor& all, const PatchGroup& group, int channels) {
            const std::int64_t height = group.height / 2, width = group.width / 2;
            return all
                .narrow(0,
                        static_cast<std::int64_t>(group.first_pixel) / 4 * channels,
                        group.num_patches * height * width * channels)
                .view({group.num_patches, height, width, channels})
                .permute({0, 3, 1, 2});
        };
        constexpr int kNumOutputs = 4;
        for (const PatchGroup& group : plan.groups) {
            network->predict(of_group(conditions, group, 4 * kNumConditions),
                             of_group(change, group, 4 * kNumOutputs));
        }
    }

    void decode(const FaceState* states,
                std::size_t count,
                PixelLayout layout,
                std::vector<std::uint8_t>* frames) {
        posed.resize(std::max(posed.size(), count));
        std::vector<std::vector<PixelRect>> rects(count);
        core::parallel_for(static_cast<int>(count), [&](int i) {
            portrait.move(states[i].pose, states[i].actions, kSamples_px, posed[i]);
            if (network) {
                rects[i] = portrait.lost_rects(posed[i]);
            }
        });
        const PatchPlan plan = plan_patches(rects);
        kernels::Batch batch;
        batch.num_frames = static_cast<int>(count);
        batch.frame_px = static_cast<int>(kFrame_px);
        batch.num_patches = static_cast<int>(plan.patches.size());
        batch.num_pixels = plan.num_pixels;
        send(plan, count, batch);

        const auto n = static_cast<std::int64_t>(count);
        const auto place = [](const at::Tensor& tensor, auto* type_of) {
            return static_cast<decltype(type_of)>(tensor.data_ptr());
        };
        constexpr auto kKeyBytes = static_cast<std::int64_t>(sizeof(kernels::SampleKey));
        constexpr auto kScreenBytes = static_cast<std::int64_t>(sizeof(head::ScreenVertex));
        constexpr std::int64_t kNumSamples = kFramePixels * kOversample * kOversample;
        const at::Tensor head_screen = memory(n * scene.view().num_vertices * kScreenBytes);
        const at::Tensor card_screen = memory(n * scene.view().num_card_points * kScreenBytes);
        const at::Tensor head_keys = memory(n * kNumSamples * kKeyBytes);
        const at::Tensor card_keys = memory(n * kNumSamples * kKeyBytes);
        at::Tensor pixels = memory(n * kFramePixels * 3);
        batch.head_screen = place(head_screen, batch.head_screen);
        batch.card_screen = place(card_screen, batch.card_screen);
        batch.head_keys = place(head_keys, batch.head_keys);
        batch.card_keys = place(card_keys, batch.card_keys);
        batch.rgb = place(pixels, batch.rgb);
        run(Step::Geometry, batch);

        if (plan.num_pixels > 0) {
            const std::int64_t q = plan.num_pixels;
            const at::TensorOptions numbers = at::TensorOptions(type).device(device);
            const at::Tensor records = memory(q * static_cast<std::int64_t>(sizeof(PixelRecord)));
            const at::Tensor region = memory(q * 4), region_work = memory(q * 4);
            const at::Tensor mouth = memory(n * kFramePixels);
            const at::Tensor conditions = at::empty({q * kNumConditions}, numbers);
            const at::Tensor change = at::empty({q * 4}, numbers);
            batch.records = place(records, batch.records);
            batch.region = place(region, batch.region);
            batch.region_work = place(region_work, batch.region_work);
            batch.mouth = place(mouth, batch.mouth);
            batch.conditions = conditions.data_ptr();
            batch.change = change.data_ptr();
            run(Step::Conditions, batch);
            predict(plan, conditions, change);
            run(Step::Blend, batch);
        }
        if (layout != PixelLayout::Rgb) {
            const at::Tensor yuv = memory(n * kFramePixels / 2 * 3);
            batch.yuv = place(yuv, batch.yuv);
            batch.is_nv12 = layout == PixelLayout::Nv12;
            run(Step::Convert, batch);
            pixels = yuv;
        }
        // Waits for all of the above.
        const at::Tensor here = pixels.cpu();
        const auto* const bytes = here.const_data_ptr<std::uint8_t>();
        const std::size_t size = num_bytes(layout);
        for (std::size_t i = 0; i < count; ++i) {
            frames[i].assign(bytes + i * size, bytes + (i + 1) * size);
        }
    }
};

BatchDecoder::BatchDecoder(const head::HeadModel& model,
                           const head::FaceCode& code,
                           const BatchDecoderOptions& options) {
    const torch::NoGradGuard no_grad;
    try {
        const c10::OptionalDeviceGuard guard(at::Device(options.device));
        state_ = std::make_unique<State>(model, code, options);
    } catch (const c10::Error& error) {
        throw Error(
            ErrorKind::Resource,
            "cannot decode frames on '" + options.device + "': " + error.what_without_backtrace());
    }
}

BatchDecoder::~BatchDecoder() = default;

int BatchDecoder::batch_size() const {
    return state_->batch_size;
}

const std::string& BatchDecoder::config_name() const {
    return state_->config_name;
}

void BatchDecoder::decode(const std::vector<FaceState>& states,
                          PixelLayout layout,
                          std::vector<std::vector<std::uint8_t>>& frames) {
    State& s = *state_;
    const torch::NoGradGuard no_grad;
    const tensor::SingleTorchThread single;
    const c10::OptionalDeviceGuard guard(s.device);
    frames.resize(states.size());
    do_in_batches(
        states.size(),
        s.batch_size,
        [&](std::size_t first, std::size_t count) {
            s.decode(states.data() + first, count, layout, frames.data() + first);
        },
        [&](int size) {
            core::log_warning("the GPU's memory is short: " + std::to_string(size) +
                              " frames at a time");
            if (s.network) {
                s.network->clear();
            }
        });
}

}  // namespace vasa::decode
