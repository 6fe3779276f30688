// SPDX-License-Identifier: Apache-2.0
// Scores that need real speech, on a real render: each must rank a deliberately spoiled clip worse.
#include "program.h"
#include "studio.h"

#include "vasa/core/rng.h"
#include "vasa/media/audio_file.h"
#include "vasa/vision/person_segmenter.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using core::ImageU8;
using head::Action;
using test::run_vasa;
using test::Studio;
using test::value;

namespace {

constexpr int kRate_hz = 16000, kFrameSamples = kRate_hz / 25;

/// Speech of a synthesiser with known phones.
struct Spoken {
    std::vector<std::int16_t> samples;  ///< kRate_hz
    std::string phones;                 ///< alignment, as vasa reads it
};

/// Converts "pau:0.2 b:0.25 ..." (ends) to lines of start, duration and name.
std::string alignment_of(const std::string& ends) {
    std::istringstream words(ends);
    std::ostringstream lines;
    double start = 0;
    for (std::string word; words >> word;) {
        const std::size_t colon = word.find(':');
        const double end = std::stod(word.substr(colon + 1));
        std::string name = word.substr(0, colon);
        name = name == "pau" ? "sil" : name == "ax" ? "ah" : name;
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
            return static_cast<char>(std::toupper(c));
        });
        lines << start << '\t' << end - start << '\t' << name << '\n';
        start = end;
    }
    return lines.str();
}

std::optional<Spoken> speak(const Studio& studio, const std::string& text) {
    const std::string command = "flite -voice slt -psdur -o '" + studio.path("flite.wav") +
                                "' -t '" + text + "' > '" + studio.path("flite.txt") + "'";
    if (std::system(command.c_str()) != 0) {
        WARN("SKIPPED: flite is not installed: no speech");
        return std::nullopt;
    }
    const media::AudioClip clip = media::load_audio(studio.path("flite.wav"));
    Spoken spoken;
    for (const float sample : media::resample_mono(clip, kRate_hz)) {
        spoken.samples.push_back(
            static_cast<std::int16_t>(std::clamp(32767.0F * sample, -32767.0F, 32767.0F)));
    }
    spoken.phones = alignment_of(test::read_text(studio.path("flite.txt")));
    return spoken;
}

motion::MotionClip animate(const Studio& studio, const std::string& speech) {
    const test::RunResult run = run_vasa({"animate",
                                          "--audio",
                                          speech,
                                          "--out",
                                          studio.path("spoken.csv"),
                                          "--models",
                                          VASA_MODEL_DIR});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    return motion::load_motion(studio.path("spoken.csv"));
}

/// Pieces of 0.2 s in another order.
std::vector<std::int16_t> shuffled(const std::vector<std::int16_t>& samples) {
    constexpr std::size_t kPiece = 5 * kFrameSamples;
    std::vector<std::size_t> order(samples.size() / kPiece);
    std::iota(order.begin(), order.end(), 0);
    core::Rng rng(8);
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1],
                  order[static_cast<std::size_t>(rng.uniform(0.0, static_cast<double>(i)))]);
    }
    std::vector<std::int16_t> out;
    for (const std::size_t piece : order) {
        const auto first = samples.begin() + static_cast<std::ptrdiff_t>(piece * kPiece);
        out.insert(out.end(), first, first + kPiece);
    }
    out.resize(samples.size());
    return out;
}

void check_expert(Studio& studio, const Spoken& spoken, const nlohmann::json& base) {
    constexpr int kShift = 5;
    std::vector<std::int16_t> late(spoken.samples.size(), 0);
    std::copy(spoken.samples.begin(),
              spoken.samples.end() - kShift * kFrameSamples,
              late.begin() + kShift * kFrameSamples);
    test::write_wav(studio.path("late.wav"), late, kRate_hz, 1);
    test::write_wav(studio.path("shuffled.wav"), shuffled(spoken.samples), kRate_hz, 1);
    const nlohmann::json shifted = studio.score("base", {"--audio", studio.path("late.wav")});
    const nlohmann::json other = studio.score("base", {"--audio", studio.path("shuffled.wav")});
    CHECK(std::abs(value(base, "expert_offset")) <= 1);
    CHECK(value(shifted, "expert_offset") ==
          Approx(value(base, "expert_offset") - kShift).margin(1));
    CHECK(value(shifted, "expert_similarity") < value(base, "expert_similarity") - 0.1);
    CHECK(value(other, "expert_similarity") < value(base, "expert_similarity") - 0.1);
    CHECK(value(other, "expert_confidence") < 0.7 * value(base, "expert_confidence"));
}

/// The same motion, but the lips never meet.
void check_closures(Studio& studio,
                    motion::MotionClip motion,
                    const std::vector<std::string>& inputs,
                    const nlohmann::json& base) {
    for (motion::MotionFrame& frame : motion.frames) {
        frame.actions[Action::JawOpen] = std::min(1.0F, 0.2F + frame.actions[Action::JawOpen]);
        frame.actions[Action::MouthClose] = 0;
    }
    // Adds rest at the end; otherwise retargeting takes the open mouth for rest.
    motion.frames.resize(motion.frames.size() + motion.frames.size() / 5);
    studio.render("gaping", motion);
    const nlohmann::json gaping = studio.score("gaping", inputs);
    CHECK(value(base, "closures") >= 0.5);
    CHECK(value(gaping, "closures") < value(base, "closures") - 0.4);
}

/// The person cut out along a hard edge and pasted on another background.
void check_seam(Studio& studio, const nlohmann::json& base) {
    vision::PersonSegmenter segmenter(VASA_MODEL_DIR "/vision");
    studio.change("base", "pasted", [&](ImageU8& image) {
        const core::ImageF mask = segmenter.segment_square(image);
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                const int u = x * mask.width / image.width, v = y * mask.height / image.height;
                if (*mask.at(u, v) < 0.5F) {
                    std::fill_n(image.at(x, y), 3, static_cast<std::uint8_t>(255));
                }
            }
        }
    });
    const double whole = std::fabs(value(base, "seam") - 1),
                 pasted = std::fabs(value(studio.score("pasted"), "seam") - 1);
    CHECK(whole < 0.3);
    CHECK(pasted > 2 * whole + 0.2);
}

}  // namespace

TEST_CASE("sync expert, closures and seam rank spoiled clips of real speech worse") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    Studio studio(*portrait);
    const auto spoken = speak(studio, "Bob and Pam buy my maps. Maybe people move to big boats.");
    if (!spoken) {
        return;
    }
    const std::string speech = studio.path("spoken.wav");
    test::write_wav(speech, spoken->samples, kRate_hz, 1);
    test::write_text(studio.path("spoken.phones"), spoken->phones);
    const motion::MotionClip motion = animate(studio, speech);
    studio.render("base", motion);
    const std::vector<std::string> inputs = {
        "--audio", speech, "--phones", studio.path("spoken.phones")};
    const nlohmann::json base = studio.score("base", inputs);
    check_expert(studio, *spoken, base);
    check_closures(studio, motion, inputs, base);
    check_seam(studio, base);
}
