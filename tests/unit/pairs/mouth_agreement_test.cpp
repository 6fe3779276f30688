// SPDX-License-Identifier: Apache-2.0
#include "vasa/pairs/mouth_agreement.h"

#include <array>
#include <cstdint>
#include <vector>

#include "support/catch.h"

namespace {

using namespace vasa;
using decode::PixelRecord;
using head::Part;
using Rgb = std::array<std::uint8_t, 3>;

constexpr Rgb kSkin = {200, 140, 110}, kTooth = {210, 190, 170}, kTongue = {140, 70, 65},
              kDark = {30, 12, 10};

struct Mouth {
    std::vector<PixelRecord> records;
    std::vector<Rgb> picture;

    /// @return its index
    std::size_t add(Part part, Rgb shown, int count, float shading = 0.9F) {
        PixelRecord record;
        record.part = decode::part_value(part);
        record.shading = static_cast<std::uint8_t>(127.5F * shading);
        records.insert(records.end(), static_cast<std::size_t>(count), record);
        picture.insert(picture.end(), static_cast<std::size_t>(count), shown);
        return records.size() - 1;
    }
    std::vector<std::uint8_t> agreement() const {
        std::vector<std::uint8_t> out(records.size());
        pairs::mark_agreement(
            records.data(), picture.data(), static_cast<int>(out.size()), out.data());
        return out;
    }
};

}  // namespace

TEST_CASE("where fit and picture differ about teeth is marked", "[decode]") {
    Mouth mouth;
    const auto skin = mouth.add(Part::Skin, kSkin, 200);
    const auto teeth = mouth.add(Part::TeethUpper, kTooth, 60);
    const auto teeth_on_tongue = mouth.add(Part::Tongue, kTooth, 20);
    const auto teeth_on_lining = mouth.add(Part::MouthLining, kTooth, 20);
    const auto tongue = mouth.add(Part::Tongue, kTongue, 20);
    const auto lining = mouth.add(Part::MouthLining, kDark, 20);
    const auto dark_on_teeth = mouth.add(Part::TeethLower, kDark, 20);
    const auto shaded_teeth = mouth.add(Part::TeethLower, kDark, 20, 0.2F);
    const auto agrees = mouth.agreement();
    CHECK(agrees[skin] == 1);
    CHECK(agrees[teeth] == 1);
    CHECK(agrees[teeth_on_tongue] == 0);
    CHECK(agrees[teeth_on_lining] == 0);
    CHECK(agrees[tongue] == 1);
    CHECK(agrees[lining] == 1);
    CHECK(agrees[dark_on_teeth] == 0);
    CHECK(agrees[shaded_teeth] == 1);
}

TEST_CASE("without a mouth, or without skin to compare with, nothing is marked", "[decode]") {
    Mouth closed;
    closed.add(Part::Skin, kTooth, 50);
    Mouth alone;
    alone.add(Part::Tongue, kTooth, 50);
    for (const Mouth& mouth : {closed, alone, Mouth{}}) {
        for (const std::uint8_t value : mouth.agreement()) {
            CHECK(value == 1);
        }
    }
}
