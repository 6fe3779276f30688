// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/landmark_recording.h"

#include "support/npz_archive.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using support::npy_of;
using support::stored;

namespace {

constexpr double kFilmRate_hz = 24000.0 / 1001.0;

/// A recording of one clip in which all points move alike.
struct Recording {
    std::vector<std::int64_t> film_frames, x, shot_starts = {0}, outliers;

    void add(std::int64_t film_frame, double x_px) {
        film_frames.push_back(film_frame);
        x.push_back(std::llround(x_px));
    }

    support::Bytes landmarks(const std::string& points = "68") const {
        std::vector<std::int64_t> values;
        for (const std::int64_t value : x) {
            for (int i = 0; i < 68; ++i) {
                values.push_back(value + 3 * i);
                values.push_back(500 - 2 * value);
            }
        }
        const std::string shape = "(" + std::to_string(x.size()) + ", " + points + ", 2)";
        return support::zip_of({stored("talk", npy_of("<i2", shape, values)),
                                stored("fps", npy_of("<i4", "()", {25}))});
    }

    support::Bytes timing() const {
        const auto list = [](const std::string& type, const std::vector<std::int64_t>& values) {
            return npy_of(type, "(" + std::to_string(values.size()) + ",)", values);
        };
        return support::zip_of({stored("talk_film_frame", list("<u2", film_frames)),
                                stored("talk_shot_start", list("<i4", shot_starts)),
                                stored("talk_outlier", list("<i4", outliers))});
    }

    std::vector<train::LandmarkShot> load() const {
        const TestFolder folder;
        support::write_bytes(folder / "a.npz", landmarks());
        support::write_bytes(folder / "a_timing.npz", timing());
        return train::load_landmark_shots(folder / "a.npz", folder / "a_timing.npz");
    }
};

/// The film's frames as a 25 Hz recording shows them: some twice, some not at all.
std::vector<std::int64_t> shown_frames(int count) {
    std::vector<std::int64_t> shown;
    for (std::int64_t k = 0; k < count; ++k) {
        if (k % 8 == 3) {
            continue;
        }
        shown.push_back(k);
        if (k % 8 == 4) {
            shown.push_back(k);
        }
    }
    return shown;
}

double wave_px(double time_s) {
    return 300 + 80 * std::sin(6.28 * 0.7 * time_s);
}

void fails_with(const Recording& recording, const std::string& text) {
    try {
        recording.load();
        FAIL("read: " + text);
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        CHECK_THAT(error.what(), Catch::Contains(text));
    }
}

Recording waving() {
    Recording recording;
    for (const std::int64_t k : shown_frames(100)) {
        recording.add(k, wave_px(static_cast<double>(k) / kFilmRate_hz));
    }
    return recording;
}

}  // namespace

TEST_CASE("uneven film frames become even ones at 25 Hz", "[train]") {
    const auto shots = waving().load();
    REQUIRE(shots.size() == 1);
    CHECK(shots[0].name() == "talk_shot_0");
    REQUIRE(shots[0].frames.size() == 103);  // film frames 0 to 98 last 4.087 s
    for (std::size_t t = 0; t < shots[0].frames.size(); ++t) {
        INFO(t);
        const double expected = wave_px(static_cast<double>(t) / 25);
        CHECK(shots[0].frames[t][0].x == Approx(expected).margin(1.2));
        CHECK(shots[0].frames[t][5].x == Approx(expected + 15).margin(1.2));
        CHECK(shots[0].frames[t][0].y == Approx(500 - 2 * expected).margin(2.4));
    }
}

TEST_CASE("frames that show the same film frame are averaged", "[train]") {
    Recording recording;
    recording.add(0, 100);
    recording.add(24, 300);
    recording.add(24, 303);
    recording.add(24, 306);
    const auto shots = recording.load();
    CHECK(shots[0].frames.back()[0].x == Approx(303).margin(0.5));
    CHECK(shots[0].frames.front()[0].x == Approx(100));
}

TEST_CASE("outliers are left out and bridged", "[train]") {
    Recording recording = waving();
    recording.outliers = {20, 21, 50};
    for (const std::int64_t t : recording.outliers) {
        recording.x[static_cast<std::size_t>(t)] += 100;
    }
    const auto shots = recording.load();
    CHECK(shots[0].num_outliers == 3);
    for (std::size_t t = 0; t < shots[0].frames.size(); ++t) {
        INFO(t);
        CHECK(shots[0].frames[t][0].x == Approx(wave_px(static_cast<double>(t) / 25)).margin(4));
    }
}

TEST_CASE("shots do not touch each other", "[train]") {
    Recording recording;
    for (int k = 0; k < 60; ++k) {
        recording.add(k, k < 30 ? 100 : 400);
    }
    recording.shot_starts = {0, 30};
    const auto shots = recording.load();
    REQUIRE(shots.size() == 2);
    CHECK(shots[1].name() == "talk_shot_1");
    CHECK(shots[0].frames.size() == 31);
    CHECK(shots[1].frames.size() == 31);
    for (std::size_t t = 0; t < 31; ++t) {
        CHECK(shots[0].frames[t][0].x == 100);
        CHECK(shots[1].frames[t][0].x == 400);
    }
}

TEST_CASE("recordings that do not fit together are refused by name", "[train]") {
    Recording recording = waving();
    recording.film_frames.pop_back();
    fails_with(recording, "array 'talk_film_frame' has 98 frames, expected 99");
    recording = waving();
    recording.film_frames[7] = 90;
    fails_with(recording, "array 'talk_film_frame' decreases");
    recording = waving();
    recording.shot_starts = {5};
    fails_with(recording, "array 'talk_shot_start' must begin with 0");
    recording.shot_starts = {0, 40, 40};
    fails_with(recording, "array 'talk_shot_start' must begin with 0");
    recording.shot_starts = {0, 99};
    fails_with(recording, "array 'talk_shot_start' holds 99, expected 0 to 98");
    recording.shot_starts = {0, 98};
    fails_with(recording, "shot 1 of 'talk' has 1 film frames");
    recording = waving();
    recording.outliers = {-1};
    fails_with(recording, "array 'talk_outlier' holds -1");
    recording = waving();
    for (std::size_t k = 50; k < recording.film_frames.size(); ++k) {
        recording.film_frames[k] += 40;
    }
    fails_with(recording, "has a gap of 1.7");
    const TestFolder folder;
    support::write_bytes(folder / "a.npz", waving().landmarks("34"));
    support::write_bytes(folder / "t.npz", waving().timing());
    CHECK_THROWS_AS(train::load_landmark_shots(folder / "a.npz", folder / "t.npz"), core::Error);
    support::write_bytes(folder / "a.npz", waving().landmarks());
    support::write_bytes(folder / "t.npz", support::zip_of({}));
    try {
        train::load_landmark_shots(folder / "a.npz", folder / "t.npz");
        FAIL("read");
    } catch (const core::Error& error) {
        CHECK_THAT(error.what(), Catch::Contains("no array 'talk_film_frame'"));
    }
}
