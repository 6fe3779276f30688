// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_conditions.h"

#include "frame_maker.h"
#include "support/synthetic_face.h"

#include <set>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using decode::Condition;
using head::Action;

namespace {

float value(const std::vector<float>& conditions, Condition channel, std::size_t num, int i) {
    return conditions[static_cast<std::size_t>(channel) * num + static_cast<std::size_t>(i)];
}

}  // namespace

TEST_CASE("a record keeps the network's conditions to within a byte") {
    const std::uint8_t rgb[3] = {10, 128, 250};
    decode::PixelGeometry pixel;
    pixel.visibility = 0.25F;
    pixel.alpha = 0.75F;
    pixel.shading = 1.2F;
    pixel.part = static_cast<std::uint8_t>(static_cast<int>(head::Part::TeethLower) + 1);
    pixel.normal = {0.6F, -0.8F, 0.0F};
    pixel.rest_cm = {-2.345F, 1.5F, 7.0F};
    const std::vector<decode::PixelRecord> records(3, decode::make_record(rgb, pixel));
    std::vector<float> out(static_cast<std::size_t>(decode::kNumConditions) * 3);
    decode::fill_conditions(records.data(), 3, 0.5F, out.data());
    for (int i = 0; i < 3; ++i) {
        CHECK(value(out, Condition::Red, 3, i) == Approx(10.0 / 255 - 0.5));
        CHECK(value(out, Condition::Visibility, 3, i) == Approx(0.25).margin(0.003));
        CHECK(value(out, Condition::Alpha, 3, i) == Approx(0.75).margin(0.003));
        CHECK(value(out, Condition::TeethLower, 3, i) == 1.0F);
        CHECK(value(out, Condition::Skin, 3, i) == 0.0F);
        CHECK(value(out, Condition::FacingY, 3, i) == Approx(-0.8).margin(0.005));
        CHECK(value(out, Condition::Shading, 3, i) == Approx(1.2).margin(0.005));
        CHECK(value(out, Condition::RestX, 3, i) == Approx(-2.345 / 8).margin(1e-4));
        CHECK(value(out, Condition::SourceScale, 3, i) == Approx(-1.0));
    }
}

TEST_CASE("what is disoccluded: mouth, eyes and hidden skin, not hair or background") {
    const auto disoccluded = [](int part, float visibility) {
        decode::PixelGeometry pixel;
        pixel.part = static_cast<std::uint8_t>(part);
        pixel.visibility = visibility;
        const std::uint8_t rgb[3] = {};
        const decode::PixelRecord record = decode::make_record(rgb, pixel);
        float out = -1;
        decode::mark_disoccluded(&record, 1, &out);
        return out;
    };
    CHECK(disoccluded(0, 1) == 0.0F);
    CHECK(disoccluded(255, 1) == 0.0F);
    CHECK(disoccluded(static_cast<int>(head::Part::Skin) + 1, 1) == 0.0F);
    CHECK(disoccluded(static_cast<int>(head::Part::Skin) + 1, 0) == 1.0F);
    CHECK(disoccluded(static_cast<int>(head::Part::Tongue) + 1, 1) == 1.0F);
    CHECK(disoccluded(static_cast<int>(head::Part::EyeRight) + 1, 1) == 1.0F);
}

TEST_CASE("training and rendering give the network the same conditions") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 6);
    decode::GeometryRenderer renderer(model, code);
    head::Pose pose = code.pose;
    pose.yaw_rad += 0.15F;
    head::Actions actions = code.actions;
    actions[Action::JawOpen] = 0.5F;
    core::ImageU8 frame;
    decode::GeometryBuffers buffers;
    renderer.render(pose, actions, frame, &buffers);
    const decode::PortraitScene portrait(model, code);
    decode::FrameMaker maker;
    maker.render(portrait, {pose, actions}, true);
    CHECK(frame.data == maker.rgb.data);
    const std::vector<decode::DisoccludedPatch>& disoccluded = maker.patches;
    REQUIRE(!disoccluded.empty());
    std::set<std::pair<int, int>> inside;
    for (const decode::DisoccludedPatch& patch : disoccluded) {
        std::vector<decode::PixelRecord> expected(patch.records.size());
        decode::record_pixels(frame, buffers, patch.rect, expected.data());
        int different = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const decode::PixelRecord &a = expected[i], &b = patch.records[i];
            different += a.rgb != b.rgb || a.visibility != b.visibility || a.alpha != b.alpha ||
                                 a.part != b.part || a.shading != b.shading ||
                                 a.normal != b.normal || a.rest_10um != b.rest_10um
                             ? 1
                             : 0;
            if (b.part > 1 && b.part != 255) {
                const int column = static_cast<int>(i) % patch.rect.width;
                const int row = static_cast<int>(i) / patch.rect.width;
                inside.insert({patch.rect.x + column, patch.rect.y + row});
            }
        }
        CHECK(different == 0);
    }
    // The rectangles hold the whole inside of mouth and eyes.
    std::size_t all = 0;
    for (const std::uint8_t part : buffers.part.data) {
        all += part > 1 && part != 255 ? 1 : 0;
    }
    CHECK(all > 100);
    CHECK(inside.size() == all);
}
