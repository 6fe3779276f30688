// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/speech_events.h"

#include "support/synthetic_speech.h"

#include <vector>

#include "support/catch.h"

namespace vasa::test {

TEST_CASE("runs of speech end at pauses, not at gaps between words") {
    SyntheticSpeech speech(4);
    speech.silence(0.6);
    for (int phrase = 0; phrase < 3; ++phrase) {
        for (int word = 0; word < 4; ++word) {
            speech.vowel(SyntheticSpeech::kA, 0.25).silence(word < 3 ? 0.15 : 0.6);
        }
    }
    const speech::SpeechTraits traits = speech::analyse_speech(speech.samples());
    const std::vector<speech::SpeechRun> runs = speech::find_runs(traits);
    REQUIRE(runs.size() == 3);
    constexpr double kPhrase_s = 4 * 0.25 + 3 * 0.15;
    for (int phrase = 0; phrase < 3; ++phrase) {
        const double start_s = 0.6 + phrase * (kPhrase_s + 0.6);
        CHECK(runs[phrase].start_s == Approx(start_s).margin(0.06));
        CHECK(runs[phrase].end_s == Approx(start_s + kPhrase_s).margin(0.06));
    }
    speech::SpeechRunParams words;
    words.min_pause_s = 0.05;
    CHECK(speech::find_runs(traits, words).size() == 12);
    words.min_run_s = 0.4;
    CHECK(speech::find_runs(traits, words).empty());
    CHECK(speech::find_runs(speech::analyse_speech(std::vector<float>(16000, 0.0F))).empty());
}

}  // namespace vasa::test
