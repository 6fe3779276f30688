// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/head_expert_trainer.h"

#include "support/nodding_motion.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/models/upgrade_model.h"

#include <filesystem>

#include "support/catch.h"

using namespace vasa;
using support::make_nodding_clips;

namespace {

std::string head_model_path() {
    return std::string(VASA_SOURCE_DIR) + "/models/" + models::kHeadModelFile;
}

double preference(const sync::HeadExpert& expert, const std::vector<motion::MotionClip>& clips) {
    std::vector<sync::HeadEmbedding> embedded;
    for (const motion::MotionClip& clip : clips) {
        embedded.push_back(expert.embed(clip.frames));
    }
    return sync::head_preference(embedded).share;
}

/// A folder of motion files a_0 ... a_4 and b_0, of which b is listed as held out.
train::HeadExpertTrainOptions options_of(const TestFolder& folder, core::Rng& rng) {
    auto clips = make_nodding_clips(6, 300, true, rng);
    for (int i = 0; i < 6; ++i) {
        const std::string name = i < 5 ? "a_" + std::to_string(i) : "b_0";
        motion::save_motion(folder / ("motion/" + name + ".safetensors"), clips[i], true);
    }
    core::write_file_atomic(folder / "held_out.txt", "# kept\nb\n", true);
    train::HeadExpertTrainOptions options;
    options.motion = folder / "motion";
    options.held_out = folder / "held_out.txt";
    options.head_model = head_model_path();
    options.out = folder / "expert.safetensors";
    return options;
}

}  // namespace

TEST_CASE("the mouth-head expert learns how heads follow mouths, and nothing where they do not") {
    const auto model = head::HeadModel::load(head_model_path());
    core::Rng rng(21);
    const auto seen = make_nodding_clips(16, 500, true, rng);
    const auto unseen = make_nodding_clips(6, 500, true, rng);
    std::vector<double> correlations;
    const sync::HeadExpert expert = train::fit_head_expert(seen, model, {}, &correlations);
    REQUIRE(correlations.size() == 8);
    CHECK(correlations.front() > 0.5);
    CHECK(correlations.front() >= correlations.back());
    CHECK(preference(expert, unseen) > 0.95);
    CHECK(preference(expert, make_nodding_clips(16, 500, false, rng)) == Approx(0.5).margin(0.12));
    // An expert that learned from unrelated heads knows nothing about related ones.
    const auto unrelated = train::fit_head_expert(make_nodding_clips(16, 500, false, rng), model);
    CHECK(preference(unrelated, unseen) < 0.75);
    // These heads say nothing without what the nods move.
    const auto blind = train::fit_head_expert(
        seen, model, {"pitch_speed", "pitch_speed_abs", "pitch_fast", "rotation_speed"});
    CHECK(preference(blind, unseen) == Approx(0.5).margin(0.15));
}

TEST_CASE("the mouth-head expert is fitted without the held-out clips, the same every time") {
    const TestFolder folder;
    std::filesystem::create_directory(folder / "motion");
    core::Rng rng(22);
    const train::HeadExpertTrainOptions options = options_of(folder, rng);
    const auto hash = [&] {
        return models::tensors_sha256(
            core::SafetensorsFile::load(options.out, core::ErrorKind::Model));
    };
    const auto result = train::train_head_expert(options);
    CHECK(result.num_clips == 5);
    CHECK(result.num_held_out == 1);
    CHECK(result.minutes == Approx(5 * 12.0 / 60.0));
    const std::string first = hash();
    train::train_head_expert(options);
    CHECK(hash() == first);
    const auto replace = [&](const std::string& name) {
        motion::save_motion(folder / ("motion/" + name + ".safetensors"),
                            make_nodding_clips(1, 300, true, rng).front(),
                            true);
        train::train_head_expert(options);
    };
    replace("b_0");
    CHECK(hash() == first);
    replace("a_0");
    CHECK(hash() != first);
    CHECK(sync::HeadExpert::load(options.out, head_model_path()).head_side().features.size() == 11);
}

TEST_CASE("mouth-head training refuses unknown features and folders without clips") {
    const TestFolder folder;
    std::filesystem::create_directory(folder / "motion");
    core::Rng rng(23);
    train::HeadExpertTrainOptions options = options_of(folder, rng);
    options.without = {"pitch"};
    CHECK_THROWS_WITH(train::train_head_expert(options),
                      Catch::Contains("there is no feature 'pitch'"));
    options.without.clear();
    core::write_file_atomic(folder / "held_out.txt", "a\nb\n", true);
    CHECK_THROWS_WITH(train::train_head_expert(options), Catch::Contains("no clip of 75 frames"));
    options.motion = folder / "none";
    CHECK_THROWS_WITH(train::train_head_expert(options), Catch::Contains("cannot read folder"));
}
