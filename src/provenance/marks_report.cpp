// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/marks_report.h"

#include "media_type.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/media/video_file.h"
#include "vasa/provenance/mp4_boxes.h"
#include "vasa/provenance/xmp.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace vasa::provenance {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxXmpBytes = 1U << 20U;
/// Sidecars in a frame's folder that are asked for it.
constexpr std::size_t kMaxSidecars = 16;

bool begins_with(const std::string& text, const char* begin) {
    return text.rfind(begin, 0) == 0;
}

/// Tags about the origin; a comment alone is anybody's.
std::map<std::string, std::string> origin_tags(const std::map<std::string, std::string>& all) {
    std::map<std::string, std::string> tags;
    for (const auto& [name, value] : all) {
        if (begins_with(name, "com.vasa.") || begins_with(name, "com.iptc.")) {
            tags[name] = value;
        }
    }
    const auto comment = all.find("comment");
    if (!tags.empty() && comment != all.end()) {
        tags.insert(*comment);
    }
    return tags;
}

void read_container(MarksReport& report) {
    try {
        report.tags = origin_tags(media::probe_video(report.path).metadata);
    } catch (const core::Error&) {
        // A clip that was cut short has lost its tags, and is no video any more.
        if (report.manifest.state == ManifestState::Missing) {
            throw;
        }
    }
    report.xmp_source_type =
        source_type_name(digital_source_type(read_uuid_box(report.path, kXmpUuid, kMaxXmpBytes)));
}

/// The first frames of the sequences in a folder: pictures with a sidecar.
std::vector<std::string> first_frames(const fs::path& folder) {
    std::vector<std::string> frames;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (at->path().extension() == ".c2pa" && frames.size() < kMaxSidecars) {
            fs::path frame = at->path();
            frame.replace_extension(".png");
            if (fs::is_regular_file(frame, error)) {
                frames.push_back(frame.string());
            }
        }
    }
    std::sort(frames.begin(), frames.end());
    return frames;
}

/// The manifest of a sequence that names this picture, with the picture's own hash checked.
ManifestReport manifest_of_sequence(const std::string& path, const ReadManifestOptions& options) {
    const fs::path file(path);
    const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    for (const std::string& first : first_frames(folder)) {
        ManifestReport manifest = read_manifest(first, options);
        const auto named = manifest.frames.find(file.filename().string());
        if (named == manifest.frames.end()) {
            continue;
        }
        if (manifest.state != ManifestState::Tampered && named->second != core::sha256_file(path)) {
            manifest.state = ManifestState::Tampered;
            manifest.problem = "the frame is not the one that the sequence's manifest names";
        }
        return manifest;
    }
    return {};
}

}  // namespace

MarksReport read_marks(const std::string& path, const MarksOptions& options) {
    MarksReport report;
    report.path = path;
    const bool is_picture = begins_with(media_type_of(path), "image/");
    report.manifest = read_manifest(path, options.manifest);
    if (is_picture && report.manifest.state == ManifestState::Missing) {
        report.manifest = manifest_of_sequence(path, options.manifest);
    }
    if (!is_picture) {
        report.is_cut_short = is_cut_short(path);
        read_container(report);
    }
    if (options.find_watermark) {
        report.watermark = options.find_watermark(path);
    }
    if (options.find_public_watermark) {
        report.public_watermark = options.find_public_watermark(path);
    }
    judge(report);
    return report;
}

}  // namespace vasa::provenance
