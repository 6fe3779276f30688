// SPDX-License-Identifier: Apache-2.0
// What a file says about its origin: manifest, tags, XMP and watermark, and whether they agree.
#pragma once

#include "vasa/provenance/manifest.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace vasa::provenance {

/// A watermark, as its detector reports it.
struct WatermarkReport {
    bool is_examined = false;  ///< false: the file has no frames that were looked at
    bool is_found = false;
    std::uint64_t bits = 0;     ///< as decoded
    std::string job_prefix;     ///< hexadecimal digits of the job's hash that it carries
    double confidence = 0;      ///< share of symbols that agree
    double false_positive = 1;  ///< probability that an unmarked file looks like this
};

enum class Verdict {
    Marked,         ///< marks were found, and what can be checked is intact
    Contradictory,  ///< tampered with, or marks contradict each other
    Unmarked,       ///< no marks
    Unchecked,      ///< there is a manifest, but no library to check it
};
/// "marked", "contradictory", "unmarked", "unchecked"
const char* verdict_name(Verdict verdict);

/// The marks of one file. Texts come from the file and need not be true or printable.
struct MarksReport {
    std::string path;
    ManifestReport manifest;
    /// Container tags of vasa and IPTC, and the comment of a clip with such tags.
    std::map<std::string, std::string> tags;
    std::string xmp_source_type;  ///< name of the digital source type in an MP4's XMP box
    bool is_cut_short = false;    ///< the end of the file is missing
    WatermarkReport watermark;
    /// Of the public key, where `watermark` was looked for with an owner's.
    std::optional<WatermarkReport> public_watermark;
    Verdict verdict = Verdict::Unmarked;
    std::string summary;  ///< the verdict in a sentence
};

/// Looks for a watermark in a file.
using WatermarkFinder = std::function<WatermarkReport(const std::string& path)>;

struct MarksOptions {
    ReadManifestOptions manifest;
    WatermarkFinder find_watermark;  ///< empty: watermarks are not looked for
    /// For the public key beside that of an owner; empty: is not looked for
    WatermarkFinder find_public_watermark;
};

/// Reads and compares the marks of a file: a video, a picture, or a picture of a sequence that a
/// sidecar beside its first frame vouches for.
/// @throws Error(Input) if the file cannot be read
MarksReport read_marks(const std::string& path, const MarksOptions& options);

/// Sets verdict and summary from the other members.
void judge(MarksReport& report);

}  // namespace vasa::provenance
