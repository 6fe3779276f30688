// SPDX-License-Identifier: Apache-2.0
#include "batch_backend.h"
#include "cuda/cuda_module.h"
#include "network/network_graphs.h"
#include "network/number_type.h"
#include "network/patch_plan.h"
#include "network/smaller_batches.h"
#include "scene/geometry_state.h"
#include "staging.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/parallel.h"
#include "vasa/decode/frame_network.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/torch_errors.h"

#include <algorithm>
#include <functional>
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
        if (from.fold_places != nullptr) {
            move(scene_.fold_places, vertices);
            move(scene_.folds);
        }
        staging_.send();
        staging_.release_here();
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

/// Device of a name in BatchDecoderOptions.
at::Device device_of(const std::string& name) {
    return {name == kKernelsOnCpu ? "cpu" : name};
}

struct DeviceDecoder {
    PortraitScene portrait;
    at::Device device;
    const kernels::FrameKernels& kernels;
    DeviceScene scene;
    std::shared_ptr<NetworkGraphs> network;
    at::ScalarType type;
    int batch_size;
    std::vector<PosedFrame> posed;
    Staging points, plan_arrays;
    at::Tensor pixels_here;  ///< of a batch, in host memory

    DeviceDecoder(const head::HeadModel& model,
                  const head::FaceCode& code,
                  const BatchDecoderOptions& options)
        : portrait(model, code, options.folds, scene_params(options.eye_colour)),
          device(device_of(options.device)),
          kernels(kernels_for(device)),
          scene(portrait.scene, device),
          network(options.network ? options.network->graphs : nullptr),
          type(network ? network->type() : at::kFloat),
          batch_size(options.batch_size),
          points(device),
          plan_arrays(device) {}

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

    /// The posed points of a batch: each kind of array holds all frames contiguously.
    struct PointParts {
        std::size_t head, card, attributes, shading, normals, changes, behind;
    };
    PointParts add_points(std::size_t count) {
        const std::size_t vertices = count * static_cast<std::size_t>(portrait.scene.num_vertices);
        const std::size_t card = count * static_cast<std::size_t>(portrait.scene.num_card_points);
        const float* const none = nullptr;
        points.clear();
        return {points.add(none, 3 * vertices),
                points.add(none, 3 * card),
                points.add(static_cast<const VertexAttributes*>(nullptr), vertices),
                points.add(none, vertices),
                points.add(none, 3 * vertices),
                points.add(static_cast<const SkinChange*>(nullptr), portrait.skin ? vertices : 0),
                points.add(none, count)};
    }
    void put_points(const PointParts& parts, std::size_t index) {
        const auto vertices = static_cast<std::size_t>(portrait.scene.num_vertices);
        const auto card = static_cast<std::size_t>(portrait.scene.num_card_points);
        const auto put = [&](auto* const all, const auto* const from, std::size_t size) {
            std::copy_n(from, size, all + index * size);
        };
        const PosedFrame& frame = posed[index];
        put(points.here<float>(parts.head), frame.head.camera.data(), 3 * vertices);
        put(points.here<float>(parts.card), frame.card.data(), 3 * card);
        put(points.here<VertexAttributes>(parts.attributes), frame.attributes.data(), vertices);
        put(points.here<float>(parts.shading), frame.shading.data(), vertices);
        put(points.here<float>(parts.normals), frame.normals.data(), 3 * vertices);
        points.here<float>(parts.behind)[index] = frame.behind;
        if (portrait.skin) {
            put(points.here<SkinChange>(parts.changes), frame.changes.data(), vertices);
        }
    }
    void send_points(const PointParts& parts, kernels::Batch& batch) {
        points.send();
        batch.head_points = points.place<float>(parts.head);
        batch.card_points = points.place<float>(parts.card);
        batch.attributes = points.place<VertexAttributes>(parts.attributes);
        batch.shading = points.place<float>(parts.shading);
        batch.normals = points.place<float>(parts.normals);
        batch.behind = points.place<float>(parts.behind);
        batch.changes = portrait.skin ? points.place<SkinChange>(parts.changes) : nullptr;
    }

    void send_plan(const PatchPlan& plan, kernels::Batch& batch) {
        plan_arrays.clear();
        const auto add = [&](const auto& all) { return plan_arrays.add(all.data(), all.size()); };
        const std::size_t patches = add(plan.patches), blocks = add(plan.patch_of_block),
                          order = add(plan.order), starts = add(plan.order_start);
        plan_arrays.send();
        batch.patches = plan_arrays.place<kernels::Patch>(patches);
        batch.patch_of_block = plan_arrays.place<int>(blocks);
        batch.order = plan_arrays.place<int>(order);
        batch.order_start = plan_arrays.place<int>(starts);
    }

    void predict(const PatchPlan& plan, const at::Tensor& conditions, const at::Tensor& change) {
        // All patches of one size, as [n, channels, height / 2, width / 2].
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
            network->predict(of_group(conditions, group, kernels::kCellChannels),
                             of_group(change, group, 4 * kNumOutputs));
        }
    }

    void decode(const FaceState* states,
                std::size_t count,
                PixelLayout layout,
                std::vector<std::uint8_t>* frames) {
        posed.resize(std::max(posed.size(), count));
        std::vector<std::vector<PixelRect>> rects(count);
        const PointParts parts = add_points(count);
        points.require_memory();
        core::parallel_for(static_cast<int>(count), [&](int i) {
            portrait.move(states[i], kSamples_px, posed[i]);
            put_points(parts, static_cast<std::size_t>(i));
            if (network) {
                rects[i] = portrait.disoccluded_rects(posed[i]);
            }
        });
        const PatchPlan plan = plan_patches(rects);
        kernels::Batch batch;
        batch.num_frames = static_cast<int>(count);
        batch.frame_px = static_cast<int>(kFrame_px);
        batch.num_patches = static_cast<int>(plan.patches.size());
        batch.num_pixels = plan.num_pixels;
        send_points(parts, batch);
        send_plan(plan, batch);

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
            const at::Tensor conditions = at::empty({q / 4 * kernels::kCellChannels}, numbers);
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
        if (!pixels_here.defined() || pixels_here.numel() < pixels.numel()) {
            pixels_here = at::empty({pixels.numel()},
                                    at::TensorOptions(at::kByte).pinned_memory(device.is_cuda()));
        }
        pixels_here.narrow(0, 0, pixels.numel()).copy_(pixels);  // waits for all of the above
        const auto* const bytes = pixels_here.const_data_ptr<std::uint8_t>();
        const std::size_t size = num_bytes(layout);
        for (std::size_t i = 0; i < count; ++i) {
            frames[i].assign(bytes + i * size, bytes + (i + 1) * size);
        }
    }
};

class DeviceBackend : public BatchBackend {
  public:
    DeviceBackend(const head::HeadModel& model,
                  const head::FaceCode& code,
                  const BatchDecoderOptions& options) {
        const torch::NoGradGuard no_grad;
        const at::Device device = device_of(options.device);
        tensor::with_torch_errors(
            "cannot decode frames on '" + device.str() + "'", device.is_cuda(), [&] {
                const c10::OptionalDeviceGuard guard(device);
                decoder_ = std::make_unique<DeviceDecoder>(model, code, options);
            });
    }

    int batch_size() const override { return decoder_->batch_size; }
    int num_threads() const override { return 1; }

    void decode(const std::vector<FaceState>& states,
                PixelLayout layout,
                std::vector<std::vector<std::uint8_t>>& frames) override {
        DeviceDecoder& d = *decoder_;
        const torch::NoGradGuard no_grad;
        const tensor::SingleTorchThread single;
        const c10::OptionalDeviceGuard guard(d.device);
        const auto work = [&](std::size_t first, std::size_t count) {
            d.decode(states.data() + first, count, layout, frames.data() + first);
        };
        const auto shrunk = [&](int size) {
            core::log_warning("the GPU's memory is short: " + std::to_string(size) +
                              " frames at a time");
            if (d.network) {
                d.network->clear();
            }
        };
        tensor::with_torch_errors(
            "cannot decode frames on '" + d.device.str() + "'", d.device.is_cuda(), [&] {
                do_in_batches(states.size(), d.batch_size, work, shrunk);
            });
    }

  private:
    std::unique_ptr<DeviceDecoder> decoder_;
};

}  // namespace

std::shared_ptr<NetworkGraphs> load_graphs(const std::string& path,
                                           const std::string& device,
                                           Precision precision) {
    const torch::NoGradGuard no_grad;
    const at::Device place = device_of(device);
    FrameNetwork loaded = load_frame_network(path);
    std::shared_ptr<NetworkGraphs> graphs;
    tensor::with_torch_errors("cannot decode frames on '" + device + "'", place.is_cuda(), [&] {
        const c10::OptionalDeviceGuard guard(place);
        graphs = std::make_shared<NetworkGraphs>(
            std::move(loaded), place, choose_type(precision, place.is_cuda()), kernels_for(place));
    });
    return graphs;
}

std::unique_ptr<BatchBackend> make_device_backend(const head::HeadModel& model,
                                                  const head::FaceCode& code,
                                                  const BatchDecoderOptions& options) {
    return std::make_unique<DeviceBackend>(model, code, options);
}

}  // namespace vasa::decode
