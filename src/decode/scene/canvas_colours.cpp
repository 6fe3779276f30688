// SPDX-License-Identifier: Apache-2.0
#include "scene/canvas_colours.h"

#include "vasa/head/landmarks.h"

#include <algorithm>

namespace vasa::decode {

using core::Vec2f;
using head::Part;

Rgb mean_colour(const core::ImageU8& canvas, Vec2f p, int radius_px) {
    Rgb sum = Rgb::Zero();
    int count = 0;
    const int step = std::max(1, radius_px / 3);
    for (int dy = -radius_px; dy <= radius_px; dy += step) {
        for (int dx = -radius_px; dx <= radius_px; dx += step) {
            const int x = std::clamp(static_cast<int>(p.x) + dx, 0, canvas.width - 1);
            const int y = std::clamp(static_cast<int>(p.y) + dy, 0, canvas.height - 1);
            const std::uint8_t* c = canvas.at(x, y);
            sum += Rgb(c[0], c[1], c[2]);
            ++count;
        }
    }
    return sum / static_cast<float>(count);
}

Rgb mean_skin(const head::HeadModel& model, const core::ImageU8& canvas, const SourceView& view) {
    constexpr float kMinVisible = 0.9F;  // skin at an outline mixes with the background
    Rgb sum = Rgb::Zero();
    int count = 0;
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] == Part::Skin && view.visible[v] > kMinVisible) {
            sum += mean_colour(canvas, view.uv[v], 1);
            ++count;
        }
    }
    return count > 0 ? Rgb(sum / static_cast<float>(count)) : Rgb::Constant(128.0F);
}

std::vector<Vec2f> inner_lips(const head::FaceCode& code) {
    std::vector<Vec2f> edge;
    for (const int i : head::kInnerLips) {
        edge.push_back(head::canvas_from_crop(code.landmarks[i]));
    }
    return edge;
}

float matte_at(const core::ImageU8& canvas, const Vec2f& place) {
    const int x = static_cast<int>(place.x), y = static_cast<int>(place.y);
    const bool is_inside = place.x >= 0 && place.y >= 0 && x < canvas.width && y < canvas.height;
    return is_inside ? static_cast<float>(canvas.at(x, y)[3]) / 255.0F : 1.0F;
}

}  // namespace vasa::decode
