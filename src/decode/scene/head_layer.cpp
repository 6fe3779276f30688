// SPDX-License-Identifier: Apache-2.0
#include "scene/head_layer.h"

#include "scene/sampling.h"

#include "vasa/head/landmark_groups.h"

#include <algorithm>
#include <array>
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

float chroma(const Eigen::RowVector3f& c) {
    return (c.maxCoeff() - c.minCoeff()) / std::max(1.0F, c.maxCoeff());
}

/// Inner edge of the lips, canvas pixels.
std::vector<Vec2f> inner_lips(const head::FaceCode& code) {
    std::vector<Vec2f> edge;
    for (const int i : head::kInnerLips) {
        edge.push_back(head::canvas_from_crop(code.landmarks[i]));
    }
    return edge;
}

/// Mean colour of the face that a portrait shows.
Eigen::RowVector3f mean_skin(const head::HeadModel& model,
                             const core::ImageU8& canvas,
                             const SourceView& view) {
    Eigen::RowVector3f sum = Eigen::RowVector3f::Zero();
    int count = 0;
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] == Part::Skin && view.visible[v] > 0.9F) {
            sum += mean_colour(canvas, view.uv[v], 1);
            ++count;
        }
    }
    return count > 0 ? Eigen::RowVector3f(sum / static_cast<float>(count))
                     : Eigen::RowVector3f::Constant(128.0F);
}

/// Colour of the teeth in the light that a portrait shows, if it does.
/// @param edge  inner_lips()
/// @param skin  mean colour of the face
std::optional<Eigen::RowVector3f> teeth_colour(const core::ImageU8& canvas,
                                               const std::vector<Vec2f>& edge,
                                               const Eigen::RowVector3f& skin) {
    constexpr int kFewest = 40;
    constexpr float kInset_px = 3.0F, kBrightest = 0.3F;
    const auto [left, right] = std::minmax_element(
        edge.begin(), edge.end(), [](const Vec2f& a, const Vec2f& b) { return a.x < b.x; });
    const auto [top, bottom] = std::minmax_element(
        edge.begin(), edge.end(), [](const Vec2f& a, const Vec2f& b) { return a.y < b.y; });
    std::vector<Eigen::RowVector3f> inside;
    for (int y = std::max(0, static_cast<int>(top->y)); y <= bottom->y && y < canvas.height; ++y) {
        for (int x = std::max(0, static_cast<int>(left->x)); x <= right->x && x < canvas.width;
             ++x) {
            if (signed_distance(edge, static_cast<float>(x), static_cast<float>(y)) > kInset_px) {
                const std::uint8_t* c = canvas.at(x, y);
                inside.emplace_back(c[0], c[1], c[2]);
            }
        }
    }
    const auto count = static_cast<std::ptrdiff_t>(kBrightest * static_cast<float>(inside.size()));
    if (count < kFewest) {
        return std::nullopt;
    }
    std::nth_element(inside.begin(), inside.begin() + count, inside.end(), [](auto& a, auto& b) {
        return luminance(a.data()) > luminance(b.data());
    });
    Eigen::RowVector3f sum = Eigen::RowVector3f::Zero();
    std::for_each(inside.begin(), inside.begin() + count, [&](const auto& c) { sum += c; });
    sum /= static_cast<float>(count);
    // A tongue is as red as the skin, and gaps are dark.
    constexpr float kPaler = 0.75F, kColourless = 0.05F, kLight = 0.8F;
    const bool is_pale = chroma(sum) < kPaler * chroma(skin) + kColourless;
    const bool is_light = luminance(sum.data()) > kLight * luminance(skin.data());
    return is_pale && is_light ? std::optional<Eigen::RowVector3f>(sum) : std::nullopt;
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

/// Colours of what is inside a mouth in a portrait's usual light, of luminance 1 for white.
Eigen::RowVector3f mouth_albedo(Part part) {
    switch (part) {
        case Part::TeethUpper:
        case Part::TeethLower:
            return {1.02F, 0.865F, 0.80F};
        case Part::Gums:
            return {0.87F, 0.61F, 0.56F};
        case Part::Tongue:
            return {0.98F, 0.47F, 0.46F};
        default:
            return {0.34F, 0.13F, 0.12F};
    }
}

/// 1 where gums lie between two teeth, below the tips that stand there: little light reaches them.
float between_teeth(float y_cm) {
    constexpr float kRowsPart_cm = -3.55F;
    return y_cm > kRowsPart_cm ? smoothstep(-2.85F, -3.1F, y_cm) : smoothstep(-4.0F, -3.8F, y_cm);
}

/// What a portrait's light does to the colours of mouth_albedo(), told by the skin: where that is
/// redder or yellower than usual, so are teeth, by a part of it. Fitted to portraits that show
/// them.
Eigen::RowVector3f light_colour(const Eigen::RowVector3f& skin) {
    constexpr float kUsualRed = 0.294F, kUsualBlue = -0.145F;  // logarithms, against green
    constexpr float kRedShare = 0.33F, kBlueShare = 0.52F, kMost = 0.8F;
    const Eigen::RowVector3f c = skin.cwiseMax(1.0F);
    const auto of_usual = [&](float channel, float usual) {
        return std::clamp(std::log(channel / c.y()) - usual, -kMost, kMost);
    };
    return {std::exp(kRedShare * of_usual(c.x(), kUsualRed)),
            1.0F,
            std::exp(kBlueShare * of_usual(c.z(), kUsualBlue))};
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
    const std::vector<Vec2f> lips = inner_lips(code);
    const Eigen::RowVector3f skin = mean_skin(model, code.appearance.canvas, view);
    teeth_ = teeth_colour(code.appearance.canvas, lips, skin);
    clear_lips(model, code, lips);
    fill_colours(model, code, view);
    mouth_colours(model, code, view, lips, skin);
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

void HeadLayer::clear_lips(const head::HeadModel& model,
                           const head::FaceCode& code,
                           const std::vector<Vec2f>& edge) {
    const core::ImageU8& canvas = code.appearance.canvas;
    if (!teeth_) {
        return;
    }
    const float unit = code.eye_distance_px() * head::kCanvasScale;
    const float reach = 0.03F * unit, lip_at = 0.045F * unit, step = 0.007F * unit;
    constexpr float kLeastContrast = 25.0F;
    for (int v = 0; v < model.num_vertices(); ++v) {
        VertexLook& look = base_[v];
        if (model.vertex_parts()[v] != Part::Skin || look.from_source <= 0) {
            continue;
        }
        const float inside = signed_distance(edge, look.u, look.v);
        if (inside < -reach) {
            continue;
        }
        Eigen::RowVector2f out(
            signed_distance(edge, look.u - 1, look.v) - signed_distance(edge, look.u + 1, look.v),
            signed_distance(edge, look.u, look.v - 1) - signed_distance(edge, look.u, look.v + 1));
        if (out.norm() < 1e-3F) {
            continue;
        }
        out *= (lip_at + inside) / out.norm();
        const Eigen::RowVector3f lip = mean_colour(canvas, {look.u + out.x(), look.v + out.y()}, 2);
        const Eigen::RowVector3f towards = *teeth_ - lip;
        if (towards.norm() < kLeastContrast) {
            continue;
        }
        float most = 0;
        for (const auto& [dx, dy] :
             {std::pair<float, float>{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
            const Eigen::RowVector3f c =
                mean_colour(canvas, {look.u + dx * step, look.v + dy * step}, 1);
            most = std::max(most, (c - lip).dot(towards) / towards.squaredNorm());
        }
        // Landmarks are not that exact: nothing right beside the teeth is trusted.
        const float beside = smoothstep(-0.020F, -0.008F, inside / unit);
        look.from_source *= 1 - std::max(beside, smoothstep(0.15F, 0.45F, most));
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
        if (base_[v].from_source > 0.6F && lid < 0.05F) {
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
                              const SourceView& view,
                              const std::vector<Vec2f>& lips,
                              const Eigen::RowVector3f& skin) {
    // The light: eye whites where they can be seen, else the brighter part of the face.
    std::vector<float> face;
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] == Part::Skin && view.visible[v] > 0.9F) {
            const std::array<float, 3> c = {base_[v].red, base_[v].green, base_[v].blue};
            face.push_back(luminance(c.data()));
        }
    }
    if (face.empty()) {
        face.push_back(128);
    }
    std::sort(face.begin(), face.end());
    const float bright = face[face.size() * 9 / 10];
    float light = std::max(eyes_[0].white, eyes_[1].white);
    light = std::max(bright, 0.5F * light + 0.5F * std::min(bright * 1.1F, 235.0F));
    light = std::clamp(light, 40.0F, 235.0F);
    // Black-and-white portraits get a mouth without colour.
    colourful_ = smoothstep(0.02F, 0.14F, chroma(skin));
    const Eigen::RowVector3f tint = light_colour(skin);

    const float gap = std::hypot(code.landmarks[13].x - code.landmarks[14].x,
                                 code.landmarks[13].y - code.landmarks[14].y);
    const bool open = gap > 0.03F * code.eye_distance_px();
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Part part = model.vertex_parts()[v];
        if (!is_mouth(part)) {
            continue;
        }
        const Eigen::RowVector3f usual = mouth_albedo(part);
        Eigen::RowVector3f c = usual.cwiseProduct(tint);
        c *= luminance(usual.data()) / luminance(c.data());
        c = luminance(c.data()) * Eigen::RowVector3f::Ones() * (1 - colourful_) + colourful_ * c;
        c *= light;
        if (teeth_ && (part == Part::TeethUpper || part == Part::TeethLower)) {
            c = 0.85F * *teeth_;  // the rows' own light comes on top
        }
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
                     const head::PosedHead& target,
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
    constexpr float kRedInShade = -0.17F;
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
        const bool row = teeth || part == Part::Gums;
        // Teeth and gums stand in the light of the lips' opening, but the row's sides lie in the
        // cheeks' shade; the tongue is darker from the start. Measured on portraits that show them.
        const float aperture = row      ? 0.65F + 0.35F * parted
                               : tongue ? 0.50F + 0.40F * wide
                                        : 0.30F + 0.45F * wide;
        const float fade = row ? std::exp(-(depth * depth) / (1.74F * 1.74F))
                               : std::exp(-depth / (lining ? 2.0F : 4.0F));
        const float own = part == Part::TeethUpper   ? 1.2F
                          : part == Part::TeethLower ? 0.9F
                          : part == Part::Gums ? 1.0F - 0.5F * between_teeth(model.neutral()(v, 1))
                                               : 1.0F;
        const float s =
            own * aperture * facing * (0.08F + 0.92F * fade) * (0.75F + 0.25F * below_upper);
        shading[v] = s;
        // The light that reaches teeth in the shade has come off red walls.
        const float red = teeth ? std::pow(std::clamp(s, 0.1F, 1.0F), kRedInShade) : 1.0F;
        const float rest = teeth ? 1.0F / std::sqrt(red) : 1.0F;
        out[v].red *= s * (1.0F + colourful_ * (red - 1.0F));
        out[v].green *= s * (1.0F + colourful_ * (rest - 1.0F));
        out[v].blue *= s * (1.0F + colourful_ * (rest - 1.0F));
    }
}

}  // namespace vasa::decode
