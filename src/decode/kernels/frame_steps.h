// SPDX-License-Identifier: Apache-2.0
// The steps of a batch of frames, each a function of one index. The backend runs them as a grid of
// GPU threads or as a loop on the CPU.
#pragma once

#include "kernels/frame_batch.h"
#include "kernels/shading.h"
#include "kernels/skin_gain.h"

#include "vasa/core/bt709.h"
#include "vasa/head/raster_triangle.h"

#include <cstdint>
#include <cstring>

namespace vasa::decode::kernels {

/// One layer of triangles in one frame.
struct LayerView {
    const Scene::Corners* triangles;
    const head::ScreenVertex* screen;
    SampleKey* keys;
    int size_px;
};

VASA_HOST_DEVICE inline LayerView head_layer(const Scene& s, const Batch& b, std::int64_t frame) {
    const int size = kOversample * b.frame_px;
    return {s.head_triangles,
            b.head_screen + frame * s.num_vertices,
            b.head_keys + frame * size * size,
            size};
}
VASA_HOST_DEVICE inline LayerView card_layer(const Scene& s, const Batch& b, std::int64_t frame) {
    const int size = kOversample * b.frame_px;
    return {s.card_triangles,
            b.card_screen + frame * s.num_card_points,
            b.card_keys + frame * size * size,
            size};
}

VASA_HOST_DEVICE inline Posed posed_frame(const Scene& s, const Batch& b, std::int64_t frame) {
    Posed posed;
    posed.attributes = b.attributes + frame * s.num_vertices;
    posed.shading = b.shading + frame * s.num_vertices;
    posed.normals = b.normals + frame * s.num_vertices * 3;
    posed.changes = b.changes == nullptr ? nullptr : b.changes + frame * s.num_vertices;
    posed.behind = b.behind[frame];
    return posed;
}

VASA_HOST_DEVICE inline SampleKey key_of(float inv_z, int triangle) {
    std::uint32_t bits;
    memcpy(&bits, &inv_z, sizeof(bits));
    return static_cast<SampleKey>(bits) << 32U | ~static_cast<std::uint32_t>(triangle);
}

/// Keeps the greater of two keys.
VASA_HOST_DEVICE inline void raise(SampleKey* key, SampleKey value) {
#ifdef __CUDA_ARCH__
    atomicMax(key, value);
#else
    *key = *key < value ? value : *key;
#endif
}

/// The surface that a sample of a layer sees.
VASA_HOST_DEVICE inline head::RasterSample sample_at(const LayerView& layer, int x, int y) {
    const SampleKey key = layer.keys[static_cast<std::int64_t>(y) * layer.size_px + x];
    head::RasterSample sample;
    if (key == 0) {
        return sample;
    }
    const auto triangle = static_cast<std::int32_t>(~static_cast<std::uint32_t>(key));
    const auto bits = static_cast<std::uint32_t>(key >> 32U);
    float inv_z;
    memcpy(&inv_z, &bits, sizeof(inv_z));
    const Scene::Corners& t = layer.triangles[triangle];
    head::RasterTriangle ready;
    head::set_up_triangle(
        layer.screen[t[0]], layer.screen[t[1]], layer.screen[t[2]], x, y, x, y, ready);
    return head::sample_triangle(ready, triangle, ready.e1.value, ready.e2.value, inv_z);
}

/// Index: F · V.
struct ProjectHead {
    Scene scene;
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        batch.head_screen[i] = project(scene.focal_px,
                                       batch.head_points + 3 * i,
                                       kOversample * batch.frame_px,
                                       push_of(scene.vertex_parts[i % scene.num_vertices]));
    }
};

/// Index: F · N.
struct ProjectCard {
    Scene scene;
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        batch.card_screen[i] =
            project(scene.focal_px, batch.card_points + 3 * i, kOversample * batch.frame_px, 0.0F);
    }
};

/// Threads that split the samples of one triangle.
constexpr int kLanes = 32;

VASA_HOST_DEVICE inline void rasterize(const LayerView& layer, int triangle, int lane, bool cull) {
    const Scene::Corners& corners = layer.triangles[triangle];
    const head::ScreenVertex &p = layer.screen[corners[0]], &q = layer.screen[corners[1]],
                             &r = layer.screen[corners[2]];
    if (!is_drawable(p) || !is_drawable(q) || !is_drawable(r) ||
        (cull && head::turning(p, q, r) >= 0)) {
        return;
    }
    head::RasterTriangle t;
    if (!set_up_triangle(p, q, r, 0, 0, layer.size_px - 1, layer.size_px - 1, t)) {
        return;
    }
    const int width = t.x1 - t.x0 + 1, count = width * (t.y1 - t.y0 + 1);
    for (int k = lane; k < count; k += kLanes) {
        const int x = t.x0 + k % width, y = t.y0 + k / width;
        const std::int64_t w1 = edge_at(t, t.e1, x, y), w2 = edge_at(t, t.e2, x, y);
        if ((edge_at(t, t.e0, x, y) | w1 | w2) < 0) {
            continue;
        }
        const float inv_z = inverse_depth(t, w1, w2);
        if (inv_z > 0) {
            raise(layer.keys + static_cast<std::int64_t>(y) * layer.size_px + x,
                  key_of(inv_z, triangle));
        }
    }
}

/// Index: F · number of triangles · kLanes.
struct RasterizeHead {
    Scene scene;
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const std::int64_t k = i / kLanes;
        rasterize(head_layer(scene, batch, k / scene.num_head_triangles),
                  static_cast<int>(k % scene.num_head_triangles),
                  static_cast<int>(i % kLanes),
                  true);
    }
};
struct RasterizeCard {
    Scene scene;
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const std::int64_t k = i / kLanes;
        rasterize(card_layer(scene, batch, k / scene.num_card_triangles),
                  static_cast<int>(k % scene.num_card_triangles),
                  static_cast<int>(i % kLanes),
                  false);
    }
};

/// Index: F · frame_px².
struct ShadePixel {
    Scene scene;
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const int area = batch.frame_px * batch.frame_px;
        const std::int64_t frame = i / area;
        const int pixel = static_cast<int>(i % area);
        const int x = pixel % batch.frame_px, y = pixel / batch.frame_px;
        const LayerView head = head_layer(scene, batch, frame),
                        card = card_layer(scene, batch, frame);
        const Posed posed = posed_frame(scene, batch, frame);
        Float4 sum = splat(0.0F);
        for (int k = 0; k < kOversample * kOversample; ++k) {
            const int sx = x * kOversample + k % kOversample;
            const int sy = y * kOversample + k / kOversample;
            sum = sum + shade(scene, posed, sample_at(head, sx, sy), sample_at(card, sx, sy));
        }
        const head::RasterSample first = sample_at(head, x * kOversample, y * kOversample);
        sum = sum * skin_gain(scene, posed, first);
        finish_pixel(sum, scene.plate + 3 * pixel, batch.rgb + 3 * i);
    }
};

VASA_HOST_DEVICE inline const Patch& patch_of(const Batch& b, std::int64_t pixel) {
    return b.patches[b.patch_of_block[pixel / kPatchBlock_px]];
}

/// Index of a patch's pixel in the frames.
VASA_HOST_DEVICE inline std::int64_t frame_pixel(const Batch& b, const Patch& patch, int x, int y) {
    return (static_cast<std::int64_t>(patch.frame) * b.frame_px + y) * b.frame_px + x;
}

/// A pixel of a patch, with its patch and frame coordinates.
struct PatchPixel {
    const Patch& patch;
    int x, y;

    VASA_HOST_DEVICE PatchPixel(const Batch& b, std::int64_t i) : patch(patch_of(b, i)) {
        const int inside = static_cast<int>(i - patch.first);
        x = patch.x + inside % patch.width;
        y = patch.y + inside / patch.width;
    }
};

/// Index: Q. Records of the patches' pixels, and which of them are disoccluded.
struct RecordPixel {
    Scene scene;
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const PatchPixel at(batch, i);
        const int frame = at.patch.frame;
        const LayerView head = head_layer(scene, batch, frame),
                        card = card_layer(scene, batch, frame);
        const Posed posed = posed_frame(scene, batch, frame);
        PixelSum sum(scene, posed);
        for (int k = 0; k < kOversample * kOversample; ++k) {
            const int sx = at.x * kOversample + k % kOversample;
            const int sy = at.y * kOversample + k / kOversample;
            sum.add(sample_at(head, sx, sy), sample_at(card, sx, sy));
        }
        const std::int64_t pixel = frame_pixel(batch, at.patch, at.x, at.y);
        batch.records[i] = record_of(batch.rgb + 3 * pixel, sum.finish(nullptr));
        batch.region[i] = is_disoccluded(batch.records[i]) ? 1.0F : 0.0F;
    }
};

/// Sum and number of the values within reach along a row or a column of a patch.
struct Window {
    float sum = 0;
    int count = 0;

    VASA_HOST_DEVICE Window(
        const Batch& b, const float* values, std::int64_t i, bool is_column, int reach) {
        const Patch& patch = patch_of(b, i);
        const int inside = static_cast<int>(i - patch.first);
        const int at = is_column ? inside / patch.width : inside % patch.width;
        const int end = is_column ? patch.height : patch.width;
        const int step = is_column ? patch.width : 1;
        const int from = at > reach ? at - reach : 0;
        const int to = at + reach + 1 < end ? at + reach + 1 : end;
        for (int k = from; k < to; ++k) {
            sum += values[i + static_cast<std::int64_t>(k - at) * step];
        }
        count = to - from;
    }
};

/// Index: Q. From `from` to `to`: 1 where any value within kWiden_px is above 0.
struct Widen {
    Batch batch;
    const float* from;
    float* to;
    bool is_column;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        to[i] = Window(batch, from, i, is_column, kWiden_px).sum > 0 ? 1.0F : 0.0F;
    }
};

/// Index: Q. From `from` to `to`: means over kSoften_px to both sides.
struct Soften {
    Batch batch;
    const float* from;
    float* to;
    bool is_column;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const Window window(batch, from, i, is_column, kSoften_px);
        to[i] = window.sum / static_cast<float>(window.count);
    }
};

/// Index: Q. The network's input.
template <typename Number>
struct FoldConditions {
    Scene scene;
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const Patch& patch = patch_of(batch, i);
        const int inside = static_cast<int>(i - patch.first);
        const int x = inside % patch.width, y = inside / patch.width;
        float values[kNumConditions];
        condition_values(batch.records[i], scene.scale_condition, scene.tooth_waves, values);
        const std::int64_t cell = patch.first / 4 + y / 2 * (patch.width / 2) + x / 2;
        const int corner = y % 2 * 2 + x % 2;
        Number* const out = static_cast<Number*>(batch.conditions) + cell * kCellChannels;
        for (int c = 0; c < kNumConditions; ++c) {
            out[4 * c + corner] = static_cast<Number>(values[c]);
        }
        for (int c = 4 * kNumConditions + corner; c < kCellChannels; c += 4) {
            out[c] = static_cast<Number>(0.0F);
        }
    }
};

/// Index: F · frame_px². Where patches overlap, the one painted last shows.
template <typename Number>
struct BlendPixel {
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const int area = batch.frame_px * batch.frame_px;
        const std::int64_t frame = i / area;
        const int x = static_cast<int>(i % area) % batch.frame_px;
        const int y = static_cast<int>(i % area) / batch.frame_px;
        for (int k = batch.order_start[frame + 1] - 1; k >= batch.order_start[frame]; --k) {
            const Patch& patch = batch.patches[batch.order[k]];
            const int px = x - patch.x, py = y - patch.y;
            if (px < 0 || py < 0 || px >= patch.width || py >= patch.height) {
                continue;
            }
            const std::int64_t pixel =
                patch.first + static_cast<std::int64_t>(py) * patch.width + px;
            const float where = batch.region[pixel];
            if (where <= 0) {
                continue;
            }
            constexpr int kCell = 4;  // pixels folded into one
            const std::int64_t cell = patch.first / 4 + py / 2 * (patch.width / 2) + px / 2;
            const Number* const change =
                static_cast<const Number*>(batch.change) + cell * (4 * kCell) + py % 2 * 2 + px % 2;
            blend_pixel(batch.records[pixel], change, kCell, where, batch.rgb + 3 * i);
            return;
        }
    }
};

/// Index: Q. Writes the records' parts inside the mouth into `mouth`, which holds zeros.
struct MarkMouth {
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const std::uint8_t part = batch.records[i].part;
        if (is_mouth_value(part)) {
            const PatchPixel at(batch, i);
            batch.mouth[frame_pixel(batch, at.patch, at.x, at.y)] = part;
        }
    }
};

/// Index: Q. Writes softened colours into the records, their blend weights into `region_work`.
struct SoftenMouth {
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const PatchPixel at(batch, i);
        const std::int64_t first = frame_pixel(batch, at.patch, 0, 0);
        const float blend = mouth_softening(batch.mouth + first, batch.frame_px, at.x, at.y);
        batch.region_work[i] = blend;
        if (blend > 0) {
            soften_mouth(batch.rgb + 3 * first,
                         batch.frame_px,
                         at.x,
                         at.y,
                         blend,
                         batch.records[i].rgb.data());
        }
    }
};

/// Index: Q. Copies softened colours from the records into the frames.
struct ShowMouth {
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        if (batch.region_work[i] > 0) {
            const PatchPixel at(batch, i);
            std::uint8_t* const out = batch.rgb + 3 * frame_pixel(batch, at.patch, at.x, at.y);
            for (int c = 0; c < 3; ++c) {
                out[c] = batch.records[i].rgb[c];
            }
        }
    }
};

/// Index: F · frame_px² / 4. Luma and chroma of 2×2 pixels.
struct ConvertCell {
    Batch batch;

    VASA_HOST_DEVICE void operator()(std::int64_t i) const {
        const int half = batch.frame_px / 2, area = batch.frame_px * batch.frame_px;
        const std::int64_t frame = i / (half * half);
        const int cell = static_cast<int>(i % (half * half));
        const int x = cell % half, y = cell / half;
        const std::uint8_t* const rgb = batch.rgb + frame * area * 3;
        std::uint8_t* const luma = batch.yuv + frame * (area / 2 * 3);
        int sum[3] = {};
        for (int k = 0; k < 4; ++k) {
            const int pixel = (2 * y + k / 2) * batch.frame_px + 2 * x + k % 2;
            const std::uint8_t* const c = rgb + 3 * pixel;
            luma[pixel] = core::bt709::luma(c[0], c[1], c[2]);
            for (int j = 0; j < 3; ++j) {
                sum[j] += c[j];
            }
        }
        std::uint8_t* const chroma = luma + area;
        const int step = batch.is_nv12 ? 2 : 1, other = batch.is_nv12 ? 1 : half * half;
        chroma[step * cell] = core::bt709::chroma_u(sum[0], sum[1], sum[2]);
        chroma[step * cell + other] = core::bt709::chroma_v(sum[0], sum[1], sum[2]);
    }
};

}  // namespace vasa::decode::kernels
