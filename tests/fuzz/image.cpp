// SPDX-License-Identifier: Apache-2.0
// Fuzz target: an accepted picture has an allowed size and all its pixels.
#include "fuzz.h"

#include "vasa/media/image_file.h"

using namespace vasa;
using core::ErrorKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file(".img");
    file.write(data, size);
    media::LoadImageOptions options;
    options.max_pixels = 100'000;
    fuzz::is_accepted({ErrorKind::Input}, [&] {
        const core::ImageU8 image = media::load_image(file.path(), options);
        const auto num_pixels = static_cast<std::int64_t>(image.width) * image.height;
        fuzz::require(num_pixels > 0 && num_pixels <= options.max_pixels, "its size was allowed");
        fuzz::require(image.channels == 3, "it has three channels");
        fuzz::require(static_cast<std::int64_t>(image.data.size()) == 3 * num_pixels,
                      "it has all pixels");
    });
    return 0;
}
