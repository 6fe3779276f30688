// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vasa::provenance {

/// IPTC's term for media made by a trained algorithm.
constexpr const char* kTrainedAlgorithmicMedia =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

/// An XMP packet that says that a file was generated: Iptc4xmpExt:DigitalSourceType, the system
/// that made it (IPTC Photo Metadata Standard 2025.1) and xmp:CreatorTool.
std::string xmp_packet(std::string_view program_version);

/// The value of Iptc4xmpExt:DigitalSourceType in an XMP packet, as attribute or element; empty if
/// there is none or it is longer than 200 bytes. Reads hostile text safely: it looks for the
/// property and does not parse XML.
std::string digital_source_type(std::string_view packet);

/// The last part of a source type's address: "trainedAlgorithmicMedia".
std::string source_type_name(std::string_view address);

}  // namespace vasa::provenance
