// SPDX-License-Identifier: Apache-2.0
#include "sound_support.h"

#include "vasa/core/error.h"
#include "vasa/media/audio_file.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa::media;

TEST_CASE("a resampled sine keeps length, amplitude and time", "[media]") {
    for (const int rate : {8000, 11025, 22050, 32000, 44100, 48000, 96000}) {
        for (const std::int64_t num_frames : {std::int64_t{rate}, std::int64_t{rate} * 3 + 17}) {
            CAPTURE(rate, num_frames);
            const AudioClip clip = make_sine(rate, 1, num_frames, 1000.0, 0.5);
            const std::vector<float> out = resample_mono(clip, 16000);
            const double exact = static_cast<double>(num_frames) * 16000.0 / rate;
            REQUIRE(out.size() == static_cast<std::size_t>(std::floor(exact + 0.5)));
            const Tone tone = measure_tone(out, 16000, 1000.0, 1600, 14400);
            CHECK(tone.amplitude == Approx(0.5).epsilon(0.002));
            CHECK(std::abs(tone.delay_s) < 1e-6);
            // Each sample is right too, also near the start, except within the filter's length.
            double worst = 0.0;
            for (std::size_t i = 100; i < 15800; ++i) {
                const double expected = 0.5 * std::sin(2.0 * kPi * static_cast<double>(i) / 16.0);
                worst = std::max(worst, std::abs(out[i] - expected));
            }
            CHECK(worst < 1e-3);
        }
    }
}

TEST_CASE("an impulse stays where it is", "[media]") {
    for (const int rate : {8000, 44100, 48000}) {
        CAPTURE(rate);
        AudioClip clip{rate, 1, std::vector<float>(static_cast<std::size_t>(rate), 0.0f)};
        clip.samples[static_cast<std::size_t>(rate) / 2] = 1.0f;
        const std::vector<float> out = resample_mono(clip, 16000);
        const auto peak = std::max_element(out.begin(), out.end()) - out.begin();
        CHECK(peak == 8000);
    }
}

TEST_CASE("what lies above the new rate's range is taken out", "[media]") {
    const AudioClip clip = make_sine(48000, 1, 48000, 11000.0, 0.5);
    const std::vector<float> out = resample_mono(clip, 16000);
    double worst = 0.0;
    for (std::size_t i = 800; i < 15200; ++i) {
        worst = std::max<double>(worst, std::abs(out[i]));
    }
    CHECK(worst < 1e-3);
    const std::vector<float> kept = resample_mono(make_sine(48000, 1, 48000, 7000.0, 0.5), 16000);
    CHECK(measure_tone(kept, 16000, 7000.0, 1600, 14400).amplitude == Approx(0.5).epsilon(0.02));
}

TEST_CASE("mono is the mean of the channels, loud sound is not clipped", "[media]") {
    const AudioClip clip = {16000, 3, {0.3f, 0.6f, 0.9f, -3.0f, -3.0f, -3.0f}};
    const std::vector<float> mono = resample_mono(clip, 16000);
    REQUIRE(mono.size() == 2);
    CHECK(mono[0] == Approx(0.6f));
    CHECK(mono[1] == Approx(-3.0f));
    const std::vector<float> loud = resample_mono(make_sine(48000, 2, 48000, 440.0, 4.0), 16000);
    CHECK(measure_tone(loud, 16000, 440.0, 1600, 14400).amplitude == Approx(3.0).epsilon(0.002));
}

TEST_CASE("channels that cancel each other out give the loudest of them", "[media]") {
    const AudioClip sine = make_sine(16000, 1, 16000, 440.0, 0.5);
    const auto mix = [&](double left, double right, double constant = 0.0) {
        AudioClip stereo{16000, 2, {}};
        for (const float sample : sine.samples) {
            stereo.samples.push_back(static_cast<float>(left * sample));
            stereo.samples.push_back(static_cast<float>(right * sample + constant));
        }
        return measure_tone(resample_mono(stereo, 16000), 16000, 440.0, 1600, 14400).amplitude;
    };
    CHECK(mix(1.0, 1.0) == Approx(0.5));
    CHECK(mix(1.0, -1.0) == Approx(0.5));
    CHECK(mix(0.7, -1.0) == Approx(0.5));
    CHECK(mix(1.0, -0.9) == Approx(0.5));
    // One channel carries nothing: no loss of level. A constant part is nothing.
    CHECK(mix(1.0, 0.0) == Approx(0.5));
    CHECK(mix(0.0, 1.0, 0.4) == Approx(0.5).epsilon(0.01));
    CHECK(mix(1.0, 0.5) == Approx(0.375));
}

TEST_CASE("the voices of two channels are both in the mix", "[media]") {
    const AudioClip left = make_sine(16000, 1, 16000, 440.0, 0.5);
    const AudioClip right = make_sine(16000, 1, 16000, 700.0, 0.5);
    AudioClip stereo{16000, 2, {}};
    for (std::size_t i = 0; i < left.samples.size(); ++i) {
        stereo.samples.push_back(left.samples[i]);
        stereo.samples.push_back(right.samples[i]);
    }
    const std::vector<float> mono = resample_mono(stereo, 16000);
    CHECK(measure_tone(mono, 16000, 440.0, 1600, 14400).amplitude == Approx(0.25).epsilon(0.01));
    CHECK(measure_tone(mono, 16000, 700.0, 1600, 14400).amplitude == Approx(0.25).epsilon(0.01));
}

TEST_CASE("channels are spread and mixed, very short clips keep their length", "[media]") {
    const AudioClip stereo = resample(make_sine(44100, 1, 4410, 440.0, 0.5), 48000, 2);
    CHECK(stereo.channels == 2);
    CHECK(stereo.sample_rate == 48000);
    REQUIRE(stereo.num_frames() == 4800);
    CHECK(stereo.samples[2000] == stereo.samples[2001]);
    for (std::int64_t n = 0; n < 40; ++n) {
        const AudioClip clip = make_sine(44100, 1, n, 440.0, 0.5);
        const auto expected =
            static_cast<std::size_t>(std::floor(static_cast<double>(n) * 16000 / 44100 + 0.5));
        CHECK(resample_mono(clip, 16000).size() == expected);
    }
}

TEST_CASE("a clip at the asked rate is passed on as it is", "[media]") {
    const AudioClip clip = make_sine(16000, 1, 1000, 440.0, 0.5);
    CHECK(resample_mono(clip, 16000) == clip.samples);
}

TEST_CASE("rates and channels that make no sense are errors", "[media]") {
    const AudioClip clip = make_sine(16000, 1, 100, 440.0, 0.5);
    CHECK_THROWS_AS(resample_mono(clip, 0), vasa::core::Error);
    CHECK_THROWS_AS(resample(clip, 16000, 0), vasa::core::Error);
    CHECK_THROWS_AS(resample_mono(AudioClip{}, 16000), vasa::core::Error);
    CHECK_THROWS_AS(resample_mono(AudioClip{16000, 2, {1, 2, 3}}, 8000), vasa::core::Error);
}
