// SPDX-License-Identifier: Apache-2.0
#include "clip_marks.h"

#include "provenance.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/head/face_code.h"
#include "vasa/provenance/manifest.h"
#include "vasa/provenance/xmp.h"

#include <atomic>
#include <utility>

namespace vasa::render {
namespace {

using provenance::SigningIdentity;

void warn_unsigned_once() {
    static std::atomic<bool> is_said{false};
    if (!is_said.exchange(true)) {
        core::log_warning("clips are not signed: " + provenance::c2pa_problem());
    }
}

std::uint64_t payload_of(const std::string& job_sha256) {
    return marks::pack_payload(
        {marks::kWatermarkFormat, marks::kVasaGenerator, marks::job_hash_of(job_sha256)});
}

provenance::Claims claims_of(const RenderOptions& options,
                             int num_threads,
                             const RenderResult& result) {
    provenance::Claims claims;
    claims.program_version = version();
    claims.target = options.out;
    claims.generation = generation_json(options, num_threads, result);
    claims.job_sha256 = result.job_sha256;
    claims.portrait_path = options.image;
    claims.portrait_sha256 = result.portrait_sha256;
    return claims;
}

}  // namespace

marks::WatermarkKey watermark_key_of(const std::string& path) {
    return path.empty() ? marks::WatermarkKey::public_key() : marks::load_watermark_key(path);
}

std::shared_ptr<const SigningIdentity> signing_identity(const RenderOptions& options) {
    if (options.no_marks) {
        return nullptr;
    }
    const bool has_library = provenance::c2pa_problem().empty();
    if (options.sign_cert.empty()) {
        if (!has_library && !options.timestamp_url.empty()) {
            throw core::Error(
                core::ErrorKind::Resource,
                "cannot have a time stamp put on a signature: " + provenance::c2pa_problem(),
                "leave out --timestamp-url to render without a signature");
        }
        if (!has_library) {
            warn_unsigned_once();
            return nullptr;
        }
        return SigningIdentity::of_installation();
    }
    auto identity = SigningIdentity::load(options.sign_cert, options.sign_key);
    // Here and not after a long render: the library knows rules of its own.
    provenance::try_identity(identity);
    return identity;
}

ClipMarks::ClipMarks(const RenderOptions& options, RenderResult& result)
    : options_(options), result_(result) {
    if (options.no_marks) {
        core::log_warning("no marks: nothing in the clip will say that it is generated");
    } else if (!options.out.empty()) {
        identity_ = signing_identity(options);
    }
    if (!options.sign_cert.empty()) {
        result.sign_cert_sha256 = core::sha256_file(options.sign_cert);
    }
    watermark_key_ = watermark_key_of(options.watermark_key);
    if (!options.watermark_key.empty()) {
        result.watermark_key_sha256 = core::sha256_file(options.watermark_key);
    }
    if (options.label) {
        label_.emplace(head::kFrameSize_px, head::kFrameSize_px);
    }
}

void ClipMarks::begin(int num_threads) {
    num_threads_ = num_threads;
    result_.job_sha256 = job_hash(options_, result_);
    if (!options_.no_marks) {
        watermark_.emplace(watermark_key_, payload_of(result_.job_sha256));
    }
    if (identity_) {
        result_.signed_by = options_.sign_cert.empty() ? "installation" : "certificate";
    }
}

void ClipMarks::draw(FrameItem& item) const {
    if (label_ && item.yuv.data.empty()) {
        label_->draw(item.rgb);
    } else if (label_) {
        label_->draw(item.yuv);
    }
    if (watermark_ && item.yuv.data.empty()) {
        watermark_->mark_rgb(item.rgb);
    } else if (watermark_) {
        watermark_->mark_luma(item.yuv.data.data(), item.yuv.width, item.yuv.height);
    }
}

void ClipMarks::add_to(media::VideoOptions& video) const {
    if (options_.no_marks) {
        return;
    }
    video.metadata = provenance_tags(options_, num_threads_, result_);
    video.xmp = provenance::xmp_packet(version());
    if (identity_) {
        video.finalise = [claims = claims_of(options_, num_threads_, result_),
                          signing = provenance::SigningOptions{identity_, options_.timestamp_url}](
                             const std::string& complete, const std::string& finished) {
            provenance::sign_video(complete, finished, claims, signing);
        };
    }
}

SidecarMaker ClipMarks::sidecar_maker() const {
    if (!identity_) {
        return {};
    }
    return [claims = claims_of(options_, num_threads_, result_),
            signing = provenance::SigningOptions{identity_, options_.timestamp_url}](
               const std::string& first_frame, std::map<std::string, std::string> frames) mutable {
        claims.frames = std::move(frames);
        return provenance::make_sidecar(first_frame, claims, signing);
    };
}

}  // namespace vasa::render
