// SPDX-License-Identifier: Apache-2.0
// Marks of finished clips, and what `vasa verify` says about them.
#include "program.h"
#include "support/signer.h"

#include "vasa/media/image_file.h"
#include "vasa/media/video_file.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "support/catch.h"

using namespace vasa;
using nlohmann::json;
using test::find_portrait;
using test::run_vasa;
using test::RunOptions;
using test::RunResult;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

/// Renders one portrait's short clips in one folder.
class Maker {
  public:
    explicit Maker(std::string portrait) : portrait_(std::move(portrait)) {
        test::write_speech(path("s.wav"), 0.3);
    }

    std::string path(const std::string& name) const { return folder_.path(name); }
    const TemporaryFolder& folder() const { return folder_; }

    RunResult render(const std::string& out,
                     const std::vector<std::string>& more = {},
                     const RunOptions& options = {}) const {
        std::vector<std::string> arguments = {"render",
                                              "--image",
                                              portrait_,
                                              "--audio",
                                              path("s.wav"),
                                              "--out",
                                              path(out),
                                              "--models",
                                              VASA_MODEL_DIR,
                                              "--driver",
                                              "rules",
                                              "--decoder",
                                              "geometry",
                                              "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_vasa(arguments, options);
    }

    /// A rendered clip's path.
    std::string clip(const std::string& out, const std::vector<std::string>& more = {}) const {
        const RunResult run = render(out, more);
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        return path(out);
    }

  private:
    std::string portrait_;
    TemporaryFolder folder_;
};

/// `vasa verify --json` of one file.
json verify(const std::string& file, int exit_code, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"verify", "--json", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const RunResult run = run_vasa(arguments);
    INFO(run.out << run.err);
    REQUIRE(run.exit_code == exit_code);
    const json result = json::parse(run.out);
    CHECK(result.at("exit_code") == exit_code);
    return result.at("files").at(0);
}

std::string state_of(const json& file) {
    return file.at("c2pa").at("state").get<std::string>();
}

/// Whether the program under test can sign.
bool can_sign() {
    const RunResult run = run_vasa({"info", "--json", "--models", VASA_MODEL_DIR});
    REQUIRE(run.exit_code == 0);
    const std::string version = json::parse(run.out).at("c2pa").get<std::string>();
    if (version.empty() || version.find(' ') != std::string::npos) {
        WARN("SKIPPED: " << version);
        return false;
    }
    return true;
}

/// The pictures of a clip encoded anew, without tags: what an editor leaves.
void remux(const std::string& from, const std::string& to) {
    media::VideoReader reader(from);
    media::VideoWriter writer(to, 512, 512, 0, 0, {});
    core::ImageU8 rgb;
    while (reader.read(rgb)) {
        media::Yuv420Frame frame(512, 512);
        for (std::size_t i = 0; i < std::size_t{512} * 512; ++i) {
            frame.data[i] = rgb.data[3 * i + 1];
        }
        writer.write_frame(frame);
    }
    writer.finish();
}

void flip_byte(const std::string& from, const std::string& to, double part) {
    std::string bytes = test::read_text(from);
    const std::size_t media = bytes.find("mdat");
    REQUIRE(media != std::string::npos);
    const auto at =
        media + 8 +
        static_cast<std::size_t>(static_cast<double>(bytes.size() - media - 2000) * part);
    bytes.at(at) = static_cast<char>(bytes[at] ^ 4);
    test::write_text(to, bytes);
}

}  // namespace

TEST_CASE("a clip is signed, tagged and described; one changed byte is tampering") {
    const auto portrait = find_portrait();
    if (!portrait || !can_sign()) {
        return;
    }
    const Maker maker(*portrait);
    const RunResult run = maker.render("clip.mp4");
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const json made = json::parse(run.out);
    CHECK(made.at("signed_by") == "installation");
    const json file = verify(maker.path("clip.mp4"), 0);
    CHECK(file.at("verdict") == "marked");
    CHECK(state_of(file) == "unknown issuer");
    const json& c2pa = file.at("c2pa");
    CHECK(c2pa.at("source_type") == "trainedAlgorithmicMedia");
    CHECK_THAT(c2pa.at("issuer").get<std::string>(), Catch::Contains("unverified issuer"));
    CHECK(c2pa.at("ingredients") == 1);
    const json& generation = c2pa.at("generation");
    CHECK(generation.at("job") == made.at("job_sha256"));
    CHECK(generation.at("seed") == std::to_string(made.at("seed").get<std::uint64_t>()));
    CHECK(generation.at("models") == made.at("models"));
    CHECK(generation.at("source").at("portrait") == made.at("sha256").at("portrait"));
    CHECK(generation.at("settings").at("crf") == 18);
    CHECK(file.at("xmp_source_type") == "trainedAlgorithmicMedia");
    CHECK(file.at("tags").at("com.vasa.job") == made.at("job_sha256"));
    // No name of a file or folder of the machine, and no private key.
    const std::string bytes = test::read_text(maker.path("clip.mp4"));
    CHECK_THAT(bytes, !Catch::Contains("grace_hopper"));
    CHECK_THAT(bytes, !Catch::Contains("s.wav"));
    CHECK_THAT(bytes, !Catch::Contains("PRIVATE KEY"));
    for (const double part : {0.0, 0.5, 0.99}) {
        flip_byte(maker.path("clip.mp4"), maker.path("changed.mp4"), part);
        const json changed = verify(maker.path("changed.mp4"), 1);
        CHECK(changed.at("verdict") == "contradictory");
        CHECK(state_of(changed) == "tampered");
    }
    // The text form is one line a file.
    const RunResult text = run_vasa({"verify", maker.path("clip.mp4")});
    CHECK(text.exit_code == 0);
    CHECK_THAT(text.out, Catch::StartsWith(maker.path("clip.mp4") + ": marked: generated by vasa"));
    CHECK(std::count(text.out.begin(), text.out.end(), '\n') == 1);
    CHECK(maker.folder().names() == std::vector<std::string>{"changed.mp4", "clip.mp4", "s.wav"});
}

TEST_CASE("a re-encoded clip keeps the watermark alone, a truncated one a damaged manifest") {
    const auto portrait = find_portrait();
    if (!portrait || !can_sign()) {
        return;
    }
    const Maker maker(*portrait);
    const std::string clip = maker.clip("clip.mp4");
    const std::string job = verify(clip, 0).at("c2pa").at("generation").at("job");
    remux(clip, maker.path("remux.mp4"));
    const json file = verify(maker.path("remux.mp4"), 0);
    CHECK(state_of(file) == "missing");
    CHECK(file.at("tags").empty());
    CHECK(file.at("watermark").at("state") == "found");
    CHECK(file.at("watermark").at("job") == job.substr(0, 10));
    const std::string bytes = test::read_text(clip);
    for (const std::size_t size : {std::size_t{2000}, bytes.size() / 2, bytes.size() - 1}) {
        test::write_text(maker.path("cut.mp4"), bytes.substr(0, size));
        const json cut = verify(maker.path("cut.mp4"), 1);
        CHECK(state_of(cut) == "tampered");
        CHECK(cut.at("cut_short") == true);
        CHECK_THAT(cut.at("summary").get<std::string>(),
                   Catch::StartsWith("the end of the file is missing"));
    }
}

TEST_CASE("with an owner's key the public watermark is looked for too") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const Maker maker(*portrait);
    test::write_text(maker.path("owner.key"), std::string(64, '5') + "\n");
    const std::vector<std::string> key = {"--watermark-key", maker.path("owner.key")};
    remux(maker.clip("a.mp4"), maker.path("public.mp4"));
    const json by_public = verify(maker.path("public.mp4"), 0, key);
    CHECK(by_public.at("watermark").at("state") == "none");
    CHECK(by_public.at("public_watermark").at("state") == "found");
    CHECK_THAT(by_public.at("summary").get<std::string>(),
               Catch::Contains("watermark of the public key"));
    remux(maker.clip("b.mp4", key), maker.path("own.mp4"));
    const json by_owner = verify(maker.path("own.mp4"), 0, key);
    CHECK(by_owner.at("watermark").at("state") == "found");
    CHECK(by_owner.at("public_watermark").at("state") == "none");
    CHECK(verify(maker.path("own.mp4"), 8).count("public_watermark") == 0);
}

TEST_CASE("a file of more than 4 GB is checked in little memory") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const Maker maker(*portrait);
    const std::string clip = maker.clip("clip.mp4", {"--no-marks", "--i-understand"});
    // A free box of 5 GB, which takes no room on the disk.
    constexpr std::uint64_t kBoxBytes = std::uint64_t{5} << 30U;
    std::string header = std::string("\0\0\0\1", 4) + "free";
    for (int shift = 56; shift >= 0; shift -= 8) {
        header.push_back(static_cast<char>(kBoxBytes >> static_cast<unsigned>(shift) & 0xFFU));
    }
    const auto end = fs::file_size(clip);
    std::ofstream(clip, std::ios::binary | std::ios::app) << header;
    fs::resize_file(clip, end + kBoxBytes);
    RunOptions options;
    options.most_memory_bytes = std::int64_t{2} << 30U;
    const RunResult run = run_vasa({"verify", "--json", "--threads", "1", clip}, options);
    INFO(run.err);
    CHECK(run.exit_code == 8);
    CHECK(json::parse(run.out).at("files").at(0).at("cut_short") == false);
}

TEST_CASE("a certificate of one's own signs, and is valid to who trusts its authority") {
    const auto portrait = find_portrait();
    if (!portrait || !can_sign()) {
        return;
    }
    const Maker maker(*portrait);
    for (const std::string key : {"P-256", "ED25519"}) {
        INFO(key);
        test::SignerKind kind;
        kind.key = key;
        const test::TestSigner signer(maker.path("signer" + key), kind);
        const std::string clip = maker.clip(
            key + ".mp4", {"--sign-cert", signer.certificate_path, "--sign-key", signer.key_path});
        CHECK(state_of(verify(clip, 0)) == "unknown issuer");
        const json trusted = verify(clip, 0, {"--trust", signer.root_path});
        CHECK(state_of(trusted) == "valid");
        CHECK(trusted.at("c2pa").at("issuer") == "Tests, test signer");
        flip_byte(clip, maker.path("changed.mp4"), 0.3);
        CHECK(state_of(verify(maker.path("changed.mp4"), 1, {"--trust", signer.root_path})) ==
              "tampered");
    }
}

TEST_CASE("keys and certificates that cannot be used stop a render before it begins") {
    const auto portrait = find_portrait();
    if (!portrait || !can_sign()) {
        return;
    }
    const Maker maker(*portrait);
    const test::TestSigner good(maker.path("good"));
    const test::TestSigner other(maker.path("other"));
    test::SignerKind expired_kind;
    expired_kind.begins_in_s = -7200;
    expired_kind.ends_in_s = -3600;
    const test::TestSigner expired(maker.path("expired"), expired_kind);
    test::SignerKind server_kind;
    server_kind.purpose = "serverAuth";
    const test::TestSigner server(maker.path("server"), server_kind);
    test::write_text(maker.path("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
    const test::TestSigner open(maker.path("open"));
    ::chmod(open.key_path.c_str(), 0644);
    struct Case {
        std::string certificate, key, expected;
    };
    for (const Case& c :
         {Case{good.certificate_path, other.key_path, "it is not the key of certificate"},
          Case{expired.certificate_path, expired.key_path, "expired on 20"},
          Case{server.certificate_path, server.key_path, "it is made for TLS connections"},
          Case{maker.path("broken.pem"), good.key_path, "expected certificates in PEM"},
          Case{
              open.certificate_path, open.key_path, "other users can read or write it (mode 0644)"},
          Case{maker.path("none.pem"), good.key_path, "no such file"}}) {
        INFO(c.expected);
        const RunResult run =
            maker.render("clip.mp4", {"--sign-cert", c.certificate, "--sign-key", c.key});
        CHECK(run.exit_code == 3);
        CHECK_THAT(run.err, Catch::Contains(c.expected));
        CHECK_FALSE(fs::exists(maker.path("clip.mp4")));
    }
    for (const std::string& name : maker.folder().names()) {
        CHECK(name.front() != '.');
    }
    CHECK(maker.render("clip.mp4", {"--sign-cert", good.certificate_path}).exit_code == 2);
    CHECK(maker.render("clip.mp4", {"--sign-key", good.key_path}).exit_code == 2);
}

TEST_CASE("the installation's key is made once, for its user alone") {
    const auto portrait = find_portrait();
    if (!portrait || !can_sign()) {
        return;
    }
    const Maker maker(*portrait);
    RunOptions options;
    options.environment = {"XDG_CONFIG_HOME=" + maker.path("config")};
    const std::string key = maker.path("config/vasa/signing.pem");
    REQUIRE(maker.render("a.mp4", {}, options).exit_code == 0);
    const std::string made = test::read_text(key);
    struct stat status {};
    REQUIRE(::stat(key.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600);
    const RunResult second = maker.render("b.mp4", {}, options);
    REQUIRE(second.exit_code == 0);
    CHECK(test::read_text(key) == made);
    CHECK_THAT(second.err, !Catch::Contains("PRIVATE"));
    ::chmod(key.c_str(), 0644);
    const RunResult refused = maker.render("c.mp4", {}, options);
    CHECK(refused.exit_code == 3);
    CHECK_THAT(refused.err,
               Catch::Contains("other users can read") && Catch::Contains("chmod 600"));
    // A folder where no key can be kept: the clip is signed all the same.
    options.environment = {"XDG_CONFIG_HOME=/proc/nowhere"};
    const RunResult without = maker.render("d.mp4", {}, options);
    CHECK(without.exit_code == 0);
    CHECK_THAT(without.err, Catch::Contains("no signing key can be kept"));
    CHECK(state_of(verify(maker.path("d.mp4"), 0)) == "unknown issuer");
}

TEST_CASE("without the library clips are rendered unsigned, and verify says that it cannot check") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const Maker maker(*portrait);
    RunOptions absent;
    absent.environment = {"VASA_C2PA_LIBRARY=/nowhere/libc2pa_c.so"};
    const RunResult run = maker.render("plain.mp4", {}, absent);
    REQUIRE(run.exit_code == 0);
    CHECK(json::parse(run.out).at("signed_by") == "");
    const std::string warning = "clips are not signed";
    const std::size_t first = run.err.find(warning);
    CHECK(first != std::string::npos);
    CHECK(run.err.find(warning, first + 1) == std::string::npos);
    const RunResult checked = run_vasa({"verify", maker.path("plain.mp4"), "--json"}, absent);
    CHECK(checked.exit_code == 0);
    CHECK(json::parse(checked.out).at("files").at(0).at("c2pa").at("state") == "missing");
    const test::TestSigner signer(maker.path("signer"));
    CHECK(maker
              .render("asked.mp4",
                      {"--sign-cert", signer.certificate_path, "--sign-key", signer.key_path},
                      absent)
              .exit_code == 6);
    const RunResult stamped =
        maker.render("stamped.mp4", {"--timestamp-url", "http://127.0.0.1:9/"}, absent);
    CHECK(stamped.exit_code == 6);
    CHECK_THAT(stamped.err, Catch::Contains("cannot have a time stamp"));
    if (!can_sign()) {
        return;
    }
    const std::string clip = maker.clip("signed.mp4");
    const RunResult unchecked = run_vasa({"verify", clip, "--json"}, absent);
    CHECK(unchecked.exit_code == 6);
    CHECK(json::parse(unchecked.out).at("files").at(0).at("verdict") == "unchecked");
}

TEST_CASE("--no-marks leaves every mark out, but only to who understands") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const Maker maker(*portrait);
    const RunResult alone = maker.render("clip.mp4", {"--no-marks"});
    CHECK(alone.exit_code == 2);
    CHECK_THAT(alone.err, Catch::Contains("--i-understand"));
    const RunResult run = maker.render("clip.mp4", {"--no-marks", "--i-understand"});
    REQUIRE(run.exit_code == 0);
    CHECK_THAT(run.err, Catch::Contains("no marks"));
    const json file = verify(maker.path("clip.mp4"), 8);
    CHECK(file.at("verdict") == "unmarked");
    CHECK(file.at("tags").empty());
    CHECK_THAT(test::read_text(maker.path("clip.mp4")), !Catch::Contains("vasa"));
    CHECK(maker.render("x.mp4", {"--no-marks", "--i-understand", "--label"}).exit_code == 2);
}

TEST_CASE("--label changes the corner and nothing else that can be seen") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const Maker maker(*portrait);
    fs::create_directory(maker.path("plain"));
    fs::create_directory(maker.path("label"));
    maker.clip("plain/%02d.png");
    maker.clip("label/%02d.png", {"--label"});
    const core::ImageU8 plain = media::load_image(maker.path("plain/03.png"));
    const core::ImageU8 label = media::load_image(maker.path("label/03.png"));
    int num_inside = 0, num_outside = 0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            // The watermarks differ: they name the job.
            const bool is_changed = std::abs(plain.at(x, y)[1] - label.at(x, y)[1]) > 12;
            (x > 256 && y > 440 ? num_inside : num_outside) += is_changed ? 1 : 0;
        }
    }
    CHECK(num_inside > 1000);  // dark clothes lie under the plate
    CHECK(num_outside == 0);
}

TEST_CASE("a PNG sequence has a sidecar that names each frame") {
    const auto portrait = find_portrait();
    if (!portrait || !can_sign()) {
        return;
    }
    const Maker maker(*portrait);
    fs::create_directory(maker.path("frames"));
    maker.clip("frames/%02d.png");
    CHECK(fs::exists(maker.path("frames/01.c2pa")));
    const json first = verify(maker.path("frames/01.png"), 0);
    CHECK(first.at("c2pa").at("frames") == 8);
    CHECK(state_of(verify(maker.path("frames/08.png"), 0)) == "unknown issuer");
    const RunResult all = run_vasa({"verify", "--json", maker.path("frames")});
    CHECK(all.exit_code == 0);
    CHECK(json::parse(all.out).at("files").size() == 8);
    // An existing sidecar is an output like the frames.
    fs::remove(maker.path("frames/01.png"));
    CHECK(maker.render("frames/%02d.png").exit_code == 5);
    fs::copy_file(maker.path("frames/07.png"), maker.path("frames/01.png"));
    const RunResult changed = run_vasa({"verify", "--json", maker.path("frames")});
    CHECK(changed.exit_code == 1);
}

TEST_CASE("verify of folders and of what is no clip") {
    const auto portrait = find_portrait();
    if (!portrait || !can_sign()) {
        return;
    }
    const Maker maker(*portrait);
    fs::create_directories(maker.path("in/deeper"));
    maker.clip("in/deeper/a.mp4");
    test::write_text(maker.path("in/notes.txt"), "no media");
    CHECK(run_vasa({"verify", maker.path("in")}).exit_code == 0);
    fs::copy_file(*portrait, maker.path("in/portrait.jpg"));
    const RunResult mixed = run_vasa({"verify", maker.path("in")});
    CHECK(mixed.exit_code == 8);
    CHECK_THAT(mixed.err, Catch::Contains("1 of 2 files: no marks"));
    test::write_text(maker.path("in/broken.mp4"),
                     std::string(3, '\0') +
                         "\x18"
                         "ftypisom no video");
    CHECK(run_vasa({"verify", maker.path("in")}).exit_code == 3);
    flip_byte(maker.path("in/deeper/a.mp4"), maker.path("in/b.mp4"), 0.5);
    CHECK(run_vasa({"verify", maker.path("in")}).exit_code == 1);
    CHECK(run_vasa({"verify", maker.path("none.mp4")}).exit_code == 3);
    CHECK(run_vasa({"verify", maker.path("s.wav")}).exit_code == 3);
    fs::create_directory(maker.path("empty"));
    CHECK(run_vasa({"verify", maker.path("empty")}).exit_code == 3);
    CHECK(run_vasa({"verify"}).exit_code == 2);
}
