// SPDX-License-Identifier: Apache-2.0
#include "heif_decode.h"

#include "embedded_profile.h"

#include "vasa/core/error.h"

#include <memory>
#include <string>

#include <libheif/heif.h>
#include <opencv2/imgproc.hpp>

namespace vasa::media {
namespace {

using Context = std::unique_ptr<heif_context, decltype(&heif_context_free)>;
using Handle = std::unique_ptr<heif_image_handle, decltype(&heif_image_handle_release)>;
using Image = std::unique_ptr<heif_image, decltype(&heif_image_release)>;

void check(const heif_error& error) {
    if (error.code == heif_error_Ok) {
        return;
    }
    const bool is_memory = error.code == heif_error_Memory_allocation_error;
    throw core::Error(is_memory ? core::ErrorKind::Resource : core::ErrorKind::Input,
                      std::string("damaged HEIC or AVIF: ") + error.message);
}

struct Opened {
    Context context{heif_context_alloc(), &heif_context_free};
    Handle picture{nullptr, &heif_image_handle_release};
};

Opened open(const std::vector<std::uint8_t>& bytes) {
    Opened opened;
    check(heif_context_read_from_memory_without_copy(
        opened.context.get(), bytes.data(), bytes.size(), nullptr));
    heif_image_handle* picture = nullptr;
    check(heif_context_get_primary_image_handle(opened.context.get(), &picture));
    opened.picture.reset(picture);
    return opened;
}

void read_profile(const heif_image_handle* picture, ImageHeader& header) {
    const std::size_t size = heif_image_handle_get_raw_color_profile_size(picture);
    constexpr std::size_t kMaxProfileBytes = std::size_t{16} << 20;
    if (size > 0 && size <= kMaxProfileBytes &&
        heif_image_handle_get_color_profile_type(picture) != heif_color_profile_type_nclx) {
        header.profile.resize(size);
        check(heif_image_handle_get_raw_color_profile(picture, header.profile.data()));
        return;
    }
    heif_color_profile_nclx* nclx = nullptr;
    if (heif_image_handle_get_nclx_color_profile(picture, &nclx).code == heif_error_Ok) {
        header.profile = profile_of_code_points(
            nclx->color_primaries, nclx->transfer_characteristics, header.profile_damage);
        heif_nclx_color_profile_free(nclx);
    }
}

}  // namespace

bool reads_heif() {
    return true;
}

ImageHeader read_heif_header(const std::vector<std::uint8_t>& bytes) {
    const Opened opened = open(bytes);
    ImageHeader header;
    header.type = ImageType::Heif;
    header.width = heif_image_handle_get_width(opened.picture.get());
    header.height = heif_image_handle_get_height(opened.picture.get());
    header.extra_sample =
        heif_image_handle_is_premultiplied_alpha(opened.picture.get()) != 0 ? 1 : 2;
    read_profile(opened.picture.get(), header);
    return header;
}

DecodedPixels decode_heif(const std::vector<std::uint8_t>& bytes) {
    const Opened opened = open(bytes);
    const bool has_alpha = heif_image_handle_has_alpha_channel(opened.picture.get()) != 0;
    heif_image* decoded = nullptr;
    check(heif_decode_image(opened.picture.get(),
                            &decoded,
                            heif_colorspace_RGB,
                            has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
                            nullptr));
    const Image image(decoded, &heif_image_release);
    int stride = 0;
    const std::uint8_t* data =
        heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &stride);
    const int width = heif_image_get_width(image.get(), heif_channel_interleaved);
    const int height = heif_image_get_height(image.get(), heif_channel_interleaved);
    if (data == nullptr || width < 1 || height < 1) {
        throw core::Error(core::ErrorKind::Input, "damaged HEIC or AVIF: no pixels");
    }
    // OpenCV has no read-only view; the pixels are only read.
    const cv::Mat rgb(height,
                      width,
                      has_alpha ? CV_8UC4 : CV_8UC3,
                      const_cast<std::uint8_t*>(data),
                      static_cast<std::size_t>(stride));
    DecodedPixels pixels;
    cv::cvtColor(rgb, pixels.mat, has_alpha ? cv::COLOR_RGBA2BGRA : cv::COLOR_RGB2BGR);
    return pixels;
}

}  // namespace vasa::media
