// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"

namespace vasa::face {

/// All lengths are pixels of the half-size canvas, which is the frame's resolution; colours and
/// their differences are of 255, the largest of the three channels.
struct MatteByColourParams {
    // What is background.
    float person = 0.2F;  ///< a pixel with this much of the person is not background
    /// Background is known this far from the person; hair fades out before.
    float clear_px = 10.0F;
    int min_known_px2 = 4000;  ///< with less background its colours are not known

    // The background's own colours; these five are pixels of the quarter-size canvas.
    int usual_px = 21;       ///< median that strands, twigs and wires do not survive
    int beside_px = 3;       ///< margin of thin parts and of the solid person: colours mix there
    double blur_px = 3.0;    ///< a background in focus is not smooth over that
    double crowd_px = 12.0;  ///< in which thin parts are counted
    int variety_px = 13;     ///< in which the background's range of colours is measured
    float other = 20.0F;     ///< what differs more from the median is a thin part

    // Where colours are trusted: wholly up to the first value, not at all from the second on.
    float smooth = 2.5F, textured = 6.0F;  ///< deviation of the background from its blur
    float alone = 0.1F, crowded = 0.25F;   ///< fraction of thin parts in the background
    float plain = 30.0F, varied = 60.0F;   ///< range of colours of the background

    // Alpha from a colour's difference to the background: 0 up to the noise, 1 at the contrast of
    // person and background, taken as at least `min_range` above the noise and at most
    // `max_contrast`, as thin strands never show the person's full colour.
    float noise = 8.0F, noise_per_deviation = 2.5F;
    float min_range = 25.0F, max_contrast = 90.0F;

    // Strands: what is added to the person.
    float solid = 0.97F;            ///< all person
    float apart_px = 26.0F;         ///< pieces up to here belong to the person ...
    float connected_px = 90.0F;     ///< ... and up to here if they hang together with it
    float beside_thing_px = 10.0F;  ///< ... and up to here beside larger things
    int max_curl_px2 = 400;         ///< what covers more is no curl
    int thin_px = 13;               ///< what is wider is not a strand but an object
    float found = 0.3F;             ///< alpha by colour that counts as a piece
    float fade = 0.7F;              ///< fraction of the reach up to which pieces are added wholly

    // Gaps: what is taken from the person, only where the network doubts and both look different.
    float doubtful = 0.85F;  ///< alpha up to which gaps are taken out wholly; none from `solid` on
    float alike = 25.0F, unlike = 50.0F;  ///< contrast of person and background
};

/// Where the background is smooth, colours tell better than the network what belongs to the person:
/// strands of hair and ear-rings that it missed are added, gaps between strands taken out. Where
/// the background has texture, or the colours of the person's edge, nothing changes.
/// @param canvas  [1280, 1280, 3]
/// @param inside  what the image covers of the canvas
/// @param matte   [1280, 1280, 1] 0..1, changed
void match_colours(const core::ImageU8& canvas,
                   const CanvasRect& inside,
                   core::ImageF& matte,
                   const MatteByColourParams& params = {});

}  // namespace vasa::face
