// SPDX-License-Identifier: Apache-2.0
#include "vasa/face/face_encoder.h"

#include "support/synthetic_face.h"

#include "vasa/core/error.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/catch.h"

using namespace vasa;
namespace fs = std::filesystem;

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

core::ErrorKind encode_error(const core::ImageU8& image,
                             const face::FaceEncoderOptions& options = {}) {
    try {
        face::FaceEncoder(support::model_dir()).encode(image, "test", options);
    } catch (const core::Error& e) {
        return e.kind();
    }
    return core::ErrorKind::Batch;
}

}  // namespace

TEST_CASE("a picture without a face is an input error") {
    CHECK(encode_error(core::ImageU8(300, 300, 3, 127)) == core::ErrorKind::Input);
    CHECK(encode_error(core::ImageU8(1, 1, 3)) == core::ErrorKind::Input);
    CHECK(encode_error(core::ImageU8()) == core::ErrorKind::Input);
    core::Rng rng(1);
    core::ImageU8 noise(400, 300, 3);
    for (auto& v : noise.data) {
        v = static_cast<std::uint8_t>(rng.below(256));
    }
    CHECK(encode_error(noise) == core::ErrorKind::Input);
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

TEST_CASE("the crop is the canvas at half size and the code describes the portrait") {
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
    // Solid inside the face, nothing in the corner; outside of the person plate and crop agree.
    CHECK(code.appearance.canvas.at(640, 640)[3] == 255);
    int differing = 0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            const bool person = code.appearance.canvas.at(2 * x + 128, 2 * y + 128)[3] > 0;
            differing += !person && std::abs(code.appearance.plate.at(x, y)[0] -
                                             code.appearance.crop.at(x, y)[0]) > 60;
        }
    }
    CHECK(differing < 2000);
}

TEST_CASE("a mirrored portrait gives the mirrored code") {
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

TEST_CASE("a portrait lying on its side is set upright") {
    const std::string dir = data_dir();
    if (dir.empty()) {
        return;
    }
    face::FaceEncoder encoder(support::model_dir());
    const auto image = media::load_image(dir + "/examples/grace_hopper.jpg");
    const head::FaceCode upright = encoder.encode(image, "upright");
    const head::FaceCode turned = encoder.encode(turned_left(image), "turned");
    CHECK(turned.pose.roll_rad == Approx(upright.pose.roll_rad).margin(0.1));
    CHECK(turned.fit_error < 0.02F);
}

TEST_CASE("wrong faces are refused with the reason") {
    const std::string dir = data_dir();
    if (dir.empty()) {
        return;
    }
    const auto image = media::load_image(dir + "/examples/astronaut.png");
    face::FaceEncoderOptions second;
    second.face_index = 7;
    CHECK(encode_error(image, second) == core::ErrorKind::Input);
    face::FaceEncoderOptions large;
    large.min_eye_distance_px = 500;
    CHECK(encode_error(image, large) == core::ErrorKind::Input);
    face::FaceEncoderOptions bad;
    bad.face_index = -1;
    CHECK(encode_error(image, bad) == core::ErrorKind::Usage);
}

TEST_CASE("portraits of all kinds encode with a small landmark error") {
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
    int tried = 0;
    for (std::size_t i = 0; i < files.size(); i += 6) {
        ++tried;
        try {
            errors.push_back(
                encoder.encode(media::load_image(dir + "/portraits/" + files[i]), files[i])
                    .fit_error);
        } catch (const core::Error&) {
        }
    }
    REQUIRE(tried >= 20);
    CHECK(static_cast<int>(errors.size()) >= tried - 1);
    std::sort(errors.begin(), errors.end());
    CHECK(errors[errors.size() / 2] <= 0.009F);
}
