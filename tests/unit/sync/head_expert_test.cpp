// SPDX-License-Identifier: Apache-2.0
#include "vasa/sync/head_expert.h"

#include "support/nodding_motion.h"
#include "support/spoiled_model.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/models/model_files.h"
#include "vasa/sync/head_preference.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "support/catch.h"

using namespace vasa;

namespace {

std::string head_model_path() {
    return std::string(VASA_SOURCE_DIR) + "/models/" + models::kHeadModelFile;
}

sync::HeadProjection plain_projection(const char* feature, float sign) {
    sync::HeadProjection side;
    side.features = {feature};
    side.center = Eigen::RowVectorXf::Zero(sync::kNumHeadSamples);
    side.weights = sign * Eigen::MatrixXf::Identity(sync::kNumHeadSamples, sync::kNumHeadSamples);
    return side;
}

/// Similarity = correlation of the mouth's opening speed with the chin's sinking speed.
sync::HeadExpert plain_expert() {
    return {plain_projection("lip_gap_speed", 1.0F),
            plain_projection("pitch_speed", -1.0F),
            head::HeadModel::load(head_model_path())};
}

std::vector<sync::HeadEmbedding> embedded(const sync::HeadExpert& expert,
                                          const std::vector<motion::MotionClip>& clips) {
    std::vector<sync::HeadEmbedding> all;
    for (const motion::MotionClip& clip : clips) {
        all.push_back(expert.embed(clip.frames));
    }
    return all;
}

}  // namespace

TEST_CASE("the shift curve of a head that follows its mouth peaks at the lag") {
    const sync::HeadExpert expert = plain_expert();
    for (const int lag : {-8, 0, 5, 17}) {
        INFO("lag " << lag);
        core::Rng rng(11);
        const core::Track jaw = support::make_phrases(400, rng);
        const sync::HeadScore score =
            expert.score(support::make_nodding_motion(jaw, jaw, lag, rng));
        CHECK(std::abs(score.offset_frames - lag) <= 1);
        CHECK(score.curve[static_cast<std::size_t>(sync::kMaxHeadShift + lag)] > 0.7F);
        CHECK(score.similarity == score.curve[sync::kMaxHeadShift]);
    }
}

TEST_CASE("a head that is held still is similar to no mouth") {
    core::Rng rng(12);
    const core::Track jaw = support::make_phrases(200, rng);
    motion::MotionClip clip = support::make_nodding_motion(jaw, jaw, 0, rng);
    for (motion::MotionFrame& frame : clip.frames) {
        frame.pose = clip.frames.front().pose;
    }
    for (const float value : plain_expert().score(clip).curve) {
        CHECK(value == 0.0F);
    }
}

TEST_CASE("only a head that follows its mouth is preferred with its own mouth") {
    const sync::HeadExpert expert = plain_expert();
    core::Rng rng(13);
    const auto own =
        sync::head_preference(embedded(expert, support::make_nodding_clips(6, 400, true, rng)));
    CHECK(own.num_clips == 6);
    CHECK(own.num_short_clips == 0);
    CHECK(own.share > 0.97);
    CHECK(own.same_clip > 0.95);
    CHECK(own.other_clip > 0.95);
    const auto foreign =
        sync::head_preference(embedded(expert, support::make_nodding_clips(40, 400, false, rng)));
    CHECK(foreign.share == Approx(0.5).margin(0.1));
    CHECK(foreign.num_controls > 1000);
}

TEST_CASE("clips below ten seconds are compared as a whole, from four seconds on") {
    const sync::HeadExpert expert = plain_expert();
    core::Rng rng(14);
    auto clips = support::make_nodding_clips(5, 150, true, rng);
    clips.push_back(support::make_nodding_clips(1, sync::kMinHeadClip - 1, true, rng).front());
    const auto whole = sync::head_preference(embedded(expert, clips));
    CHECK(whole.num_clips == 5);
    CHECK(whole.num_short_clips == 5);
    CHECK(whole.num_left_out == 1);
    CHECK(whole.other_clip > 0.9);
    CHECK(std::isnan(whole.same_clip));  // one place a clip

    sync::HeadPreferenceParams brief;
    brief.length = brief.min_length = sync::kHeadWindow;
    CHECK(sync::head_preference(embedded(expert, clips), brief).num_left_out == 0);
    brief.length = sync::kHeadWindow - 1;
    CHECK_THROWS_AS(sync::head_preference({}, brief), core::Error);
}

TEST_CASE("equal similarities count as chance") {
    const Eigen::Index windows = 300;
    sync::HeadEmbedding clip;
    clip.mouth = sync::Rows::Ones(windows, 1);
    clip.head = sync::Rows::Ones(windows, 1);
    CHECK(sync::head_preference({clip, clip}).share == 0.5);
}

TEST_CASE("clips that are too short or of another rate are refused") {
    const sync::HeadExpert expert = plain_expert();
    core::Rng rng(15);
    motion::MotionClip clip = support::make_nodding_clips(1, 99, true, rng).front();
    CHECK_THROWS_WITH(expert.score(clip),
                      Catch::Contains("99 frames at 25 fps, expected at least 100"));
    clip = support::make_nodding_clips(1, 100, true, rng).front();
    CHECK_NOTHROW(expert.score(clip));
    clip.fps = {30, 1};
    CHECK_THROWS_WITH(expert.score(clip), Catch::Contains("100 frames at 30 fps"));
    CHECK_THROWS_WITH(expert.embed_head({}), Catch::Contains("0 frames, expected at least 75"));
}

TEST_CASE("a mouth-head expert is the same after it was written and read") {
    const TestFolder folder;
    const sync::HeadExpert expert = plain_expert();
    core::SafetensorsWriter writer;
    expert.write(writer);
    const std::string path = folder / "expert.safetensors";
    writer.save(path);
    const auto loaded = sync::HeadExpert::load(path, head_model_path());
    core::Rng rng(16);
    const motion::MotionClip clip = support::make_nodding_clips(1, 120, true, rng).front();
    CHECK(loaded.score(clip).curve == expert.score(clip).curve);

    const auto error_of = [&](const char* key, const char* from, const char* to) {
        return support::error_of_spoiled(path, folder / "spoiled.safetensors", key, from, to, [&] {
            sync::HeadExpert::load(folder / "spoiled.safetensors", head_model_path());
        });
    };
    CHECK_THAT(error_of("inputs", "lip_gap_speed", "lip_speed"),
               Catch::Contains("there is no feature 'lip_speed'"));
    CHECK_THAT(error_of("inputs", "version 1", "version 0"),
               Catch::Contains("was trained on 'mouth activity, version 0'"));
    CHECK_THAT(error_of("inputs", "\"pitch_speed\"", "\"pitch_speed\",\"y_speed\""),
               Catch::Contains("head.center"));
    CHECK_THAT(error_of("inputs", "\"head\"", "\"body\""), Catch::Contains("no input 'head'"));
    CHECK_THAT(error_of("kind", "head_expert", "sync_expert"),
               Catch::Contains("expected a mouth-head expert of version 1"));
}
