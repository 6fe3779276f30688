// SPDX-License-Identifier: Apache-2.0
#include "golden_frames.h"
#include "image_difference.h"

#include "vasa/media/image_file.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::golden;

namespace {

const std::string kModelDir = std::string(VASA_SOURCE_DIR) + "/models";
const std::string kFolder = std::string(VASA_SOURCE_DIR) + "/tests/golden";

core::ImageU8 shifted(const core::ImageU8& image, int dx, int dy) {
    core::ImageU8 out = image;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const std::uint8_t* from = image.at(std::clamp(x - dx, 0, image.width - 1),
                                                std::clamp(y - dy, 0, image.height - 1));
            std::copy_n(from, image.channels, out.at(x, y));
        }
    }
    return out;
}

core::ImageU8 brightened(const core::ImageU8& image, double factor) {
    core::ImageU8 out = image;
    for (std::uint8_t& v : out.data) {
        v = static_cast<std::uint8_t>(std::min(factor * v + 0.5, 255.0));
    }
    return out;
}

/// Changes each value by -1, 0 or 1.
core::ImageU8 rounded_otherwise(const core::ImageU8& image) {
    core::ImageU8 out = image;
    for (std::size_t i = 0; i < out.data.size(); ++i) {
        const int change = static_cast<int>((i * 2654435761U >> 7U) % 3) - 1;
        out.data[i] = static_cast<std::uint8_t>(std::clamp(out.data[i] + change, 0, 255));
    }
    return out;
}

core::ImageU8 with_spot(const core::ImageU8& image) {
    core::ImageU8 out = image;
    out.at(100, 90)[1] = static_cast<std::uint8_t>(out.at(100, 90)[1] ^ 0x80U);
    return out;
}

/// Compares frames with their golden images. Writes frames that fail to a folder for inspection.
void check_frames(const std::vector<GoldenFrame>& frames, const DifferenceLimits& limits) {
    for (const GoldenFrame& frame : frames) {
        const core::ImageU8 golden = media::load_image(kFolder + "/" + frame.name + ".png");
        const ImageDifference difference = compare_images(frame.image, golden, limits);
        INFO(frame.name << ": " << difference.to_string());
        if (difference.verdict == Verdict::Warning) {
            WARN("differs a little from its golden image");
        }
        if (difference.verdict == Verdict::Failure) {
            const auto folder = std::filesystem::temp_directory_path() / "vasa_golden";
            std::filesystem::create_directories(folder);
            const std::string path = (folder / (frame.name + ".png")).string();
            media::save_png(path, frame.image, true);
            FAIL_CHECK("not its golden image; the frame is '" << path << "'");
        }
        SUCCEED();
    }
}

/// The comparison detects the differences that it must detect in these images, and no others.
void check_comparison(const std::vector<GoldenFrame>& frames, const DifferenceLimits& limits) {
    for (const GoldenFrame& frame : frames) {
        const core::ImageU8& image = frame.image;
        const auto verdict = [&](const core::ImageU8& other) {
            return compare_images(other, image, limits).verdict;
        };
        INFO(frame.name);
        CHECK(verdict(image) == Verdict::Same);
        CHECK(verdict(rounded_otherwise(image)) == Verdict::Same);
        CHECK(verdict(shifted(image, 1, 0)) == Verdict::Failure);
        CHECK(verdict(shifted(image, 0, -1)) == Verdict::Failure);
        CHECK(verdict(brightened(image, 1.03)) == Verdict::Failure);
        CHECK(verdict(brightened(image, 0.97)) == Verdict::Failure);
        CHECK(verdict(with_spot(image)) == Verdict::Failure);
    }
}

}  // namespace

TEST_CASE("frames of painted faces are those of the golden images", "[synthetic]") {
    const auto frames = synthetic_frames(kModelDir);
    CHECK(frames.size() == 7);
    check_frames(frames, {});
    check_comparison(frames, {});
}

TEST_CASE("frames of the example portrait are those of the golden images", "[portrait]") {
    if (example_portrait().empty()) {
        WARN("skipped: the package python-matplotlib-data is not installed");
        return;
    }
    // Networks detect the face: where rounding differs, edges move by a fraction of a pixel.
    DifferenceLimits limits;
    limits.warn_fraction = 0.005;
    limits.fail_fraction = 0.01;
    limits.hard_fail = 48;
    const auto frames = portrait_frames(kModelDir);
    CHECK(frames.size() == 3);
    check_frames(frames, limits);
    check_comparison(frames, limits);
}

TEST_CASE("each threshold of the comparison has its own effect", "[synthetic]") {
    const core::ImageU8 golden(100, 100, 3, 100);
    const auto verdict = [&](int num_pixels, int difference) {
        core::ImageU8 image = golden;
        for (int i = 0; i < num_pixels; ++i) {
            image.data[static_cast<std::size_t>(3 * i + 1)] =
                static_cast<std::uint8_t>(100 + difference);
        }
        return compare_images(image, golden).verdict;
    };
    CHECK(verdict(10000, 1) == Verdict::Same);
    CHECK(verdict(10, 2) == Verdict::Same);
    CHECK(verdict(11, 2) == Verdict::Warning);
    CHECK(verdict(10000, 3) == Verdict::Warning);
    CHECK(verdict(20, 4) == Verdict::Warning);
    CHECK(verdict(21, 4) == Verdict::Failure);
    CHECK(verdict(1, 24) == Verdict::Same);
    CHECK(verdict(1, 25) == Verdict::Failure);
    CHECK(compare_images(core::ImageU8(100, 99, 3, 100), golden).verdict == Verdict::Failure);
}
