// SPDX-License-Identifier: Apache-2.0
#include "vasa/marks/find_watermark.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/media/image_file.h"
#include "vasa/media/video_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>

namespace vasa::marks {
namespace {

constexpr int kMinSide_px = 64;
/// Frames a second that are examined: neighbours hardly differ.
constexpr double kExaminedRate_hz = 5.0;
/// Length of a part. A mark is found in 5 s unless the clip has suffered in several ways.
constexpr double kPart_s = 10.0;
/// Parts that are examined; a longer clip has had its chance by then.
constexpr int kMaxParts = 6;

void check_size(const std::string& path, int width, int height) {
    if (std::min(width, height) < kMinSide_px) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot look for a watermark in '" + path +
                              "': " + std::to_string(width) + "×" + std::to_string(height) +
                              " pixels, expected at least 64×64");
    }
}

bool is_picture(const std::string& path) {
    constexpr std::array<const char*, 9> kExtensions = {
        ".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".heic", ".avif"};
    const std::string extension = core::extension_of(path);
    return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

/// Pushes the frames of the next part. @return whether there were any
bool push_part(media::VideoReader& reader, std::int64_t& index, WatermarkDetector& detector) {
    const double fps = reader.info().fps.value();
    const auto step = std::max<std::int64_t>(1, std::llround(fps / kExaminedRate_hz));
    const std::int64_t end = index + std::max<std::int64_t>(step, std::llround(kPart_s * fps));
    const std::int64_t first = index;
    core::ImageU8 rgb;
    for (; index < end; ++index) {
        const bool is_examined = index % step == 0;
        if (!(is_examined ? reader.read(rgb) : reader.skip())) {
            break;
        }
        if (is_examined) {
            detector.push(rgb, static_cast<double>(index) / fps);
        }
    }
    return index > first;
}

WatermarkFinding find_in_video(const std::string& path, const WatermarkKey& key) {
    media::VideoReader reader(path);
    check_size(path, reader.info().width, reader.info().height);
    WatermarkFinding best;
    std::int64_t index = 0;
    for (int part = 1; part <= kMaxParts; ++part) {
        WatermarkDetector detector(key);
        if (!push_part(reader, index, detector)) {
            break;
        }
        WatermarkFinding finding = detector.find();
        // Every part was a chance of being wrong.
        finding.false_positive = std::min(1.0, finding.false_positive * part);
        finding.is_found = finding.is_found && finding.false_positive <= kMaxFalsePositive;
        if (part == 1 || finding.is_found) {
            best = finding;
        }
        if (best.is_found) {
            break;
        }
    }
    return best;
}

}  // namespace

WatermarkFinding find_watermark(const std::filesystem::path& path, const WatermarkKey& key) {
    const std::string name = path.string();
    if (!is_picture(name)) {
        return find_in_video(name, key);
    }
    const core::ImageU8 image = media::load_image(name);
    check_size(name, image.width, image.height);
    WatermarkDetector detector(key);
    detector.push(image, 0.0);
    return detector.find();
}

}  // namespace vasa::marks
