// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/face_code.h"

#include "support/synthetic_face.h"

#include "vasa/core/error.h"

#include <cmath>
#include <cstdio>
#include <fstream>

#include "support/catch.h"

using namespace vasa;

TEST_CASE("a face code survives the file") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 9);
    const std::string path = "face_code_test.safetensors";
    std::remove(path.c_str());
    head::save_face_code(path, code, false);
    const head::FaceCode back = head::load_face_code(path);
    CHECK(back.identity == code.identity);
    CHECK(back.actions.values == code.actions.values);
    CHECK(back.pose.z_cm == code.pose.z_cm);
    CHECK(back.appearance.canvas.data == code.appearance.canvas.data);
    CHECK(back.appearance.plate.data == code.appearance.plate.data);
    CHECK(back.head_hash == code.head_hash);
    CHECK(back.landmarks[200].x == code.landmarks[200].x);
    CHECK_THROWS_AS(head::save_face_code(path, code, false), core::Error);
    std::remove(path.c_str());
}

TEST_CASE("damaged face codes are input errors, never crashes") {
    const head::HeadModel model = support::load_head();
    const std::string path = "face_code_test_damaged.safetensors";
    head::save_face_code(path, support::make_face_code(model, 10), true);
    std::ifstream in(path, std::ios::binary);
    const std::string good((std::istreambuf_iterator<char>(in)), {});
    core::Rng rng(12);
    int refused = 0;
    for (int i = 0; i < 60; ++i) {
        std::string bad = good;
        if (i % 3 == 0) {
            bad.resize(rng.below(bad.size()));
        } else {
            for (int k = 0; k < 4; ++k) {
                bad[rng.below(1600)] = static_cast<char>(rng.below(256));
            }
        }
        std::ofstream(path, std::ios::binary)
            .write(bad.data(), static_cast<std::streamsize>(bad.size()));
        try {
            head::load_face_code(path);
        } catch (const core::Error& e) {
            CHECK(e.kind() == core::ErrorKind::Input);
            ++refused;
        }
    }
    CHECK(refused > 40);
    std::remove(path.c_str());
}

TEST_CASE("values out of range are refused by name") {
    const head::HeadModel model = support::load_head();
    const std::string path = "face_code_test_range.safetensors";
    const auto error_of = [&](auto&& change) -> std::string {
        head::FaceCode code = support::make_face_code(model, 11);
        change(code);
        head::save_face_code(path, code, true);
        try {
            head::load_face_code(path);
        } catch (const core::Error& e) {
            CHECK(e.kind() == core::ErrorKind::Input);
            return e.what();
        }
        return {};
    };
    const auto names = [](const std::string& message, const char* part) {
        return message.find(part) != std::string::npos;
    };
    const float nan = std::nanf("");
    CHECK(error_of([](head::FaceCode&) {}).empty());
    CHECK(names(error_of([](auto& c) { c.actions.values[3] = -0.5F; }), "'actions'"));
    CHECK(names(error_of([&](auto& c) { c.actions.values[3] = nan; }), "'actions'"));
    CHECK(names(error_of([&](auto& c) { c.identity[0] = nan; }), "'identity'"));
    CHECK(names(error_of([](auto& c) { c.identity.assign(129, 0.0F); }), "identity"));
    CHECK(names(error_of([](auto& c) { c.pose.z_cm = 60; }), "behind the camera"));
    CHECK(names(error_of([](auto& c) { c.landmarks.fill({5, 5}); }), "eyes"));
    CHECK(names(error_of([](auto& c) { c.crop_from_image = {0, 0, 0, 0, 0, 0}; }), "no inverse"));
    CHECK(names(error_of([](auto& c) { c.source_scale = -1; }), "scale"));
    CHECK(names(error_of([](auto& c) { c.source_hash = "0123"; }), "'source_hash'"));
    std::remove(path.c_str());
}
