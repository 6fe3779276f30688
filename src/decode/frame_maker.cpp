// SPDX-License-Identifier: Apache-2.0
#include "frame_maker.h"

namespace vasa::decode {

void FrameMaker::render(const PortraitScene& portrait, const FaceState& state, bool has_network) {
    portrait.move(state, kSamples_px, posed);
    layers.bin(portrait, posed);
    patches.clear();
    if (has_network) {
        place_patches(portrait);
    }
    const tiles::FrameLayers ready = layers.of_frame(portrait, posed);
    for (int tile = 0; tile < layers.card.num_tiles(); ++tile) {
        tiles::draw_tile(ready, tile, samples);
        tiles::shade_tile(ready, tile, samples, rgb);
        for (DisoccludedPatch& patch : patches) {
            tiles::record_tile(ready, tile, samples, rgb, patch);
        }
    }
}

void FrameMaker::place_patches(const PortraitScene& portrait) {
    const std::vector<PixelRect> rects = portrait.disoccluded_rects(posed);
    patches.resize(rects.size());
    for (std::size_t i = 0; i < rects.size(); ++i) {
        patches[i].rect = rects[i];
        patches[i].records.resize(static_cast<std::size_t>(rects[i].width) * rects[i].height);
    }
}

void FrameMaker::paint(const PortraitScene& portrait, const HostNetwork& network) {
    tiles::paint_patches(network, patches, portrait.code.source_scale, painting, rgb);
}

}  // namespace vasa::decode
