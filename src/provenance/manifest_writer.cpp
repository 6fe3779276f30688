// SPDX-License-Identifier: Apache-2.0
#include "c2pa_library.h"
#include "media_type.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/provenance/manifest.h"
#include "vasa/provenance/xmp.h"

#include <algorithm>
#include <cstring>

#include <nlohmann/json.hpp>

namespace vasa::provenance {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

/// Nothing is made up by the library, and nothing but the time stamp comes from a network. No
/// thumbnails: they would show the portrait and the clip to readers of the manifest alone.
constexpr const char* kSettings = R"({
    "version": 1,
    "verify": {"remote_manifest_fetch": false, "ocsp_fetch": false, "verify_trust": false},
    "builder": {
        "thumbnail": {"enabled": false},
        "actions": {
            "auto_created_action": {"enabled": false},
            "auto_opened_action": {"enabled": false},
            "auto_placed_action": {"enabled": false}
        }
    }
})";

/// A PNG of one grey pixel.
constexpr unsigned char kPixel[] = {
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9C, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xCD, 0x72, 0xB6, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82};

/// A name made from a hash: equal content has equal names. Version 8 of RFC 9562.
std::string uuid_of(const std::string& sha256) {
    std::string hex = sha256.substr(0, 32);
    hex.resize(32, '0');
    hex[12] = '8';
    hex[16] = '8';
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
           hex.substr(16, 4) + "-" + hex.substr(20);
}

json ingredient_json(const Claims& claims, const std::string& format) {
    return {{"title", "portrait"},
            {"format", format},
            {"instance_id", "xmp.iid:" + uuid_of(claims.portrait_sha256)},
            {"relationship", "inputTo"},
            {"label", "portrait"}};
}

std::string definition(const Claims& claims, const char* format, bool has_plain_ingredient) {
    const json generator = {{"name", "vasa"}, {"version", claims.program_version}};
    json action = {{"action", "c2pa.created"},
                   {"digitalSourceType", kTrainedAlgorithmicMedia},
                   {"softwareAgent", generator}};
    if (!claims.portrait_sha256.empty()) {
        action["parameters"] = {{"ingredientIds", {"portrait"}}};
    }
    json assertions = {{{"label", "c2pa.actions.v2"},
                        {"created", true},
                        {"data", {{"actions", json::array({std::move(action)})}}}},
                       {{"label", "com.vasa.generation"},
                        {"kind", "Json"},
                        {"created", true},
                        {"data", json::parse(claims.generation)}}};
    if (!claims.frames.empty()) {
        assertions.push_back({{"label", "com.vasa.frames"},
                              {"kind", "Json"},
                              {"created", true},
                              {"data", {{"sha256", claims.frames}}}});
    }
    json result = {{"claim_generator_info", {generator}},
                   {"format", format},
                   {"instance_id", "xmp.iid:" + uuid_of(claims.job_sha256)},
                   {"assertions", std::move(assertions)}};
    if (has_plain_ingredient) {
        result["ingredients"] = {ingredient_json(claims, "application/octet-stream")};
    }
    // Names of frames need not be UTF-8.
    return result.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Called by the library. The context is the identity.
ssize_t sign_bytes(const void* context,
                   const unsigned char* data,
                   std::size_t num_bytes,
                   unsigned char* signature,
                   std::size_t max_bytes) {
    try {
        const std::vector<std::uint8_t> made =
            static_cast<const SigningIdentity*>(context)->sign(data, num_bytes);
        if (made.size() > max_bytes) {
            return -1;
        }
        std::copy(made.begin(), made.end(), signature);
        return static_cast<ssize_t>(made.size());
    } catch (...) {  // no exception may pass through the library
        return -1;
    }
}

[[noreturn]] void fail(const std::string& target, const std::string& cause) {
    const auto has = [&cause](const char* text) { return cause.find(text) != std::string::npos; };
    const ErrorKind kind = has("imestamp") || has("ime stamp") || has("TimeStamp") || has("http")
                               ? ErrorKind::Resource
                           : has("ertificate") || has("credential") ? ErrorKind::Input
                                                                    : ErrorKind::Output;
    throw Error(kind, "cannot sign " + target + ": " + cause);
}

C2paPtr<C2paSigner> make_signer(const C2paLibrary& library,
                                const SigningOptions& options,
                                const std::string& target) {
    const SigningIdentity& identity = *options.identity;
    const bool is_es256 = identity.algorithm() == SigningIdentity::Algorithm::Es256;
    C2paPtr<C2paSigner> signer(library.signer_new(
        &identity,
        sign_bytes,
        is_es256 ? kC2paEs256 : kC2paEd25519,
        identity.certificates().c_str(),
        options.timestamp_url.empty() ? nullptr : options.timestamp_url.c_str()));
    if (!signer) {
        fail(target, library.last_error());
    }
    return signer;
}

/// Adds the portrait with the manifest it may have.
/// @return false if the library cannot read it
bool add_portrait(const C2paLibrary& library, C2paBuilder& builder, const Claims& claims) {
    const std::string type = media_type_of(claims.portrait_path);
    if (type.empty()) {
        return false;
    }
    const FileStream file(library, claims.portrait_path, FileStream::Mode::Read);
    const std::string ingredient = ingredient_json(claims, type).dump();
    if (library.builder_add_ingredient(&builder, ingredient.c_str(), type.c_str(), file.get()) ==
        0) {
        return true;
    }
    core::log_warning("portrait '" + claims.portrait_path +
                      "': a manifest in it cannot be kept: " + library.last_error());
    return false;
}

C2paPtr<C2paBuilder> make_builder(const C2paLibrary& library,
                                  C2paContext& context,
                                  const Claims& claims,
                                  const char* format,
                                  bool has_plain_ingredient) {
    C2paPtr<C2paBuilder> builder(library.builder_new(&context));
    if (builder) {
        builder.reset(library.builder_define(
            builder.release(), definition(claims, format, has_plain_ingredient).c_str()));
    }
    if (!builder) {
        throw Error(ErrorKind::Internal, "C2PA refuses the claims: " + library.last_error());
    }
    return builder;
}

/// Signs what `from` holds. @return the manifest store
std::string sign(const FileStream& from,
                 const FileStream& to,
                 const char* format,
                 bool is_embedded,
                 const std::string& target,
                 const Claims& claims,
                 const SigningOptions& options) {
    const C2paLibrary& library = C2paLibrary::require();
    const C2paPtr<C2paContext> context = make_context(library, kSettings);
    const C2paPtr<C2paSigner> signer = make_signer(library, options, target);
    const bool has_portrait = !claims.portrait_sha256.empty();
    const bool has_file = has_portrait && !claims.portrait_path.empty();
    C2paPtr<C2paBuilder> builder =
        make_builder(library, *context, claims, format, has_portrait && !has_file);
    if (has_file && !add_portrait(library, *builder, claims)) {
        builder = make_builder(library, *context, claims, format, true);
    }
    if (!is_embedded) {
        library.builder_set_no_embed(builder.get());
    }
    const unsigned char* manifest = nullptr;
    const std::int64_t size =
        library.builder_sign(builder.get(), format, from.get(), to.get(), signer.get(), &manifest);
    if (size < 0 || manifest == nullptr) {
        fail(target, library.last_error());
    }
    std::string bytes(reinterpret_cast<const char*>(manifest), static_cast<std::size_t>(size));
    library.release(manifest);
    return bytes;
}

}  // namespace

void sign_video(const std::string& from,
                const std::string& to,
                const Claims& claims,
                const SigningOptions& options) {
    const C2paLibrary& library = C2paLibrary::require();
    const FileStream source(library, from, FileStream::Mode::Read);
    FileStream target(library, to, FileStream::Mode::Replace);
    const std::string name = "'" + claims.target + "'";
    sign(source, target, "video/mp4", true, name, claims, options);
    if (const int error = target.close()) {
        fail(name, std::strerror(error));
    }
}

std::string make_sidecar(const std::string& png_path,
                         const Claims& claims,
                         const SigningOptions& options) {
    const C2paLibrary& library = C2paLibrary::require();
    const FileStream source(library, png_path, FileStream::Mode::Read);
    const FileStream copy(library, std::string());
    return sign(source, copy, "image/png", false, "'" + claims.target + "'", claims, options);
}

void try_identity(const std::shared_ptr<const SigningIdentity>& identity) {
    const C2paLibrary& library = C2paLibrary::require();
    const FileStream pixel(library,
                           std::string(reinterpret_cast<const char*>(kPixel), sizeof kPixel));
    const FileStream copy(library, std::string());
    Claims claims;
    claims.program_version = "0";
    claims.generation = "{}";
    claims.job_sha256 = core::sha256_text(claims.generation);
    sign(pixel, copy, "image/png", false, "with this certificate", claims, {identity, ""});
}

}  // namespace vasa::provenance
