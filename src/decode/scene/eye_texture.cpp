// SPDX-License-Identifier: Apache-2.0
#include "scene/eye_texture.h"

#include "scene/lid_blend.h"
#include "scene/sampling.h"
#include "scene/source_view.h"

#include "vasa/head/face_measures.h"
#include "vasa/head/landmarks.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace vasa::decode {
namespace {

using core::Vec2f;

/// The rectangle of the canvas that a texture covers, and the lids' outline in it.
struct Opening {
    std::vector<Vec2f> lids;  ///< canvas pixels
    float width_px = 0;       ///< from corner to corner
    float left = 0, top = 0;  ///< canvas pixels
    int width = 0, height = 0;
};

Opening find_opening(const head::FaceCode& code, int eye, const EyeTextureParams& params) {
    Opening out;
    float x0 = 1e9F, y0 = 1e9F, x1 = -1e9F, y1 = -1e9F;
    for (int i : head::kLidEdges[eye]) {
        out.lids.push_back(head::canvas_from_crop(code.landmarks[i]));
        x0 = std::min(x0, out.lids.back().x);
        x1 = std::max(x1, out.lids.back().x);
        y0 = std::min(y0, out.lids.back().y);
        y1 = std::max(y1, out.lids.back().y);
    }
    out.width_px = x1 - x0;
    const float margin_px = params.margin * out.width_px;
    const float half_height_px = params.half_height * out.width_px;
    out.left = std::floor(x0 - margin_px);
    out.top = std::floor((y0 + y1) / 2 - half_height_px);
    out.width = std::clamp(
        static_cast<int>(x1 + margin_px - out.left), params.min_size_px, params.max_size_px);
    out.height =
        std::clamp(static_cast<int>(2 * half_height_px), params.min_size_px, params.max_size_px);
    return out;
}

/// The canvas inside the lids.
EyePatch known_pixels(const core::ImageU8& canvas,
                      const Opening& opening,
                      const EyeTextureParams& params) {
    const float inset_px = params.inset * opening.width_px;
    EyePatch known(opening.width, opening.height);
    for (int y = 0; y < known.height; ++y) {
        for (int x = 0; x < known.width; ++x) {
            const float cx = opening.left + static_cast<float>(x) + 0.5F,
                        cy = opening.top + static_cast<float>(y) + 0.5F;
            const int ix = std::clamp(static_cast<int>(cx), 0, canvas.width - 1);
            const int iy = std::clamp(static_cast<int>(cy), 0, canvas.height - 1);
            const std::uint8_t* c = canvas.at(ix, iy);
            const float inside = signed_distance(opening.lids, cx, cy);
            const float weight =
                std::clamp((inside - inset_px) / params.edge_px + 0.5F, 0.0F, 1.0F);
            known.at(x, y) = {static_cast<float>(c[0]),
                              static_cast<float>(c[1]),
                              static_cast<float>(c[2]),
                              weight};
        }
    }
    return known;
}

/// What the portrait shows of one eye.
struct SeenEye {
    Opening opening;
    EyePatch known;
    IrisDisc iris;  ///< patch pixels
    float trust;    ///< 0 = shut
    std::optional<EyeWhite> white;
    std::optional<IrisColours> colours;

    SeenEye(const head::FaceCode& code, int eye, const EyeTextureParams& params)
        : opening(find_opening(code, eye, params)),
          known(known_pixels(code.appearance.canvas, opening, params)),
          iris(iris_of_landmarks(code, eye, params.fit)),
          trust(params.showing(head::lid_opening(code.landmarks, eye))) {
        place(iris);
        if (trust > 0) {
            iris = fit_iris(known, iris, params.fit);
            colours.emplace(known, iris, params.iris);
            if (colours->seen() < params.min_seen) {
                colours.reset();
                trust = 0;
            } else {
                white = EyeWhite::seen(known, iris, params.white);
            }
        }
    }

    /// Moves a disc from the canvas into the patch.
    void place(IrisDisc& disc) const {
        disc.center.x -= opening.left;
        disc.center.y -= opening.top;
    }
};

/// The side of the lamp: -1 = the image's left, 1 = its right.
float light_side(const head::FaceCode& code) {
    constexpr int kRadius_px = 12;
    float light[2];
    for (int side = 0; side < 2; ++side) {
        const Vec2f cheek = head::canvas_from_crop(code.landmarks[head::kCheeks[side]]);
        const Rgb colour = mean_colour(code.appearance.canvas, cheek, kRadius_px);
        light[side] = luminance(colour.data());
    }
    return light[1] > light[0] ? 1.0F : -1.0F;
}

/// Lowers the weight of the lower lid's wet edge and lashes.
void drop_lower_rim(SeenEye& eye, const EyeWhite& white, const EyeTextureParams& params) {
    for (int y = std::max(0, static_cast<int>(eye.iris.center.y)); y < eye.known.height; ++y) {
        for (int x = 0; x < eye.known.width; ++x) {
            EyePatch::Pixel& pixel = eye.known.at(x, y);
            if (pixel[3] <= 0 || eye.iris.radii(x, y) < params.iris_end) {
                continue;
            }
            const float inside = signed_distance(eye.opening.lids,
                                                 eye.opening.left + static_cast<float>(x) + 0.5F,
                                                 eye.opening.top + static_cast<float>(y) + 0.5F);
            if (inside < params.rim * eye.opening.width_px) {
                const float dx =
                    (static_cast<float>(x) + 0.5F - eye.iris.center.x) / eye.iris.radius;
                const Rgb usual = white.at(dx);
                const float kept = params.rim_light(luminance(pixel.data()) /
                                                    std::max(luminance(usual.data()), 1.0F));
                const float dy =
                    (static_cast<float>(y) + 0.5F - eye.iris.center.y) / eye.iris.radius;
                pixel[3] *= 1 - (1 - kept) * params.rim_below(dy);
            }
        }
    }
}

/// Puts the portrait's pixels over the completed eye.
EyeTexture paint(const SeenEye& eye,
                 const EyeWhite& white,
                 const IrisColours& colours,
                 const EyeTextureParams& params) {
    EyeTexture out;
    out.left = eye.opening.left;
    out.top = eye.opening.top;
    out.is_invented = !eye.colours;
    out.image = core::ImageU8(eye.opening.width, eye.opening.height, 4, 255);
    for (int y = 0; y < out.image.height; ++y) {
        for (int x = 0; x < out.image.width; ++x) {
            const float dx = (static_cast<float>(x) + 0.5F - eye.iris.center.x) / eye.iris.radius;
            const float dy = (static_cast<float>(y) + 0.5F - eye.iris.center.y) / eye.iris.radius;
            const float disc =
                std::clamp((params.iris_end - std::hypot(dx, dy)) / params.iris_edge, 0.0F, 1.0F);
            Rgb fill = white.at(dx);
            if (disc > 0) {
                fill = (1 - disc) * fill + disc * colours.at(dx, dy);
            }
            const EyePatch::Pixel& own = eye.known.at(x, y);
            const float weight = own[3] * eye.trust;
            for (int c = 0; c < 3; ++c) {
                const float v = own[c] * weight + fill[c] * (1 - weight);
                out.image.at(x, y)[c] =
                    static_cast<std::uint8_t>(std::clamp(v + 0.5F, 0.0F, 255.0F));
            }
            out.image.at(x, y)[3] = static_cast<std::uint8_t>(weight * 255.0F + 0.5F);
        }
    }
    return out;
}

}  // namespace

std::array<EyeTexture, 2> make_eye_textures(const head::Person& person,
                                            const head::FaceCode& code,
                                            const Rgb& skin,
                                            EyeColour colour,
                                            const EyeTextureParams& params) {
    std::array<SeenEye, 2> eyes = {SeenEye(code, 0, params), SeenEye(code, 1, params)};
    const float colourful = params.colourfulness(core::saturation(skin.data()));
    std::array<EyeTexture, 2> out;
    for (int e = 0; e < 2; ++e) {
        SeenEye& eye = eyes[e];
        const SeenEye& other = eyes[1 - e];
        const EyeWhite usual = EyeWhite::invented(skin, colourful, params.white);
        // Lids that are shut in the code and open in the picture: the encoder found them covered.
        const bool is_covered =
            eye.trust > 0 && code.actions[blink_action(e)] > params.covered_blink;
        const EyeWhite white = (eye.white     ? *eye.white
                                : other.white ? *other.white
                                              : usual)
                                   .lightened(usual, is_covered ? 0.0F : params.white.min_light);
        const IrisColours invented(colour, white.mean(), colourful, light_side(code), params.iris);
        if (!eye.colours) {
            eye.iris = iris_of_head(person, code, e);
            eye.place(eye.iris);
        }
        if (eye.white && !is_covered) {
            drop_lower_rim(eye, white, params);
        }
        const bool has_model = other.colours && colour == EyeColour::Auto;
        out[e] = paint(eye,
                       white,
                       eye.colours ? *eye.colours
                       : has_model ? *other.colours
                                   : invented,
                       params);
        out[e].is_covered = is_covered;
        out[e].white_colour = white.mean();
        if (eye.white) {
            out[e].white = luminance(out[e].white_colour.data());
        }
    }
    return out;
}

}  // namespace vasa::decode
