// SPDX-License-Identifier: Apache-2.0
#include "vasa/face/face_encoder.h"

#include "support/synthetic_face.h"

#include "vasa/core/error.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "support/catch.h"

using namespace vasa;

namespace {

std::string data_dir() {
    const char* dir = std::getenv("VASA_DATA_DIR");
    if (dir == nullptr) {
        WARN("SKIPPED: VASA_DATA_DIR not set");
        return {};
    }
    return dir;
}

core::ImageU8 flipped(const core::ImageU8& image) {
    core::ImageU8 out(image.width, image.height, 3);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            std::copy(image.at(x, y), image.at(x, y) + 3, out.at(image.width - 1 - x, y));
        }
    }
    return out;
}

core::ImageU8 turned_left(const core::ImageU8& image) {
    core::ImageU8 out(image.height, image.width, 3);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            std::copy(image.at(x, y), image.at(x, y) + 3, out.at(y, image.width - 1 - x));
        }
    }
    return out;
}

/// The message of the Input or Usage error from encoding; empty if there is none.
std::string encode_error(const core::ImageU8& image,
                         const face::FaceEncoderOptions& options = {},
                         core::ErrorKind kind = core::ErrorKind::Input) {
    try {
        face::FaceEncoder(support::model_dir()).encode(image, "test", options);
    } catch (const core::Error& e) {
        CHECK(e.kind() == kind);
        return e.what();
    }
    return {};
}

/// Every n-th pixel: small on purpose, image quality does not matter.
core::ImageU8 shrunk(const core::ImageU8& image, int n) {
    core::ImageU8 out(image.width / n, image.height / n, 3);
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            std::copy(image.at(x * n, y * n), image.at(x * n, y * n) + 3, out.at(x, y));
        }
    }
    return out;
}

/// The image in the middle of a grey picture.
core::ImageU8 framed(const core::ImageU8& image, int size) {
    core::ImageU8 out(size, size, 3, 128);
    const int x0 = (size - image.width) / 2, y0 = (size - image.height) / 2;
    for (int y = 0; y < image.height; ++y) {
        std::copy(image.row(y), image.row(y) + 3 * image.width, out.at(x0, y0 + y));
    }
    return out;
}

}  // namespace

TEST_CASE("a picture without a face is an input error") {
    CHECK(encode_error(core::ImageU8(300, 300, 3, 127)) == "no face found in 'test'");
    CHECK(encode_error(core::ImageU8(1, 1, 3)) == "no face found in 'test'");
    CHECK(encode_error(core::ImageU8()) == "portrait 'test' is empty or not RGB");
    CHECK(encode_error(core::ImageU8(300, 300, 1)) == "portrait 'test' is empty or not RGB");
    core::ImageU8 short_of_data(300, 300, 3);
    short_of_data.data.resize(1000);
    CHECK(encode_error(short_of_data) == "portrait 'test' is empty or not RGB");
    core::Rng rng(1);
    core::ImageU8 noise(400, 300, 3);
    for (auto& v : noise.data) {
        v = static_cast<std::uint8_t>(rng.below(256));
    }
    CHECK_FALSE(encode_error(noise).empty());
}

TEST_CASE("a missing model is a model error that names it") {
    try {
        face::FaceEncoder encoder("/nonexistent");
        FAIL("no error");
    } catch (const core::Error& e) {
        CHECK(e.kind() == core::ErrorKind::Model);
        CHECK(std::string(e.what()).find("head_model") != std::string::npos);
    }
}

TEST_CASE("the crop is the canvas at half size and the code describes the portrait", "[data]") {
    const std::string dir = data_dir();
    if (dir.empty()) {
        return;
    }
    face::FaceEncoder encoder(support::model_dir());
    const auto image = media::load_image(dir + "/examples/astronaut.png");
    const head::FaceCode code = encoder.encode(image, "astronaut");
    CHECK(code.fit_error < 0.01F);
    CHECK(code.face_flag > 10.0F);
    CHECK(code.pose.z_cm < -50.0F);
    CHECK(code.source_hash.size() == 64);
    CHECK(code.head_hash == encoder.head_model().content_hash());
    // The crop is the mean of 2 x 2 canvas pixels wherever these are solid; outside the person the
    // plate equals the crop.
    const auto& look = code.appearance;
    CHECK(look.canvas.at(640, 640)[3] == 255);
    int solid = 0, unequal = 0, open = 0, painted = 0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            int sum[4] = {0, 0, 0, 0};
            for (int k = 0; k < 4; ++k) {
                const auto* p = look.canvas.at(2 * x + 128 + k % 2, 2 * y + 128 + k / 2);
                for (int c = 0; c < 4; ++c) {
                    sum[c] += p[c];
                }
            }
            const auto* crop = look.crop.at(x, y);
            if (sum[3] == 4 * 255) {
                ++solid;
                for (int c = 0; c < 3; ++c) {
                    unequal += crop[c] != (sum[c] + 2) / 4;
                }
            } else if (sum[3] == 0) {
                ++open;
                painted += !std::equal(crop, crop + 3, look.plate.at(x, y));
            }
        }
    }
    CHECK(solid > 512 * 512 / 4);
    CHECK(unequal == 0);
    CHECK(open > 512 * 512 / 10);
    CHECK(painted < open / 3);
}

TEST_CASE("a mirrored portrait gives the mirrored code", "[data]") {
    const std::string dir = data_dir();
    if (dir.empty()) {
        return;
    }
    face::FaceEncoder encoder(support::model_dir());
    for (const char* name : {"astronaut.png", "grace_hopper.jpg"}) {
        const auto image = media::load_image(dir + "/examples/" + name);
        const head::FaceCode a = encoder.encode(image, name);
        const head::FaceCode b = encoder.encode(flipped(image), name);
        const head::Pose m = head::mirrored(b.pose);
        CHECK(m.yaw_rad == Approx(a.pose.yaw_rad).margin(0.05));
        CHECK(m.pitch_rad == Approx(a.pose.pitch_rad).margin(0.05));
        CHECK(m.roll_rad == Approx(a.pose.roll_rad).margin(0.03));
        const head::Actions back = head::mirrored(b.actions);
        double difference = 0;
        for (int k = 0; k < head::kNumActions; ++k) {
            difference += std::abs(back.values[k] - a.actions.values[k]) / head::kNumActions;
        }
        CHECK(difference < 0.05);
    }
}

TEST_CASE("a portrait lying on its side is set upright", "[data]") {
    const std::string dir = data_dir();
    if (dir.empty()) {
        return;
    }
    face::FaceEncoder encoder(support::model_dir());
    const auto image = media::load_image(dir + "/examples/grace_hopper.jpg");
    const head::FaceCode upright = encoder.encode(image, "upright");
    core::ImageU8 turned = image;
    for (int turn = 1; turn <= 3; ++turn) {
        turned = turned_left(turned);
        const head::FaceCode code = encoder.encode(turned, "turned");
        CHECK(code.pose.roll_rad == Approx(upright.pose.roll_rad).margin(0.1));
        CHECK(code.pose.yaw_rad == Approx(upright.pose.yaw_rad).margin(0.1));
        CHECK(code.fit_error < 0.02F);
    }
}

TEST_CASE("wrong faces are refused with the reason", "[data]") {
    const std::string dir = data_dir();
    if (dir.empty()) {
        return;
    }
    const auto image = media::load_image(dir + "/examples/astronaut.png");
    face::FaceEncoderOptions options;
    options.face_index = 7;
    CHECK(encode_error(image, options).find("no face 7 in 'test': 1 found") == 0);
    CHECK(encode_error(framed(shrunk(image, 4), 256)).find("px apart, expected at least 24") !=
          std::string::npos);
    options = {};
    options.max_pitch_deg = 0;
    CHECK(encode_error(image, options).find("turned too far: yaw") != std::string::npos);
    options = {};
    options.face_index = -1;
    CHECK_FALSE(encode_error(image, options, core::ErrorKind::Usage).empty());
    options = {};
    options.max_yaw_deg = std::nanf("");
    CHECK_FALSE(encode_error(image, options, core::ErrorKind::Usage).empty());
}

TEST_CASE("portraits of all kinds encode with a small landmark error", "[data]") {
    const std::string dir = data_dir();
    if (dir.empty()) {
        return;
    }
    std::vector<std::string> files;
    std::ifstream list(std::string(VASA_SOURCE_DIR) + "/models/held_back_portraits.txt");
    for (std::string line; std::getline(list, line);) {
        if (!line.empty() && line[0] != '#') {
            files.push_back(line);
        }
    }
    face::FaceEncoder encoder(support::model_dir());
    std::vector<float> errors;
    for (std::size_t i = 0; i < 40; ++i) {
        const std::string& name = files.at(i * files.size() / 40);
        INFO(name);
        const auto image = media::load_image(dir + "/portraits/" + name);
        try {
            errors.push_back(encoder.encode(image, name).fit_error);
        } catch (const core::Error& error) {  // a few portraits are near profiles
            CHECK_THAT(error.what(), Catch::Contains("turned too far"));
        }
    }
    REQUIRE(errors.size() >= 38);
    std::sort(errors.begin(), errors.end());
    CHECK(errors[errors.size() / 2] <= 0.009F);
}

TEST_CASE("a second person beside the speaker belongs to the background", "[data]") {
    const std::string dir = data_dir();
    if (dir.empty()) {
        return;
    }
    const core::ImageU8 left = media::load_image(dir + "/examples/astronaut.png");
    const core::ImageU8 right = shrunk(media::load_image(dir + "/examples/grace_hopper.jpg"), 2);
    // The neighbour is cut out of the picture's middle, near enough to be on the same canvas.
    constexpr int kLeft = 290, kCut = 60;
    core::ImageU8 couple(kLeft + right.width - kCut, std::min(left.height, right.height), 3);
    for (int y = 0; y < couple.height; ++y) {
        std::copy(left.row(y), left.row(y) + 3 * kLeft, couple.row(y));
        std::copy(right.at(kCut, y), right.row(y) + 3 * right.width, couple.at(kLeft, y));
    }
    face::FaceEncoder encoder(support::model_dir());
    std::vector<head::FaceCode> codes;
    for (int index = 0; index < 2; ++index) {
        face::FaceEncoderOptions options;
        options.face_index = index;
        codes.push_back(encoder.encode(couple, "couple", options));
    }
    int num_seen = 0;
    for (int index = 0; index < 2; ++index) {
        const head::FaceCode &own = codes[index], &other = codes[1 - index];
        const core::Vec2f nose = other.landmarks[head::kNoseTip];
        const core::Vec2f in_image = other.crop_from_image.inverse()(nose.x, nose.y);
        const core::Vec2f place =
            head::canvas_from_crop(own.crop_from_image(in_image.x, in_image.y));
        INFO(index << ": " << place.x << ", " << place.y);
        const auto is_on_canvas = [](float x) { return x > 0 && x < head::kCanvasSize_px; };
        if (!is_on_canvas(place.x) || !is_on_canvas(place.y)) {
            continue;
        }
        ++num_seen;
        const core::ImageU8& canvas = own.appearance.canvas;
        CHECK(int{canvas.at(static_cast<int>(place.x), static_cast<int>(place.y))[3]} == 0);
        const core::Vec2f face = head::canvas_from_crop(own.landmarks[head::kNoseTip]);
        CHECK(int{canvas.at(static_cast<int>(face.x), static_cast<int>(face.y))[3]} == 255);
    }
    CHECK(num_seen > 0);
}
