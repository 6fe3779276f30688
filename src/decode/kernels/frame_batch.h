// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/painting.h"
#include "kernels/scene.h"

#include <cstdint>

namespace vasa::decode::kernels {

/// A rectangle of one frame of a batch that the network paints.
struct Patch {
    int frame = 0, x = 0, y = 0;
    int width = 0, height = 0;  ///< multiples of 16
    int first = 0;              ///< index of its first pixel among those of all patches
};

/// Size of a block of consecutive pixels of one patch; a patch is a whole number of blocks.
constexpr int kPatchBlock_px = 256;

/// Nearest surface of a sample: 1 / distance in the upper half, so that the greatest key is the
/// nearest; the complement of the triangle's number in the lower half, so that at equal depths the
/// lower number wins. 0 = nothing.
using SampleKey = unsigned long long;

/// Data of several frames, from points to pixels. All pointers are to memory of the device that
/// computes the frames.
struct Batch {
    int num_frames = 0;   ///< F
    int frame_px = 0;     ///< width and height
    int num_patches = 0;  ///< P
    int num_pixels = 0;   ///< Q: of all patches

    const float* head_points = nullptr;            ///< [F, V, 3] camera space
    const float* card_points = nullptr;            ///< [F, N, 3] likewise
    const VertexAttributes* attributes = nullptr;  ///< [F, V]
    const float* shading = nullptr;                ///< [F, V]
    const float* normals = nullptr;                ///< [F, V, 3]
    const float* behind = nullptr;                 ///< [F] as Posed::behind
    const SkinChange* changes = nullptr;           ///< [F, V]; null = skin that only moves

    const Patch* patches = nullptr;       ///< [P]
    const int* patch_of_block = nullptr;  ///< [Q / kPatchBlock_px]
    const int* order = nullptr;           ///< [P] patches, frame by frame, as they are painted
    const int* order_start = nullptr;     ///< [F + 1] each frame's first entry in `order`

    head::ScreenVertex* head_screen = nullptr;  ///< [F, V]
    head::ScreenVertex* card_screen = nullptr;  ///< [F, N]
    SampleKey* head_keys = nullptr;             ///< [F, S, S], S = kOversample · frame_px
    SampleKey* card_keys = nullptr;             ///< [F, S, S]
    PixelRecord* records = nullptr;             ///< [Q]
    float* region = nullptr;                    ///< [Q] as mark_region() computes it
    float* region_work = nullptr;               ///< [Q]
    void* conditions = nullptr;    ///< [Q / 4, kCellChannels] as fold_conditions() orders them
    const void* change = nullptr;  ///< [Q, 4] from FrameNetwork::predict(), channels last

    std::uint8_t* mouth = nullptr;  ///< [F, frame_px, frame_px] part inside the mouth, else 0

    std::uint8_t* rgb = nullptr;  ///< [F, frame_px, frame_px, 3]
    std::uint8_t* yuv = nullptr;  ///< [F, frame_px² · 3 / 2]
    bool is_nv12 = false;         ///< interleaved chroma; else two planes
};

}  // namespace vasa::decode::kernels
