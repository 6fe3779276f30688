// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/frame_kernels.h"
#include "kernels/frame_steps.h"

namespace vasa::decode::kernels {

template <typename Backend>
void run_geometry(const Backend& backend, const Scene& scene, const Batch& batch) {
    const std::int64_t frames = batch.num_frames;
    const std::int64_t area = static_cast<std::int64_t>(batch.frame_px) * batch.frame_px;
    const std::int64_t samples = frames * area * kOversample * kOversample;
    backend.fill_zero(batch.head_keys, samples * sizeof(SampleKey));
    backend.fill_zero(batch.card_keys, samples * sizeof(SampleKey));
    backend.for_each(frames * scene.num_vertices, ProjectHead{scene, batch});
    backend.for_each(frames * scene.num_card_points, ProjectCard{scene, batch});
    backend.for_each(frames * scene.num_head_triangles * kLanes, RasterizeHead{scene, batch});
    backend.for_each(frames * scene.num_card_triangles * kLanes, RasterizeCard{scene, batch});
    backend.for_each(frames * area, ShadePixel{scene, batch});
}

template <typename Backend>
void run_conditions(const Backend& backend, Number number, const Scene& scene, const Batch& batch) {
    const std::int64_t pixels = batch.num_pixels;
    backend.for_each(pixels, RecordPixel{scene, batch});
    float *const a = batch.region, *const b = batch.region_work;
    backend.for_each(pixels, Widen{batch, a, b, false});
    backend.for_each(pixels, Widen{batch, b, a, true});
    backend.for_each(pixels, Soften{batch, a, b, false});
    backend.for_each(pixels, Soften{batch, b, a, true});
    switch (number) {
        case Number::Fp32:
            backend.for_each(pixels, FoldConditions<float>{scene, batch});
            break;
        case Number::Fp16:
            backend.for_each(pixels, FoldConditions<typename Backend::Half>{scene, batch});
            break;
        case Number::Bf16:
            backend.for_each(pixels, FoldConditions<typename Backend::Bfloat16>{scene, batch});
            break;
    }
}

template <typename Backend>
void run_blend(const Backend& backend, Number number, const Batch& batch) {
    const std::int64_t pixels =
        static_cast<std::int64_t>(batch.num_frames) * batch.frame_px * batch.frame_px;
    switch (number) {
        case Number::Fp32:
            backend.for_each(pixels, BlendPixel<float>{batch});
            break;
        case Number::Fp16:
            backend.for_each(pixels, BlendPixel<typename Backend::Half>{batch});
            break;
        case Number::Bf16:
            backend.for_each(pixels, BlendPixel<typename Backend::Bfloat16>{batch});
            break;
    }
    backend.fill_zero(batch.mouth, pixels);
    backend.for_each(batch.num_pixels, MarkMouth{batch});
    backend.for_each(batch.num_pixels, SoftenMouth{batch});
    backend.for_each(batch.num_pixels, ShowMouth{batch});
}

/// Runs one step on a backend that has `for_each(count, function of an index)`, `fill_zero(pointer,
/// num_bytes)`, and the types Half and Bfloat16.
template <typename Backend>
void run_step(
    const Backend& backend, Step step, Number number, const Scene& scene, const Batch& batch) {
    switch (step) {
        case Step::Geometry:
            run_geometry(backend, scene, batch);
            break;
        case Step::Conditions:
            run_conditions(backend, number, scene, batch);
            break;
        case Step::Blend:
            run_blend(backend, number, batch);
            break;
        case Step::Convert:
            backend.for_each(
                static_cast<std::int64_t>(batch.num_frames) * batch.frame_px * batch.frame_px / 4,
                ConvertCell{batch});
            break;
    }
}

}  // namespace vasa::decode::kernels
