// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/facegood.h"

#include "data/npz.h"

#include "vasa/core/error.h"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "support/catch.h"

namespace core = vasa::core;
namespace head = vasa::head;
namespace train = vasa::train;

namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& bytes, std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
        bytes.push_back(i < 8 ? static_cast<std::uint8_t>(value >> (8 * i)) : std::uint8_t{0});
    }
}

/// A zip with one stored .npy of i8 [2].
Bytes small_archive() {
    std::string header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }";
    header.resize(117, ' ');
    header += '\n';
    Bytes npy = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    put(npy, header.size(), 2);
    npy.insert(npy.end(), header.begin(), header.end());
    put(npy, static_cast<std::uint64_t>(-30), 8);
    const std::string name = "fps.npy";
    Bytes zip;
    put(zip, 0x04034B50, 4);
    put(zip, 0, 14);
    put(zip, npy.size(), 4);
    put(zip, npy.size(), 4);
    put(zip, name.size(), 2);
    put(zip, 0, 2);
    zip.insert(zip.end(), name.begin(), name.end());
    zip.insert(zip.end(), npy.begin(), npy.end());
    const std::size_t directory = zip.size();
    put(zip, 0x02014B50, 4);
    put(zip, 0, 16);
    put(zip, npy.size(), 4);
    put(zip, npy.size(), 4);
    put(zip, name.size(), 2);
    put(zip, 0, 16);
    zip.insert(zip.end(), name.begin(), name.end());
    const std::size_t directory_size = zip.size() - directory;
    put(zip, 0x06054B50, 4);
    put(zip, 0, 4);
    put(zip, 1, 2);
    put(zip, 1, 2);
    put(zip, directory_size, 4);
    put(zip, directory, 4);
    put(zip, 0, 2);
    return zip;
}

}  // namespace

TEST_CASE("an archive that is cut off or spoilt is an input error, never worse", "[train]") {
    const Bytes whole = small_archive();
    CHECK(train::Npz::parse(whole, "x").integer("fps") == -30);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK_THROWS_AS(train::Npz::parse(Bytes(whole.begin(), whole.begin() + length), "x"),
                        core::Error);
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int value : {0x00, 0x7F, 0xFF}) {
            Bytes spoilt = whole;
            spoilt[at] = static_cast<std::uint8_t>(value);
            try {
                train::Npz::parse(spoilt, "x").integer("fps");
            } catch (const core::Error& error) {
                CHECK(error.kind() == core::ErrorKind::Input);
            }
        }
    }
}

TEST_CASE("the rig's controls become the actions of their names", "[train]") {
    train::FacegoodCurves curves;
    curves.names = {"mouth_press_l", "mouth_stretch_c", "mouth_pucker_l", "mouth_pucker_r"};
    curves.values = {0.25F, 0.5F, 0.5F, 0.25F, 0.0F, 3.0F, 0.0F, 0.0F};
    const auto clip = train::motion_of_facegood(curves, "x");
    REQUIRE(clip.frames.size() == 2);
    CHECK(clip.fps.num == 30);
    CHECK(clip.frames[0].actions[head::Action::MouthPressLeft] == 0.25F);
    CHECK(clip.frames[0].actions[head::Action::MouthPressRight] == 0.0F);
    CHECK(clip.frames[0].actions[head::Action::JawOpen] == 0.5F);
    CHECK(clip.frames[0].actions[head::Action::MouthPucker] == Approx(0.375F));
    CHECK(clip.frames[1].actions[head::Action::JawOpen] == 1.0F);
    curves.names[1] = "other";
    CHECK_THROWS_AS(train::motion_of_facegood(curves, "x"), core::Error);
}

TEST_CASE("FACEGOOD's recordings open the jaw as natural talk does", "[train][data]") {
    const char* data = std::getenv("VASA_DATA_DIR");
    if (data == nullptr) {
        WARN("SKIPPED: VASA_DATA_DIR not set");
        return;
    }
    const std::string path = std::string(data) + "/talking/facegood/1114_2_01.npz";
    const auto curves = train::load_facegood(path);
    CHECK(curves.num_frames() == 3295);
    const std::set<std::string> names(curves.names.begin(), curves.names.end());
    for (const train::FacegoodTerm& term : train::facegood_map()) {
        INFO(term.control);
        CHECK(names.count(term.control) == 1);
    }
    double sum = 0, largest = 0;
    for (const auto& frame : train::motion_of_facegood(curves, path).frames) {
        const double jaw = static_cast<double>(frame.actions[head::Action::JawOpen]);
        sum += jaw;
        largest = std::max(largest, jaw);
    }
    CHECK(sum / curves.num_frames() > 0.05);
    CHECK(sum / curves.num_frames() < 0.3);
    CHECK(largest > 0.4);
}
