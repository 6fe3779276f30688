// SPDX-License-Identifier: Apache-2.0
// Signed clips and pictures, and what becomes of the signature.
#include "vasa/provenance/manifest.h"

#include "support/signer.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/image.h"
#include "vasa/media/image_file.h"
#include "vasa/media/video_file.h"
#include "vasa/provenance/marks_report.h"
#include "vasa/provenance/mp4_boxes.h"
#include "vasa/provenance/xmp.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using provenance::Claims;
using provenance::ManifestReport;
using provenance::ManifestState;
using provenance::read_manifest;
using provenance::SigningIdentity;
using provenance::SigningOptions;
using test::SignerKind;
using test::TestSigner;

namespace {

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

bool has_library() {
    if (!provenance::c2pa_problem().empty()) {
        WARN("SKIPPED: " << provenance::c2pa_problem());
        return false;
    }
    return true;
}

Claims make_claims(const std::string& job = "made somehow") {
    Claims claims;
    claims.program_version = "7.8.9";
    claims.target = "clip.mp4";
    claims.job_sha256 = core::sha256_text(job);
    claims.generation = nlohmann::json{{"job", claims.job_sha256}, {"seed", "5"}}.dump();
    return claims;
}

core::ImageU8 noisy_picture(int seed) {
    core::ImageU8 image(64, 48, 3);
    for (std::size_t i = 0; i < image.data.size(); ++i) {
        image.data[i] = static_cast<std::uint8_t>((i * 37 + i / 7 * 11) * (seed + 1) % 251);
    }
    return image;
}

/// A folder with an unsigned video and a signer.
class Studio {
  public:
    Studio() : signer_(folder_ / "signer") {
        options.identity = SigningIdentity::load(signer_.certificate_path, signer_.key_path);
        media::VideoOptions video;
        video.xmp = provenance::xmp_packet("7.8.9");
        video.metadata = {{"com.vasa.job", make_claims().job_sha256}};
        media::VideoWriter writer(path("plain.mp4"), 64, 64, 0, 0, video);
        for (int i = 0; i < 4; ++i) {
            media::Yuv420Frame frame(64, 64);
            for (std::size_t k = 0; k < frame.data.size(); ++k) {
                frame.data[k] = static_cast<std::uint8_t>(30 + (k * 7 + k / 64 * 13) % 150 + i);
            }
            writer.write_frame(frame);
        }
        writer.finish();
    }

    std::string path(const std::string& name) const { return folder_ / name; }
    std::string root() const { return read_text(signer_.root_path); }

    std::string sign(const std::string& name, const Claims& claims = make_claims()) const {
        provenance::sign_video(path("plain.mp4"), path(name), claims, options);
        return path(name);
    }

    SigningOptions options;

  private:
    TestFolder folder_;
    TestSigner signer_;
};

/// The box of a type, or the uuid box with an identifier.
provenance::Mp4Box box_of(const std::string& path,
                          const std::string& type,
                          const std::array<std::uint8_t, 16>& uuid = {}) {
    bool is_whole = false;
    for (const provenance::Mp4Box& box : provenance::list_mp4_boxes(path, is_whole)) {
        if (box.type == type && box.uuid == uuid) {
            return box;
        }
    }
    FAIL("no box " << type);
    return {};
}

std::string flipped(std::string bytes, std::size_t at) {
    bytes.at(at) = static_cast<char>(bytes[at] ^ 1);
    return bytes;
}

}  // namespace

TEST_CASE("a signed clip says how it was made, and only a known issuer makes it valid") {
    if (!has_library()) {
        return;
    }
    const Studio studio;
    const std::string clip = studio.sign("clip.mp4");
    const ManifestReport report = read_manifest(clip);
    CHECK(report.state == ManifestState::UnknownIssuer);
    CHECK(report.problem.empty());
    CHECK(report.generator == "vasa 7.8.9");
    CHECK(report.issuer == "Tests, test signer");
    CHECK(report.source_type == "trainedAlgorithmicMedia");
    CHECK(report.job_sha256 == make_claims().job_sha256);
    CHECK(nlohmann::json::parse(report.generation)["seed"] == "5");
    provenance::ReadManifestOptions trusting;
    trusting.trust_anchors = studio.root();
    CHECK(read_manifest(clip, trusting).state == ManifestState::Valid);
    CHECK(read_manifest(studio.path("plain.mp4")).state == ManifestState::Missing);
    // Nothing is lost by signing.
    const media::VideoInfo before = media::probe_video(studio.path("plain.mp4"));
    const media::VideoInfo after = media::probe_video(clip);
    CHECK(after.metadata == before.metadata);
    CHECK(after.num_frames == before.num_frames);
    CHECK(provenance::read_uuid_box(clip, provenance::kXmpUuid, 10000) ==
          provenance::xmp_packet("7.8.9"));
    CHECK(box_of(clip, "moov").offset < box_of(clip, "mdat").offset);
}

TEST_CASE("one changed byte of picture, index, tags, XMP or manifest is noticed") {
    if (!has_library()) {
        return;
    }
    const Studio studio;
    const std::string clip = studio.sign("clip.mp4");
    const std::string bytes = read_text(clip);
    const std::string changed = studio.path("changed.mp4");
    const auto state_with_flip = [&](std::size_t at) {
        write_text(changed, flipped(bytes, at));
        return read_manifest(changed).state;
    };
    const provenance::Mp4Box mdat = box_of(clip, "mdat");
    for (const std::uint64_t part : {1U, 3U, 7U}) {
        CHECK(state_with_flip(mdat.offset + mdat.num_header_bytes +
                              (mdat.num_bytes - mdat.num_header_bytes) * part / 8) ==
              ManifestState::Tampered);
    }
    CHECK(state_with_flip(bytes.find(make_claims().job_sha256, box_of(clip, "moov").offset)) ==
          ManifestState::Tampered);
    CHECK(state_with_flip(bytes.find("CreatorTool")) == ManifestState::Tampered);
    // In the statement itself.
    CHECK(state_with_flip(bytes.find("\"seed\":\"5\"") + 8) == ManifestState::Tampered);
    // Bytes that are appended, as a box.
    write_text(changed, bytes + std::string("\0\0\0\x0Cuuuuabcd", 12));
    CHECK(read_manifest(changed).state == ManifestState::Tampered);
    const ManifestReport report = read_manifest(changed);
    CHECK_THAT(report.problem, Catch::Contains("bmffHash"));
}

TEST_CASE("a clip without its manifest has none, one that is cut is damaged") {
    if (!has_library()) {
        return;
    }
    const Studio studio;
    const std::string clip = studio.sign("clip.mp4");
    const std::string bytes = read_text(clip);
    const provenance::Mp4Box box = box_of(clip, "uuid", provenance::kC2paUuid);
    const std::string cut = studio.path("cut.mp4");
    for (const std::uint64_t size : {box.offset + box.num_bytes / 2,
                                     box.offset + box.num_bytes - 1,
                                     static_cast<std::uint64_t>(bytes.size()) - 1}) {
        write_text(cut, bytes.substr(0, size));
        INFO(size);
        CHECK(read_manifest(cut).state == ManifestState::Tampered);
    }
    // A re-mux of the signed clip copies pictures and sound, as this copy copies the rest.
    write_text(cut, bytes.substr(0, box.offset) + bytes.substr(box.offset + box.num_bytes));
    CHECK(read_manifest(cut).state == ManifestState::Missing);
}

TEST_CASE("claims of the same render are the same, whoever signs when") {
    if (!has_library()) {
        return;
    }
    const Studio studio;
    const ManifestReport first = read_manifest(studio.sign("a.mp4"));
    const ManifestReport second = read_manifest(studio.sign("b.mp4"));
    CHECK(first.generation == second.generation);
    CHECK(first.source_type == second.source_type);
    const std::string a = read_text(studio.path("a.mp4")), b = read_text(studio.path("b.mp4"));
    REQUIRE(a.size() == b.size());
    // Beside the manifest, the bytes are equal too.
    const provenance::Mp4Box box = box_of(studio.path("a.mp4"), "uuid", provenance::kC2paUuid);
    CHECK((a.substr(0, box.offset) == b.substr(0, box.offset)));
    CHECK((a.substr(box.offset + box.num_bytes) == b.substr(box.offset + box.num_bytes)));
    CHECK(read_manifest(studio.sign("c.mp4", make_claims("otherwise"))).generation !=
          first.generation);
}

TEST_CASE("the portrait is an ingredient without a thumbnail, and its manifest is kept") {
    if (!has_library()) {
        return;
    }
    const Studio studio;
    const std::string portrait = studio.path("portrait.png");
    media::save_png(portrait, noisy_picture(1), false);
    Claims claims = make_claims();
    claims.portrait_sha256 = core::sha256_file(portrait);
    const auto report_with = [&](const std::string& file) {
        claims.portrait_path = file;
        return read_manifest(studio.sign("with.mp4", claims));
    };
    const ManifestReport plain = report_with(portrait);
    CHECK(plain.state == ManifestState::UnknownIssuer);
    CHECK(plain.num_ingredients == 1);
    CHECK(plain.num_kept_manifests == 0);
    CHECK_THAT(read_text(studio.path("with.mp4")), !Catch::Contains("c2pa.thumbnail"));
    // A file that C2PA does not know, and no file at all.
    write_text(studio.path("odd.bmp"), "BM no picture");
    CHECK(report_with(studio.path("odd.bmp")).num_ingredients == 1);
    CHECK(report_with("").num_ingredients == 1);
    // A clip that is signed already stands for any file with a manifest.
    const ManifestReport kept = report_with(studio.sign("signed.mp4", make_claims("a portrait")));
    CHECK(kept.state == ManifestState::UnknownIssuer);
    CHECK(kept.num_ingredients == 1);
    CHECK(kept.num_kept_manifests == 1);
}

TEST_CASE("a sidecar vouches for each frame of its sequence") {
    if (!has_library()) {
        return;
    }
    const Studio studio;
    Claims claims = make_claims();
    for (int i = 1; i <= 3; ++i) {
        const std::string name = "f" + std::to_string(i) + ".png";
        media::save_png(studio.path(name), noisy_picture(i), false);
        claims.frames[name] = core::sha256_file(studio.path(name));
    }
    const std::string before = read_text(studio.path("f1.png"));
    write_text(studio.path("f1.c2pa"),
               provenance::make_sidecar(studio.path("f1.png"), claims, studio.options));
    CHECK((read_text(studio.path("f1.png")) == before));
    CHECK(read_manifest(studio.path("f1.png")).state == ManifestState::UnknownIssuer);
    CHECK(read_manifest(studio.path("f1.png")).frames == claims.frames);
    const auto state = [&](const std::string& name) {
        return provenance::read_marks(studio.path(name), {}).manifest.state;
    };
    CHECK(state("f3.png") == ManifestState::UnknownIssuer);
    media::save_png(studio.path("other.png"), noisy_picture(9), false);
    CHECK(state("other.png") == ManifestState::Missing);
    media::save_png(studio.path("f2.png"), noisy_picture(9), true);
    CHECK(state("f2.png") == ManifestState::Tampered);
    media::save_png(studio.path("f1.png"), noisy_picture(9), true);
    CHECK(state("f1.png") == ManifestState::Tampered);
    CHECK(state("f3.png") == ManifestState::Tampered);
    write_text(studio.path("f1.c2pa"), "garbage");
    CHECK(state("f1.png") == ManifestState::Tampered);
}

TEST_CASE("an installation's identity and both kinds of key are accepted by the library") {
    if (!has_library()) {
        return;
    }
    const Studio studio;
    provenance::try_identity(SigningIdentity::of_installation());
    SigningOptions options;
    options.identity = SigningIdentity::of_installation();
    provenance::sign_video(
        studio.path("plain.mp4"), studio.path("own.mp4"), make_claims(), options);
    const ManifestReport own = read_manifest(studio.path("own.mp4"));
    CHECK(own.state == ManifestState::UnknownIssuer);
    CHECK_THAT(own.issuer, Catch::Contains("unverified issuer"));
    SignerKind kind;
    kind.key = "ED25519";
    const TestSigner signer(studio.path("ed"), kind);
    options.identity = SigningIdentity::load(signer.certificate_path, signer.key_path);
    provenance::sign_video(studio.path("plain.mp4"), studio.path("ed.mp4"), make_claims(), options);
    CHECK(read_manifest(studio.path("ed.mp4")).state == ManifestState::UnknownIssuer);
}

TEST_CASE("a time stamp authority that cannot be reached is a resource error") {
    if (!has_library()) {
        return;
    }
    Studio studio;
    studio.options.timestamp_url = "http://127.0.0.1:9/none";
    try {
        studio.sign("clip.mp4");
        FAIL("signed");
    } catch (const core::Error& error) {
        INFO(error.what());
        CHECK(error.kind() == core::ErrorKind::Resource);
    }
}
