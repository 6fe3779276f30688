// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace vasa::provenance {

/// A box on the top level of an MP4 file (ISO/IEC 14496-12, 4.2).
struct Mp4Box {
    std::string type;  ///< four bytes
    std::uint64_t offset = 0;
    std::uint64_t num_bytes = 0;          ///< with its header
    std::uint64_t num_header_bytes = 0;   ///< with a uuid box's identifier
    std::array<std::uint8_t, 16> uuid{};  ///< zeros for other types
};

/// Identifiers of the uuid boxes that hold XMP (Adobe, XMP part 3, 2.1) and a C2PA manifest store
/// (C2PA 2.2, A.5.1).
constexpr std::array<std::uint8_t, 16> kXmpUuid = {
    0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC};
constexpr std::array<std::uint8_t, 16> kC2paUuid = {
    0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81};

/// Maximum number of boxes that are looked at; more make a file unusable.
constexpr int kMaxMp4Boxes = 10'000;

/// The boxes of a file, in order. Reads headers alone, whatever sizes they state: a box that does
/// not fit the file ends the list.
/// @param is_whole  whether the boxes fill the file exactly
/// @throws Error(Input) if the file cannot be read
std::vector<Mp4Box> list_mp4_boxes(const std::string& path, bool& is_whole);

/// Whether a file was cut short: it begins with boxes, and its last one is larger than what is
/// left.
/// @throws Error(Input) if the file cannot be read
bool is_cut_short(const std::string& path);

/// The content of the file's first box with that identifier, without its header; empty if there is
/// none or it is larger than `max_bytes`. @throws Error(Input) if the file cannot be read
std::string read_uuid_box(const std::string& path,
                          const std::array<std::uint8_t, 16>& uuid,
                          std::uint64_t max_bytes);

}  // namespace vasa::provenance
