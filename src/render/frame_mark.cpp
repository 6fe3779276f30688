// SPDX-License-Identifier: Apache-2.0
#include "frame_mark.h"

namespace vasa::render {
namespace {

std::uint64_t payload_of(const std::string& job_sha256) {
    return marks::pack_payload(
        {marks::kWatermarkFormat, marks::kVasaGenerator, marks::job_hash_of(job_sha256)});
}

}  // namespace

marks::WatermarkKey watermark_key_of(const std::string& path) {
    return path.empty() ? marks::WatermarkKey::public_key() : marks::load_watermark_key(path);
}

FrameMark::FrameMark(const marks::WatermarkKey& key, const std::string& job_sha256)
    : embedder_(key, payload_of(job_sha256)) {}

void FrameMark::draw(FrameItem& item) const {
    if (item.yuv.data.empty()) {
        embedder_.mark_rgb(item.rgb);
    } else {
        embedder_.mark_luma(item.yuv.data.data(), item.yuv.width, item.yuv.height);
    }
}

}  // namespace vasa::render
