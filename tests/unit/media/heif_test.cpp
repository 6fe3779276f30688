// SPDX-License-Identifier: Apache-2.0
#include "image_writers.h"
#include "log_lines.h"
#include "profile_writers.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/media/image_file.h"

#include <cmath>
#include <cstdlib>
#include <string>

#include <libheif/heif.h>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kWidth = 64, kHeight = 32;

heif_error append_block(heif_context* /*context*/, const void* data, size_t size, void* bytes) {
    const auto* begin = static_cast<const std::uint8_t*>(data);
    auto& target = *static_cast<Bytes*>(bytes);
    target.insert(target.end(), begin, begin + size);
    return {heif_error_Ok, heif_suberror_Unspecified, "ok"};
}

/// Left half one colour, right half another. @return empty if libheif has no encoder of this kind
Bytes make_heif(heif_compression_format format,
                const std::array<std::uint8_t, 3>& left,
                const std::array<std::uint8_t, 3>& right,
                const Bytes& profile) {
    heif_context* const context = heif_context_alloc();
    heif_encoder* encoder = nullptr;
    if (heif_context_get_encoder_for_format(context, format, &encoder).code != heif_error_Ok) {
        heif_context_free(context);
        return {};
    }
    heif_encoder_set_lossy_quality(encoder, 95);
    heif_image* image = nullptr;
    heif_image_create(kWidth, kHeight, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &image);
    heif_image_add_plane(image, heif_channel_interleaved, kWidth, kHeight, 8);
    int stride = 0;
    std::uint8_t* const data = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            for (int c = 0; c < 3; ++c) {
                data[y * stride + 3 * x + c] =
                    (x < kWidth / 2 ? left : right)[static_cast<std::size_t>(c)];
            }
        }
    }
    if (!profile.empty()) {
        heif_image_set_raw_color_profile(image, "prof", profile.data(), profile.size());
    }
    const bool is_coded =
        heif_context_encode_image(context, image, encoder, nullptr, nullptr).code == heif_error_Ok;
    Bytes bytes;
    heif_writer writer = {};
    writer.writer_api_version = 1;
    writer.write = append_block;
    if (is_coded) {
        heif_context_write(context, &writer, &bytes);
    }
    heif_image_release(image);
    heif_encoder_release(encoder);
    heif_context_free(context);
    return bytes;
}

bool is_near(const std::uint8_t* pixel, const std::array<std::uint8_t, 3>& colour) {
    for (std::size_t c = 0; c < 3; ++c) {
        if (std::abs(pixel[c] - colour[c]) > 6) {
            return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("HEIC and AVIF are read with their colours and profile", "[media]") {
    const TestFolder folder;
    const std::string path = folder / "picture";
    const LogLines log;
    for (const auto format : {heif_compression_HEVC, heif_compression_AV1}) {
        CAPTURE(format);
        const Bytes plain = make_heif(format, {200, 60, 40}, {30, 90, 180}, {});
        if (plain.empty()) {
            WARN("SKIPPED: libheif has no encoder for format " << format);
            continue;
        }
        write_bytes(path, plain);
        const core::ImageU8 image = media::load_image(path);
        REQUIRE(image.width == kWidth);
        REQUIRE(image.height == kHeight);
        CHECK(is_near(image.at(8, 16), {200, 60, 40}));
        CHECK(is_near(image.at(56, 16), {30, 90, 180}));
        // (182, 73, 52) in Display P3 with gamma 2.2 is about (200, 60, 40) in sRGB.
        const Bytes wide = make_heif(format,
                                     {182, 73, 52},
                                     {182, 73, 52},
                                     rgb_profile({0.68, 0.32, 0.265, 0.69, 0.15, 0.06}, 2.2));
        write_bytes(path, wide);
        CHECK(is_near(media::load_image(path).at(8, 16), {200, 60, 40}));
        media::LoadImageOptions options;
        options.max_pixels = kWidth * kHeight - 1;
        CHECK_THROWS_AS(media::load_image(path, options), core::Error);
        for (std::size_t size = 20; size < plain.size(); size += 7) {
            CAPTURE(size);
            write_bytes(path, Bytes(plain.begin(), plain.begin() + static_cast<long>(size)));
            try {
                media::load_image(path);
            } catch (const core::Error& error) {
                CHECK(error.kind() == core::ErrorKind::Input);
            }
        }
    }
}
