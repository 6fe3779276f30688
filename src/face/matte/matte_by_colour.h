// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"

namespace vasa::face {

/// All lengths are pixels of the half-size canvas, which has the frame's resolution; colours and
/// their differences are 0..255, the largest of the three channels.
struct MatteByColourParams {
    // Which pixels are background.
    float person = 0.2F;  ///< a pixel with this much of the person is not background
    /// Background is known beyond this distance from the person; hair fades out within it.
    float clear_px = 10.0F;
    int min_known_px2 = 4000;  ///< with less background its colours are unknown

    // The background's own colours; the next five are pixels of the quarter-size canvas.
    int usual_px = 21;       ///< median window that removes strands, twigs and wires
    int beside_px = 3;       ///< margin of thin parts and of the solid person, where colours mix
    double blur_px = 3.0;    ///< a background in focus is not smooth at this blur
    double crowd_px = 12.0;  ///< blur over which thin parts are counted
    int variety_px = 13;     ///< window in which the background's range of colours is measured
    float other = 20.0F;     ///< thin parts differ more than this from the median

    // Where colours are trusted: fully up to the first value, not at all from the second.
    float smooth = 2.5F, textured = 6.0F;  ///< deviation of the background from its blur
    float alone = 0.1F, crowded = 0.25F;   ///< fraction of thin parts in the background
    float plain = 30.0F, varied = 60.0F;   ///< range of colours of the background

    // Alpha from a colour's difference to the background: 0 up to the noise, 1 at the contrast of
    // person and background. That contrast is at least `min_range` above the noise and at most
    // `max_contrast`, as thin strands never show the person's full colour.
    float noise = 8.0F, noise_per_deviation = 2.5F;
    float min_range = 25.0F, max_contrast = 90.0F;

    // Strands, which are added to the person.
    float solid = 0.97F;            ///< alpha of what is all person
    float apart_px = 26.0F;         ///< pieces up to this distance belong to the person ...
    float connected_px = 90.0F;     ///< ... and up to this one if connected to it
    float beside_thing_px = 10.0F;  ///< ... and up to this one beside larger things
    int max_curl_px2 = 400;         ///< larger pieces are not curls
    int thin_px = 13;               ///< wider pieces are objects, not strands
    float found = 0.3F;             ///< alpha by colour that counts as a piece
    float fade = 0.7F;              ///< fraction of the reach up to which pieces are added fully

    // Gaps, removed from the person only where the network is unsure and both look different.
    float doubtful = 0.85F;  ///< alpha up to which gaps are removed fully; none from `solid` on
    float alike = 25.0F, unlike = 50.0F;  ///< contrast of person and background
};

/// Where the background is smooth, colours show better than the network what belongs to the person:
/// strands of hair and earrings that it missed are added, gaps between strands removed. Where the
/// background or the colours of the person's edge have texture, nothing changes.
/// @param canvas  [1280, 1280, 3]
/// @param inside  part of the canvas that the image covers
/// @param matte   [1280, 1280, 1] 0..1, modified
void match_colours(const core::ImageU8& canvas,
                   const CanvasRect& inside,
                   core::ImageF& matte,
                   const MatteByColourParams& params = {});

}  // namespace vasa::face
