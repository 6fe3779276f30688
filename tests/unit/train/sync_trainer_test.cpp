// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/sync_trainer.h"

#include "unit/train/tiny_training.h"

#include "vasa/core/error.h"

#include <string>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;

namespace {

SyncTrainOptions tiny_options(const TestFolder& folder) {
    auto options = tiny::shard_options<SyncTrainOptions>(folder);
    options.clips_per_batch = 4;
    options.windows_per_clip = 3;
    options.source_shares = {{"natural", 1.0}};
    return options;
}

}  // namespace

TEST_CASE("the expert learns which lips belong to which speech", "[sync_trainer]") {
    const tiny::Training run;
    SyncTrainOptions options = tiny_options(run.folder);
    options.num_steps = 60;
    options.validate_every = 30;
    const SyncTrainResult result = train_sync_expert(options);
    REQUIRE(result.curves.size() == 2);
    CHECK(result.curves.back().held_out_loss < result.curves.front().held_out_loss);
    // Guessing gives 1 in 16.
    CHECK(result.accuracy.at("natural") > 0.3);
    CHECK(result.curves.back().accuracy == Approx(result.accuracy.at("natural")));
}

TEST_CASE("a sync training goes on exactly where it was", "[sync_trainer]") {
    const tiny::Training run;
    SyncTrainOptions options = tiny_options(run.folder);
    options.ema_decay = 0.8;  // an average that differs from the weights
    tiny::check_exact_resume(options, run.folder, train_sync_expert);
}

TEST_CASE("bfloat16 changes the losses of a sync training a little", "[sync_trainer]") {
    const tiny::Training run;
    SyncTrainOptions options = tiny_options(run.folder);
    options.num_steps = 2;
    const SyncTrainOptions full = tiny::named_run(options, run.folder, "full");
    SyncTrainOptions half = tiny::named_run(options, run.folder, "half");
    half.bf16 = true;
    const double exact = train_sync_expert(full).curves.back().train_loss;
    const double rounded = train_sync_expert(half).curves.back().train_loss;
    CHECK(rounded != exact);
    CHECK(rounded == Approx(exact).epsilon(0.05));
}

TEST_CASE("a sync training needs clips of its sources on both sides", "[sync_trainer]") {
    const tiny::Training run;
    SyncTrainOptions options = tiny_options(run.folder);
    options.source_shares = {{"other", 1.0}};
    CHECK_THROWS_AS(train_sync_expert(options), core::Error);
}
