// SPDX-License-Identifier: Apache-2.0
#include "head_layer.h"

#include "sampling.h"

#include "vasa/head/landmark_groups.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

namespace vasa::decode {
namespace {

using core::Vec2f;
using head::Action;
using head::Part;
using kernels::smoothstep;

/// Mean canvas colour around a point.
Eigen::RowVector3f mean_colour(const core::ImageU8& canvas, Vec2f p, int radius) {
    Eigen::RowVector3f sum = Eigen::RowVector3f::Zero();
    int count = 0;
    const int step = std::max(1, radius / 3);
    for (int dy = -radius; dy <= radius; dy += step) {
        for (int dx = -radius; dx <= radius; dx += step) {
            const int x = std::clamp(static_cast<int>(p.x) + dx, 0, canvas.width - 1);
            const int y = std::clamp(static_cast<int>(p.y) + dy, 0, canvas.height - 1);
            const std::uint8_t* c = canvas.at(x, y);
            sum += Eigen::RowVector3f(c[0], c[1], c[2]);
            ++count;
        }
    }
    return sum / static_cast<float>(count);
}

bool is_mouth(Part part) {
    return part >= Part::MouthLining && part <= Part::TeethLower;
}

/// 1 where beside a point of the jaw, outwards, lies background.
float bare_beside(const head::FaceCode& code, Vec2f p, bool image_right) {
    const core::ImageU8& canvas = code.appearance.canvas;
    float sum = 0;
    for (int step = 1; step <= 3; ++step) {
        const float dx =
            static_cast<float>(step) * 0.07F * code.eye_distance_px() * head::kCanvasScale;
        const int x =
            std::clamp(static_cast<int>(p.x + (image_right ? dx : -dx)), 0, canvas.width - 1);
        const int y = std::clamp(static_cast<int>(p.y), 0, canvas.height - 1);
        sum += 1.0F - static_cast<float>(canvas.at(x, y)[3]) / 255.0F;
    }
    return smoothstep(0.3F, 0.8F, sum / 3);
}

/// Colours of what is inside a mouth in neutral light of luminance 1 for white.
Eigen::RowVector3f mouth_albedo(Part part) {
    switch (part) {
        case Part::TeethUpper:
        case Part::TeethLower:
            return {1.03F, 0.855F, 0.80F};
        case Part::Gums:
            return {0.62F, 0.34F, 0.34F};
        case Part::Tongue:
            return {0.98F, 0.47F, 0.46F};
        default:
            return {0.34F, 0.13F, 0.12F};
    }
}

/// The person's share of the canvas at a place, 0..1; 1 beyond its borders.
float matte_at(const core::ImageU8& canvas, const Vec2f& place) {
    const int x = static_cast<int>(place.x), y = static_cast<int>(place.y);
    const bool is_inside = place.x >= 0 && place.y >= 0 && x < canvas.width && y < canvas.height;
    return is_inside ? static_cast<float>(canvas.at(x, y)[3]) / 255.0F : 1.0F;
}

}  // namespace

HeadLayer::HeadLayer(const head::HeadModel& model,
                     const head::FaceCode& code,
                     const head::Person& person,
                     const SourceView& view) {
    neighbours_ = vertex_neighbours(model.num_vertices(), model.triangles());
    base_.assign(model.num_vertices(), {});
    for (int e = 0; e < 2; ++e) {
        eyes_[e] = make_eye_texture(code, e);
    }
    for (int v = 0; v < model.num_vertices(); ++v) {
        VertexLook& look = base_[v];
        look.u = view.uv[v].x;
        look.v = view.uv[v].y;
        look.alpha = 1;
        const Part part = model.vertex_parts()[v];
        if (part >= Part::EyeLeft) {
            const EyeTexture& eye = eyes_[part == Part::EyeLeft ? 1 : 0];
            look.u -= eye.left;
            look.v -= eye.top;
            look.from_source = 1;
        } else {
            look.from_source = view.visible[v];
        }
    }
    make_lids(model, code, person);
    fill_colours(model, code, view);
    mouth_colours(model, code, view);
    skin_alpha(model, code, view);
    for (int t = 0; t < model.num_triangles(); ++t) {
        const auto& q = model.triangles()[t];
        if (base_[q[0]].alpha + base_[q[1]].alpha + base_[q[2]].alpha > 0) {
            triangles_.push_back(q);
            parts_.push_back(model.triangle_parts()[t]);
            lid_of_.push_back(-1);
            for (int eye = 0; eye < 2; ++eye) {
                const bool is_near = std::all_of(
                    q.begin(), q.end(), [&](int v) { return lids_[eye].place_px[v].y >= 0; });
                lid_of_.back() = is_near ? static_cast<signed char>(eye) : lid_of_.back();
            }
        }
    }
}

void HeadLayer::make_lids(const head::HeadModel& model,
                          const head::FaceCode& code,
                          const head::Person& person) {
    head::Points closed;
    head::Actions shut;
    shut[Action::EyeBlinkLeft] = shut[Action::EyeBlinkRight] = 1;
    model.animate(person, shut, closed);
    for (int eye = 0; eye < 2; ++eye) {
        const Action blink = eye == 0 ? Action::EyeBlinkRight : Action::EyeBlinkLeft;
        own_blink_[eye] = code.actions[blink];
        lids_[eye] = make_lid_texture(model, code, closed, eye);
        const head::Points& basis = model.action_basis()[static_cast<int>(blink)];
        lid_hidden_[eye].assign(model.num_vertices(), 0.0F);
        float strongest = 1e-6F;
        for (int v : person.blink_vertices[eye]) {
            strongest = std::max(strongest, -basis(v, 1));
        }
        for (int v : person.blink_vertices[eye]) {
            if (model.vertex_parts()[v] == Part::Skin) {
                lid_hidden_[eye][v] = smoothstep(0.04F, 0.60F, -basis(v, 1) / strongest);
            }
        }
        for (int v = 0; v < model.num_vertices(); ++v) {
            if (lids_[eye].place_px[v].y >= 0) {
                lid_vertices_[eye].push_back(v);
            }
        }
    }
}

void HeadLayer::fill_colours(const head::HeadModel& model,
                             const head::FaceCode& code,
                             const SourceView& view) {
    // Colours of seen skin spread over the unseen, along the surface.
    constexpr int kPasses = 200;
    constexpr float kLashReach_cm = 0.55F;
    const int radius =
        std::max(3, static_cast<int>(0.02F * code.eye_distance_px() * head::kCanvasScale));
    head::Points colour = head::Points::Zero(model.num_vertices(), 3);
    std::vector<char> known(model.num_vertices(), 0);
    std::vector<int> open;
    Eigen::RowVector3f mean = Eigen::RowVector3f::Zero();
    int count = 0;
    for (int v = 0; v < model.num_vertices(); ++v) {
        float lid = std::max(lid_hidden_[0][v], lid_hidden_[1][v]);
        for (const auto& edge : head::kLidEdges) {
            for (int i : edge) {  // lashes and make-up must not tint the closed lid
                const float d =
                    (view.head.head_space.row(v) - model.landmark(view.head.head_space, i)).norm();
                lid = d < kLashReach_cm ? 1.0F : lid;
            }
        }
        if (model.vertex_parts()[v] != Part::Skin) {
            continue;
        }
        if (view.visible[v] > 0.6F && lid < 0.05F) {
            colour.row(v) = mean_colour(code.appearance.canvas, view.uv[v], radius);
            known[v] = 1;
            mean += colour.row(v);
            ++count;
        } else {
            open.push_back(v);
        }
    }
    mean /= static_cast<float>(std::max(count, 1));
    for (int v : open) {
        colour.row(v) = mean;
    }
    for (int pass = 0; pass < kPasses; ++pass) {
        for (int v : open) {
            Eigen::RowVector3f sum = Eigen::RowVector3f::Zero();
            for (int n : neighbours_[v]) {
                sum += colour.row(n);
            }
            colour.row(v) =
                sum / static_cast<float>(std::max<std::size_t>(1, neighbours_[v].size()));
        }
    }
    for (int v = 0; v < model.num_vertices(); ++v) {
        base_[v].red = colour(v, 0);
        base_[v].green = colour(v, 1);
        base_[v].blue = colour(v, 2);
    }
}

void HeadLayer::mouth_colours(const head::HeadModel& model,
                              const head::FaceCode& code,
                              const SourceView& view) {
    // The light: eye whites where they can be seen, else the brighter part of the face.
    std::vector<float> face;
    Eigen::RowVector3f mean = Eigen::RowVector3f::Zero();
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] == Part::Skin && view.visible[v] > 0.9F) {
            const Eigen::RowVector3f c(base_[v].red, base_[v].green, base_[v].blue);
            face.push_back(luminance(c.data()));
            mean += c;
        }
    }
    if (face.empty()) {
        face.push_back(128);
        mean = Eigen::RowVector3f::Constant(128);
    } else {
        mean /= static_cast<float>(face.size());
    }
    std::sort(face.begin(), face.end());
    const float bright = face[face.size() * 9 / 10];
    float light = std::max(eyes_[0].white, eyes_[1].white);
    light = std::max(bright, 0.5F * light + 0.5F * std::min(bright * 1.1F, 235.0F));
    light = std::clamp(light, 40.0F, 235.0F);
    // Black-and-white portraits get a mouth without colour.
    const float chroma = (mean.maxCoeff() - mean.minCoeff()) / std::max(1.0F, mean.maxCoeff());
    const float saturation = smoothstep(0.02F, 0.14F, chroma);

    std::vector<Vec2f> lips;
    for (int i : head::kInnerLips) {
        lips.push_back(head::canvas_from_crop(code.landmarks[i]));
    }
    const float gap = std::hypot(code.landmarks[13].x - code.landmarks[14].x,
                                 code.landmarks[13].y - code.landmarks[14].y);
    const bool open = gap > 0.03F * code.eye_distance_px();
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Part part = model.vertex_parts()[v];
        if (!is_mouth(part)) {
            continue;
        }
        Eigen::RowVector3f c = mouth_albedo(part);
        c = luminance(c.data()) * Eigen::RowVector3f::Ones() * (1 - saturation) + saturation * c;
        c *= light;
        base_[v].red = c.x();
        base_[v].green = c.y();
        base_[v].blue = c.z();
        // What the portrait shows between its lips is taken from it.
        base_[v].from_source =
            open ? view.visible[v] *
                       smoothstep(-1.0F, 3.0F, signed_distance(lips, view.uv[v].x, view.uv[v].y))
                 : 0;
    }
    lip_upper_ = model.triangles()[model.landmarks()[13].triangle][0];
    lip_lower_ = model.triangles()[model.landmarks()[14].triangle][0];
}

void HeadLayer::skin_alpha(const head::HeadModel& model,
                           const head::FaceCode& code,
                           const SourceView& view) {
    std::vector<float> alpha(model.num_vertices(), 1.0F);
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] != Part::Skin) {
            continue;
        }
        const float x = model.neutral()(v, 0), y = model.neutral()(v, 1), z = model.neutral()(v, 2);
        float a = 1 - smoothstep(6.8F, 8.6F, y);        // forehead below the hairline
        a *= smoothstep(-11.5F, -9.0F, y);              // chin and the skin under it
        a *= 1 - smoothstep(6.6F, 7.8F, std::fabs(x));  // cheeks, not the ears
        a *= smoothstep(-0.5F, 2.0F, z);
        // Sides that the portrait did not see: hair, ears and neck are the card's. Only where
        // nothing but background lies beside the jaw does its skin go on round the corner.
        const float side = smoothstep(4.2F, 5.8F, std::fabs(x)) * smoothstep(-7.5F, -5.0F, y);
        const float jaw = (1 - smoothstep(-2.5F, -0.5F, y)) * bare_beside(code, view.uv[v], x > 0);
        a *= 1 - side * (1 - view.visible[v]) * (1 - jaw);
        const float overhang = view.visible[v] * (1 - matte_at(code.appearance.canvas, view.uv[v]));
        if (overhang > 0) {
            overhang_.emplace_back(v, overhang);
        }
        alpha[v] = a;
    }
    for (int pass = 0; pass < 2; ++pass) {
        std::vector<float> next(alpha);
        for (int v = 0; v < model.num_vertices(); ++v) {
            if (model.vertex_parts()[v] != Part::Skin || alpha[v] == 1.0F) {
                continue;
            }
            float sum = alpha[v];
            for (int n : neighbours_[v]) {
                sum += alpha[n];
            }
            next[v] = std::min(alpha[v], sum / static_cast<float>(neighbours_[v].size() + 1));
        }
        alpha = next;
    }
    for (int v = 0; v < model.num_vertices(); ++v) {
        base_[v].alpha = alpha[v];
    }
}

void HeadLayer::look(const head::HeadModel& model,
                     const PosedHead& target,
                     const head::Actions& actions,
                     std::vector<VertexLook>& out,
                     std::vector<float>& shading,
                     head::Points& normals) const {
    out = base_;
    shading.assign(model.num_vertices(), 0.0F);
    // Where the model's outline lies outside of the portrait's it is left out, but for turned
    // heads, which have nothing else there.
    constexpr float kAsIs_rad = 0.07F, kTurned_rad = 0.25F;
    const float shown = smoothstep(kAsIs_rad, kTurned_rad, target.turn_rad);
    for (const auto& [v, overhang] : overhang_) {
        out[v].alpha *= 1 - overhang * (1 - shown);
    }
    for (int eye = 0; eye < 2; ++eye) {
        const float blink = actions[eye == 0 ? Action::EyeBlinkRight : Action::EyeBlinkLeft];
        // Lids as closed as in the portrait are the portrait's own.
        const float closing =
            smoothstep(0.1F, 0.75F, blink) * smoothstep(0.05F, 0.3F, blink - own_blink_[eye]);
        const float touching = closing * smoothstep(0.7F, 0.95F, blink);
        if (closing <= 0) {
            continue;
        }
        for (int v : lid_vertices_[eye]) {
            const bool is_below = lids_[eye].place_px[v].y > LidTexture::kEdgeRow_px;
            const float hidden = lid_hidden_[eye][v];
            out[v].lid = std::max(closing * hidden, is_below ? touching : 0.0F);
        }
    }
    // Light falls into the mouth through the lips: it fades with depth and with a narrow opening.
    head::vertex_normals(target.camera, model.triangles(), normals);
    const Eigen::RowVector3f upper = target.head_space.row(lip_upper_),
                             lower = target.head_space.row(lip_lower_);
    const float lip_z = std::max(upper.z(), lower.z());
    const float opening = std::max(0.0F, upper.y() - lower.y());
    const float parted = smoothstep(0.0F, 0.5F, opening), wide = smoothstep(0.2F, 2.2F, opening);
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (!is_mouth(model.vertex_parts()[v])) {
            continue;
        }
        const float depth = std::max(0.0F, lip_z - target.head_space(v, 2) - 0.8F);
        const float below_upper = smoothstep(-0.3F, 1.0F, upper.y() - target.head_space(v, 1));
        const Part part = model.vertex_parts()[v];
        const bool tongue = part == Part::Tongue;
        const float least = tongue ? 0.35F : 0.72F;
        const float facing = least + (1.0F - least) * std::max(0.0F, normals(v, 2));
        const bool lining = part == Part::MouthLining;
        const bool teeth = part == Part::TeethUpper || part == Part::TeethLower;
        // Teeth stand in the light of the lips' opening, but the row's sides lie in the cheeks'
        // shade; the tongue is darker from the start. Measured on portraits that show them.
        const float aperture = teeth    ? 0.65F + 0.35F * parted
                               : tongue ? 0.50F + 0.40F * wide
                                        : 0.30F + 0.45F * wide;
        const float fade = teeth ? std::exp(-(depth * depth) / (2.05F * 2.05F))
                                 : std::exp(-depth / (lining ? 2.0F : 4.0F));
        const float own = part == Part::TeethUpper ? 1.1F : part == Part::TeethLower ? 0.85F : 1.0F;
        const float s =
            own * aperture * facing * (0.08F + 0.92F * fade) * (0.75F + 0.25F * below_upper);
        shading[v] = s;
        out[v].red *= s;
        out[v].green *= s;
        out[v].blue *= s;
    }
}

}  // namespace vasa::decode
