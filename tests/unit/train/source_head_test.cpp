// SPDX-License-Identifier: Apache-2.0
#include "head/source_head.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;
using Catch::Matchers::Contains;

namespace {

constexpr int kNumVertices = kTongueTip + 3;

/// The smallest valid source head: one triangle per part, shapes without any effect.
struct HeadFile {
    std::vector<float> neutral = std::vector<float>(kNumVertices * 3, 0.0F);
    std::vector<int> triangles = {0, 1, 2, kTongueTip, kTongueTip + 1, kTongueTip + 2};
    std::vector<int> texture = {0, 1, 2, 3, 4, 5};
    std::vector<std::uint8_t> materials = {kFace, kGumsTongue};

    HeadFile() {
        neutral[kTongueTip * 3 + 2] = 1.0F;  // the tongue is a centimetre long
        for (const std::uint8_t material : {kTeeth, kScleraLeft, kScleraRight}) {
            const int first = static_cast<int>(materials.size()) * 3;
            materials.push_back(material);
            triangles.insert(triangles.end(), {first, first + 1, first + 2});
            texture.insert(texture.end(), {first, first + 1, first + 2});
        }
    }

    void save(const std::string& path) const {
        std::string names;
        for (int a = 0; a < head::kNumActions; ++a) {
            const std::string name(head::action_name(static_cast<head::Action>(a)));
            names += source_names(name);
        }
        const auto num_shapes =
            static_cast<std::int64_t>(std::count(names.begin(), names.end(), ','));
        const auto num_triangles = static_cast<std::int64_t>(materials.size());
        core::SafetensorsWriter writer;
        writer.set_metadata("expression_names", names);
        writer.add_f32("neutral", {kNumVertices, 3}, neutral);
        writer.add_u8("identity",
                      {1, kNumVertices, 3},
                      std::vector<std::uint8_t>(static_cast<std::size_t>(kNumVertices) * 3, 0));
        writer.add_u8(
            "expression",
            {num_shapes, kNumVertices, 3},
            std::vector<std::uint8_t>(static_cast<std::size_t>(num_shapes) * kNumVertices * 3, 0));
        writer.add_i32(
            "triangles", {static_cast<std::int64_t>(triangles.size() / 3), 3}, triangles);
        writer.add_i32(
            "triangle_texcoords", {static_cast<std::int64_t>(texture.size() / 3), 3}, texture);
        writer.add_u8("triangle_material", {num_triangles}, materials);
        writer.save(path);
    }

    /// ICT's names of an action's shapes, a comma after each.
    static std::string source_names(const std::string& arkit) {
        if (arkit == "browInnerUp" || arkit == "cheekPuff") {
            return arkit + "_L," + arkit + "_R,";
        }
        for (const std::string side : {"Left", "Right"}) {
            const bool is_sideways = arkit == "jaw" + side || arkit == "mouth" + side;
            const std::size_t at = arkit.rfind(side);
            if (!is_sideways && at != std::string::npos && at + side.size() == arkit.size()) {
                return arkit.substr(0, at) + "_" + side[0] + ",";
            }
        }
        return arkit + ",";
    }
};

void check_refused(const HeadFile& file, const std::string& cause) {
    const TestFolder folder;
    file.save(folder / "head.safetensors");
    try {
        SourceHead::load(folder / "head.safetensors");
        FAIL("loaded, expected: " << cause);
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        CHECK_THAT(error.what(), Contains(cause));
    }
}

}  // namespace

TEST_CASE("a source head is loaded with its tongue", "[source_head]") {
    const TestFolder folder;
    HeadFile().save(folder / "head.safetensors");
    const SourceHead head = SourceHead::load(folder / "head.safetensors");
    REQUIRE(head.actions.size() == head::kNumActions);
    CHECK(head.actions[static_cast<int>(head::Action::TongueOut)](kTongueTip, 2) == Approx(3.6F));
    CHECK(head.actions[static_cast<int>(head::Action::TongueOut)].row(0).norm() == 0.0F);
}

TEST_CASE("indices outside of a source head are refused", "[source_head]") {
    for (const int index : {-1, kNumVertices, std::numeric_limits<int>::max()}) {
        HeadFile file;
        file.triangles[1] = index;
        check_refused(file, "'triangles' has index " + std::to_string(index));
        file = HeadFile();
        file.texture[4] = index;
        check_refused(file, "'triangle_texcoords' has index " + std::to_string(index));
    }
    HeadFile file;
    file.texture.resize(3);
    check_refused(file, "1 texture triangles, expected 5");
}

TEST_CASE("a source head without a part that is needed is refused", "[source_head]") {
    for (const auto& [index, cause] :
         {std::pair<std::size_t, const char*>{0, "no triangles of the face"},
          {1, "the tongue has no length"},
          {2, "no triangles of the teeth"},
          {3, "no triangles of the white of the left eye"},
          {4, "no triangles of the white of the right eye"}}) {
        HeadFile file;
        file.materials[index] = kBackHead;
        check_refused(file, cause);
    }
    HeadFile file;
    file.neutral[5] = std::numeric_limits<float>::quiet_NaN();
    check_refused(file, "'neutral' has values that are not finite");
}
