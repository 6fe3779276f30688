// SPDX-License-Identifier: Apache-2.0
// Damaged pictures, sounds and videos: rejected with exit code 3, a message and no files left.
#include "bad_inputs.h"
#include "unit/media/image_writers.h"
#include "unit/media/media_writer.h"
#include "unit/media/sample_images.h"
#include "unit/media/video_support.h"

#include "vasa/core/rng.h"
#include "vasa/media/image_file.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "support/catch.h"

using namespace vasa;
using test::BadInput;
using test::flip_bits;
using test::with_number;

namespace {

std::string text_of(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

std::string read_wav(double seconds) {
    const test::TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), seconds);
    return test::read_text(folder.path("s.wav"));
}

std::string read_clip() {
    const test::TemporaryFolder folder;
    media::VideoOptions options;
    options.threads = 1;
    write_test_clip(folder.path("clip.mp4"), options, 16000, 1, 16000);
    return test::read_text(folder.path("clip.mp4"));
}

/// An MP3 of which only the first frames are whole.
std::string read_noisy_mp3() {
    const test::TemporaryFolder folder;
    const MediaWriter::Sound sound{16000, 1, "libmp3lame"};
    MediaWriter writer(folder.path("s.mp3"), "mp3", nullptr, &sound);
    writer.sound(make_sine(16000, 1, 32000, 440.0, 0.5), 0);
    writer.finish();
    std::string bytes = test::read_text(folder.path("s.mp3"));
    for (std::size_t i = 1500; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(i * 2654435761U >> 13);
    }
    return bytes;
}

/// Collects bad inputs of one kind.
class Collection {
  public:
    explicit Collection(BadInput like) : like_(std::move(like)) {}

    void add(const std::string& name, const std::string& bytes, bool may_succeed = false) {
        inputs.push_back(like_);
        inputs.back().name = name;
        inputs.back().bytes = bytes;
        inputs.back().may_succeed = may_succeed;
    }
    /// @param shares  parts of the file that remain, in thousandths
    void add_cuts(const std::string& name,
                  const std::string& bytes,
                  std::initializer_list<std::size_t> shares) {
        for (const std::size_t share : shares) {
            const std::size_t size = bytes.size() * share / 1000;
            add(name + " cut to " + std::to_string(size) + " bytes", bytes.substr(0, size));
        }
    }
    void add_flips(const std::string& name,
                   const std::string& bytes,
                   std::size_t end,
                   int num_files,
                   core::Rng& rng) {
        for (int i = 0; i < num_files; ++i) {
            add(name + " with bits turned, " + std::to_string(i),
                flip_bits(bytes, 0, end, 1 + i, rng),
                true);
        }
    }
    void add(const std::vector<BadInput>& more) {
        inputs.insert(inputs.end(), more.begin(), more.end());
    }
    void add_no_files(const std::string& good) {
        BadInput like = like_;
        like.bytes = good;
        add(test::no_files(like));
    }

    std::vector<BadInput> inputs;

  private:
    BadInput like_;
};

BadInput like_image() {
    BadInput like;
    like.file = "face.img";
    like.out = "face.safetensors";
    like.arguments = {"encode", "--image", "<in>", "--out", "<out>", "--models", VASA_MODEL_DIR};
    return like;
}

BadInput like_sound(const std::string& file) {
    BadInput like;
    like.file = file;
    like.out = "m.csv";
    like.arguments = {"animate", "--driver", "rules", "--audio", "<in>", "--out", "<out>"};
    return like;
}

}  // namespace

TEST_CASE("damaged photographs are input errors", "[robust]") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    core::Rng rng(1);
    Collection images(like_image());
    const std::string jpeg = test::read_text(*portrait);
    images.add_no_files(jpeg);
    images.add_cuts("JPEG", jpeg, {0, 1, 50, 500, 900, 999});
    images.add("JPEG without its last byte", jpeg.substr(0, jpeg.size() - 1), true);
    images.add_flips("JPEG", jpeg, 600, 5, rng);
    const std::size_t frame = jpeg.find("\xff\xc0");
    REQUIRE(frame != std::string::npos);
    images.add("JPEG of 0x0 pixels", with_number(jpeg, frame + 5, 0, 4));
    images.add("JPEG of 65535x65535 pixels", with_number(jpeg, frame + 5, 0xffffffff, 4));
    images.add("JPEG whose frame header is 65535 long", with_number(jpeg, frame + 2, 0xffff, 2));
    images.add("JPEG whose frame header is 0 long", with_number(jpeg, frame + 2, 0, 2));
    images.add("JPEG whose first segment is 0 long", with_number(jpeg, 4, 0, 2), true);
    images.add("JPEG with the magic of a PNG", "\x89PNG\r\n\x1a\n" + jpeg.substr(8));
    images.add("JPEG without its start", jpeg.substr(2));
    images.add("zeros behind a JPEG's start", jpeg.substr(0, 20) + std::string(100000, '\0'));

    const test::TemporaryFolder folder;
    media::save_png(folder.path("face.png"), media::load_image(*portrait), false);
    const std::string png = test::read_text(folder.path("face.png"));
    images.add_cuts("PNG", png, {0, 10, 999});
    images.add_flips("PNG", png, 60, 3, rng);
    images.add("PNG of 0x0 pixels", with_number(png, 16, 0, 8));
    images.add("PNG of 2^31 x 2^31 pixels", with_number(png, 16, 0x7fffffff7fffffff, 8));
    images.add("PNG of 2^32 x 2^32 pixels", with_number(png, 16, ~std::uint64_t{0}, 8));
    images.add("PNG of 10000x9999 pixels that are not there",
               with_number(with_number(png, 16, 10000, 4, true), 20, 9999, 4, true));
    images.add("PNG whose header is 4 GB long", with_number(png, 8, 0xffffffff, 4, true));
    images.add("PNG whose pixels are 2 GB long", with_number(png, 33, 0x7fffffff, 4, true));
    images.add("PNG of 99 bits a pixel", with_number(png, 24, 99, 1));
    test::check_bad_inputs(images.inputs, 36, 4);
}

TEST_CASE("damaged small pictures of all types are input errors", "[robust]") {
    core::Rng rng(2);
    Collection images(like_image());
    const Bytes rows(16 * 8 * 3, 100);
    const std::vector<std::uint16_t> samples(16 * 8 * 3, 100);
    const std::string bmp = text_of(make_bmp(16, 8, rows));
    images.add_cuts("BMP", bmp, {5, 100, 990});
    images.add("BMP of 2^31 pixels a side", with_number(bmp, 18, 0x7fffffff7fffffff, 8));
    images.add("BMP of -2^31 pixels a side", with_number(bmp, 18, 0x8000000080000000, 8));
    images.add("BMP of 0x0 pixels", with_number(bmp, 18, 0, 8));
    images.add("BMP whose pixels begin at 4 GB", with_number(bmp, 10, 0xffffffff, 4));
    images.add("BMP of 0 bits a pixel", with_number(bmp, 28, 0, 2));
    images.add("BMP of 65535 bits a pixel", with_number(bmp, 28, 0xffff, 2));
    const std::string tiff = text_of(make_tiff({16, 8, 8, 3, false, 1, -1}, samples));
    images.add_cuts("TIFF", tiff, {5, 300, 990});
    images.add("TIFF whose directory lies at 4 GB", with_number(tiff, 4, 0xffffffff, 4));
    images.add("TIFF of 65535 entries", with_number(tiff, 8, 0xffff, 2));
    images.add("TIFF of 2^32 pixels a row", with_number(tiff, 10 + 8, 0xffffffff, 4));
    images.add("TIFF of 2^32 rows", with_number(tiff, 22 + 8, 0xffffffff, 4));
    images.add("TIFF whose pixels lie at 4 GB", with_number(tiff, 70 + 8, 0xffffffff, 4));
    images.add("TIFF of 2^32 strips", with_number(tiff, 70 + 4, 0xffffffff, 4));
    const std::string webp = text_of(from_hex(kTurnedWebP));
    images.add_cuts("WebP", webp, {100, 700});
    images.add("WebP of 2^24 pixels a side", with_number(webp, 24, 0xffffffffffff, 6));
    images.add("WebP of 4 GB", with_number(webp, 4, 0xffffffff, 4));
    images.add("WebP whose chunk has 4 GB", with_number(webp, 16, 0xffffffff, 4));
    images.add("animated WebP", text_of(from_hex(kAnimatedWebP)));
    for (const auto& [name, bytes] : {std::pair{"GIF", "GIF89a\x10\0\x10\0\0\0\0;"},
                                      {"SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>"},
                                      {"PDF", "%PDF-1.7\n"},
                                      {"PNM", "P6 16 16 255\n"},
                                      {"escapes", "\x1b[31mred\x1b[0m\r\n\a"}}) {
        images.add(name, bytes);
    }
    // Too small for a face: even if the damage is harmless the result is an input error.
    for (const std::string& good : {bmp, tiff, webp, text_of(from_hex(kProgressiveJpeg))}) {
        for (int i = 0; i < 2; ++i) {
            images.add("bits turned", flip_bits(good, 0, 64, 2, rng));
        }
    }
    test::check_bad_inputs(images.inputs, 33);
}

TEST_CASE("damaged sounds are input errors", "[robust]") {
    core::Rng rng(3);
    Collection sounds(like_sound("s.wav"));
    const std::string wav = read_wav(0.3);
    sounds.add_no_files(wav);
    sounds.add_cuts("WAV", wav, {1, 3, 500, 970});
    sounds.add_flips("WAV", wav, 44, 5, rng);
    sounds.add("no channels", with_number(wav, 22, 0, 2));
    sounds.add("65535 channels", with_number(wav, 22, 0xffff, 2));
    sounds.add("0 Hz", with_number(wav, 24, 0, 4));
    sounds.add("4 GHz", with_number(wav, 24, 0xffffffff, 4));
    sounds.add("1 Hz", with_number(wav, 24, 1, 4));
    sounds.add("0 bits", with_number(wav, 34, 0, 2));
    sounds.add("999 bits", with_number(wav, 34, 999, 2));
    sounds.add("a format that nobody knows", with_number(wav, 20, 0x7777, 2));
    sounds.add("an endless format chunk", with_number(wav, 16, 0xffffffff, 4));
    sounds.add("no format chunk", wav.substr(0, 12) + wav.substr(36));
    sounds.add("magic of nothing", "ABCD" + wav.substr(4));
    sounds.add("text", "this is not a sound\n");
    sounds.add("FLAC that is only its magic", "fLaC");
    sounds.add("Ogg that is only its magic", "OggS" + std::string(60, '\0'));
    sounds.add("MP3 tags without sound", "ID3\x04" + std::string(200, '\0'));
    sounds.add("MP3 of noise", read_noisy_mp3());
    sounds.add("a playlist", "#EXTM3U\nfile:///etc/passwd\n");
    test::check_bad_inputs(sounds.inputs, 32, 4);
}

TEST_CASE("sound that is only odd is used, with a warning", "[robust]") {
    BadInput odd = like_sound("s.wav");
    odd.may_succeed = true;
    odd.exit_code = 0;
    const std::string wav = read_wav(0.3);
    // A program that writes to a pipe does not know the length.
    odd.name = "length not known";
    odd.bytes = with_number(wav, 40, 0xffffffff, 4);
    std::vector<BadInput> inputs = {odd};
    odd.name = "no length";
    odd.bytes = with_number(wav, 40, 0, 4);
    inputs.push_back(odd);
    odd.name = "2 GB of data that are not there";
    odd.bytes = with_number(wav, 40, 0x7ffe0000, 4);
    inputs.push_back(odd);
    odd.name = "a last block that was not written";
    odd.bytes = wav.substr(0, wav.size() - 40);
    inputs.push_back(odd);
    std::string floats = with_number(with_number(wav, 20, 3, 2), 34, 32, 2);
    floats = with_number(with_number(floats, 28, 64000, 4), 32, 4, 2);
    for (std::size_t at = 44; at + 4 <= floats.size(); at += 4) {
        const float value = at % 16 == 0   ? std::numeric_limits<float>::quiet_NaN()
                            : at % 32 == 4 ? std::numeric_limits<float>::infinity()
                                           : 0.1F;
        std::memcpy(&floats[at], &value, 4);
    }
    odd.name = "samples that are not numbers";
    odd.bytes = floats;
    inputs.push_back(odd);
    const test::BadInputReport report = test::run_bad_inputs(inputs);
    for (const std::string& problem : report.problems) {
        FAIL_CHECK(problem);
    }
    CHECK(report.num_accepted == 5);
}

TEST_CASE("damaged videos are input errors", "[robust]") {
    core::Rng rng(4);
    const std::string clip = read_clip();
    const std::size_t data = clip.find("mdat");
    BadInput like = like_sound("clip.mp4");
    Collection sounds(like);
    sounds.add_cuts("sound of MP4", clip, {1, 300, 500});
    sounds.add_flips("sound of MP4", clip, data, 3, rng);
    for (const char* atom : {"moov", "stsz", "stsc", "mdhd"}) {
        const std::size_t at = clip.rfind(atom);
        REQUIRE(at != std::string::npos);
        sounds.add(std::string(atom) + " of 4 GB", with_number(clip, at - 4, 0xffffffff, 4), true);
        sounds.add(std::string(atom) + " of 2^32 entries",
                   with_number(clip, at + 8, 0xffffffff, 4, true),
                   true);
    }
    // The clip shows no person: whatever the damage, nothing can be tracked or scored.
    like.arguments = {"track", "--video", "<in>", "--out", "<out>", "--models", VASA_MODEL_DIR};
    Collection tracked(like);
    tracked.add(test::folder_and_pipe(like));
    tracked.add("nobody in it", clip);
    tracked.add_cuts("MP4", clip, {0, 300});
    for (int i = 0; i < 3; ++i) {
        tracked.add("bits turned", flip_bits(clip, 0, clip.size(), 5, rng));
    }
    like.out = "";
    like.arguments = {"eval", "<in>", "--models", VASA_MODEL_DIR};
    Collection scored(like);
    scored.add("nobody in it", clip);
    scored.add_cuts("MP4", clip, {300});
    like.arguments = {"info", "<in>"};
    Collection shown(like);
    shown.add(test::folder_and_pipe(like));
    // The head of the file records how the clip was made: info does not need the frames.
    shown.add_cuts("MP4", clip, {0, 100});
    std::vector<BadInput> inputs = sounds.inputs;
    for (const Collection* more : {&tracked, &scored, &shown}) {
        inputs.insert(inputs.end(), more->inputs.begin(), more->inputs.end());
    }
    test::check_bad_inputs(inputs, 28, 8);
}
