// SPDX-License-Identifier: Apache-2.0
#include "loop/training_loop.h"

#include "loop/checkpoint.h"
#include "loop/curves.h"
#include "unit/train/tiny_training.h"

#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include <ATen/ops/full.h>
#include <torch/nn/modules/linear.h>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;
using Catch::Matchers::Contains;

namespace {

struct TwoValues {
    int step = 0;
    double a = 0, b = 0;
};

const std::vector<CurveColumn<TwoValues>> kColumns = {
    {"a", [](TwoValues& r) -> double& { return r.a; }},
    {"b", [](TwoValues& r) -> double& { return r.b; }},
};

torch::nn::Linear line(float weight) {
    torch::nn::Linear network(torch::nn::LinearOptions(1, 1).bias(false));
    const torch::NoGradGuard guard;
    network->weight.fill_(weight);
    return network;
}

/// Moves one weight towards 1, with a loss that may be NaN.
class LineTask : public TrainingTask {
  public:
    torch::nn::Module& network() override { return *network_; }
    torch::nn::Module& average() override { return *average_; }
    std::string config() const override { return "{}"; }
    std::vector<double> add_gradients(TrainingStep& step) override {
        rates.push_back(step.learning_rate);
        draws.push_back(step.rng.next_u64());
        (gradient * network_->weight.sum()).backward();
        return {step.index == diverges_at ? std::numeric_limits<double>::quiet_NaN() : step.index};
    }
    std::size_t num_losses() const override { return 1; }
    void validate(int step, const std::vector<double>& losses) override {
        rows.push_back({step, losses.at(0), average_->weight.item<double>()});
    }
    std::string curves(int num_digits) const override {
        return curves_csv(kColumns, rows, num_digits);
    }
    void set_curves(const std::string& csv) override { rows = parse_curves(kColumns, csv); }
    models::TrainingSummary summary() const override { return {}; }
    void save_network(const models::TrainingSummary& summary) const override { saved = summary; }

    double weight() const { return network_->weight.item<double>(); }

    double gradient = -2.0;
    int diverges_at = -1;
    std::vector<double> rates;
    std::vector<std::uint64_t> draws;  ///< the first random number of each step
    std::vector<TwoValues> rows;
    mutable models::TrainingSummary saved;

  private:
    mutable torch::nn::Linear network_ = line(0.0F), average_ = line(9.0F);
};

TrainingOptions line_options(const TestFolder& folder) {
    TrainingOptions options = tiny::named_run(TrainingOptions(), folder, "line");
    options.num_steps = 4;
    options.validate_every = 2;
    options.learning_rate = 0.1;
    options.warmup_steps = 2;
    options.command = "vasa train line";
    return options;
}

}  // namespace

TEST_CASE("the learning rate rises linearly and falls along a cosine", "[training_loop]") {
    const Schedule schedule{2.0, 4, 104, 0.1};
    CHECK(schedule.rate(0) == Approx(0.5));
    CHECK(schedule.rate(3) == Approx(2.0));
    CHECK(schedule.rate(4) == Approx(2.0));
    CHECK(schedule.rate(54) == Approx(2.0 * 0.55));
    CHECK(schedule.rate(104) == Approx(0.2));
    CHECK(schedule.rate(1000) == Approx(0.2));
    CHECK(Schedule{2.0, 0, 10, 0.0}.rate(0) == Approx(2.0));
}

TEST_CASE("the average follows faster at first", "[training_loop]") {
    CHECK(average_decay(0.999, 0) == Approx(0.1));
    CHECK(average_decay(0.999, 90) == Approx(0.91));
    CHECK(average_decay(0.999, 1'000'000) == Approx(0.999));
    CHECK(average_decay(0.0, 50) == 0.0);
}

TEST_CASE("Adam's first updates are those of the article", "[training_loop]") {
    for (const bool is_fused : {true, false}) {
        torch::nn::Linear network = line(1.0F);
        AdamOptions options;
        options.weight_decay = 0.5;
        options.is_fused = is_fused;
        Adam adam(*network, options);
        // Two gradients, 4 and -1; the moments are computed by hand.
        double weight = 1.0, first = 0, second = 0;
        int count = 0;
        for (const double gradient : {4.0, -1.0}) {
            network->weight.mutable_grad() = at::full({1, 1}, gradient);
            adam.step(0.1);
            ++count;
            first = 0.9 * first + 0.1 * gradient;
            second = 0.99 * second + 0.01 * gradient * gradient;
            weight *= 1.0 - 0.1 * 0.5;
            weight -= 0.1 * (first / (1.0 - std::pow(0.9, count))) /
                      (std::sqrt(second / (1.0 - std::pow(0.99, count))) + 1e-8);
            CHECK(network->weight.item<double>() == Approx(weight).epsilon(1e-5));
        }
        CHECK(adam.num_updates() == 2);
    }
}

TEST_CASE("gradients are clipped, weights averaged, losses averaged", "[training_loop]") {
    const tiny::Training run;
    TrainingOptions options = line_options(run.folder);
    LineTask task;
    LoopSettings settings;
    settings.training = "line";
    TrainingLoop loop(options, settings, task);
    CHECK_FALSE(loop.resume());
    CHECK(loop.run() == 4);
    CHECK(task.rates.at(0) == Approx(0.05));
    // Every gradient has the same sign: Adam steps by the learning rate.
    CHECK(task.weight() ==
          Approx(task.rates[0] + task.rates[1] + task.rates[2] + task.rates[3]).epsilon(1e-4));
    REQUIRE(task.rows.size() == 2);
    CHECK(task.rows[0].a == Approx(0.5));
    CHECK(task.rows[1].a == Approx(2.5));
    CHECK(task.rows[1].b == Approx(task.weight()));  // no decay: the weights themselves
    CHECK(task.saved.num_steps == 4);
    CHECK(task.saved.command == "vasa train line");
    // The moments show the clipped gradient, of norm 1, not 2.
    const auto file = core::SafetensorsFile::load(options.checkpoint, core::ErrorKind::Input);
    CHECK(file.floats("adam.first.weight").at(0) == Approx(-(1.0 - std::pow(0.9, 4))));
}

TEST_CASE("each step has random numbers of its own, a resumed run the same", "[training_loop]") {
    const tiny::Training run;
    const TrainingOptions options = line_options(run.folder);
    const auto draws_of = [](const TrainingOptions& run_options) {
        LineTask task;
        TrainingLoop loop(run_options, {"line", {}, 0.1, 1.0}, task);
        loop.resume();
        loop.run();
        return task.draws;
    };
    const std::vector<std::uint64_t> whole = draws_of(options);
    REQUIRE(whole.size() == 4);
    CHECK(std::set<std::uint64_t>(whole.begin(), whole.end()).size() == 4);
    TrainingOptions parts = tiny::named_run(options, run.folder, "parts");
    parts.num_steps = 1;
    CHECK(draws_of(parts) == std::vector<std::uint64_t>(whole.begin(), whole.begin() + 1));
    parts.num_steps = 4;
    CHECK(draws_of(parts) == std::vector<std::uint64_t>(whole.begin() + 1, whole.end()));
    TrainingOptions other = tiny::named_run(options, run.folder, "other");
    other.seed = options.seed + 1;
    CHECK(draws_of(other)[0] != whole[0]);
}

TEST_CASE("the average lags behind the weights", "[training_loop]") {
    const tiny::Training run;
    TrainingOptions options = line_options(run.folder);
    options.ema_decay = 0.9;
    options.num_steps = options.validate_every = 1;
    LineTask task;
    TrainingLoop loop(options, {"line", {}, 0.1, 1.0}, task);
    loop.run();
    CHECK(task.rows.at(0).b == Approx(0.9 * task.weight()));
}

TEST_CASE("a loss that is not a number ends the training", "[training_loop]") {
    const tiny::Training run;
    const TrainingOptions options = line_options(run.folder);
    LineTask task;
    task.diverges_at = 3;
    TrainingLoop loop(options, {"line", {}, 0.1, 1.0}, task);
    CHECK_THROWS_WITH(loop.run(), Contains("line training diverged at step 3"));
    // The checkpoint of the previous validation is complete.
    LineTask again;
    TrainingLoop second(options, {"line", {}, 0.1, 1.0}, again);
    CHECK(second.resume());
    CHECK(second.run() == 4);
}

TEST_CASE("checkpoints of older formats and of others are refused by name", "[training_loop]") {
    const TestFolder folder;
    const std::string path = folder / "checkpoint";
    CHECK_FALSE(open_checkpoint(path, "motion", "{}"));
    core::SafetensorsWriter old;
    old.set_metadata("format", "vasa motion checkpoint");
    old.set_metadata("version", "1");
    old.set_metadata("config", "{}");
    old.save(path);
    CHECK_THROWS_WITH(open_checkpoint(path, "motion", "{}"),
                      Contains("expected format version 3, found version '1' of 'vasa motion "
                               "checkpoint'"));
    begin_checkpoint("decoder", "{}").save(path);
    CHECK_THROWS_WITH(open_checkpoint(path, "motion", "{}"), Contains("'decoder_checkpoint'"));
    begin_checkpoint("motion", "{\"width\":1}").save(path);
    CHECK_THROWS_WITH(open_checkpoint(path, "motion", "{}"), Contains("{\"width\":1}"));
    CHECK(open_checkpoint(path, "motion", "{\"width\":1}"));
}

TEST_CASE("a checkpoint's numbers are exact or refused", "[training_loop]") {
    const TestFolder folder;
    core::SafetensorsWriter writer = begin_checkpoint("motion", "{}");
    writer.set_metadata("sums", exact_text({0.1, 1.0 / 3.0}));
    writer.set_metadata("words", "0.1 x");
    writer.set_metadata("step", "12");
    writer.set_metadata("negative", "-1");
    writer.save(folder / "checkpoint");
    const auto file = *open_checkpoint(folder / "checkpoint", "motion", "{}");
    CHECK(checkpoint_numbers(file, "sums", 2) == std::vector<double>{0.1, 1.0 / 3.0});
    CHECK_THROWS_AS(checkpoint_numbers(file, "sums", 3), core::Error);
    CHECK_THROWS_AS(checkpoint_numbers(file, "words", 2), core::Error);
    CHECK(checkpoint_count(file, "step") == 12);
    CHECK_THROWS_AS(checkpoint_count(file, "negative"), core::Error);
    CHECK_THROWS_AS(checkpoint_count(file, "words"), core::Error);
}

TEST_CASE("curves come back from CSV, damaged ones are refused", "[training_loop]") {
    const std::string csv =
        curves_csv<TwoValues>(kColumns, {{250, 0.125, 2.0}, {500, 1e-9, -3.0}}, kCurveDigits);
    CHECK(csv == "step,a,b\n250,0.125,2\n500,1e-09,-3\n");
    const std::string exact = curves_csv<TwoValues>(kColumns, {{1, 0.1, 1.0 / 3.0}}, kExactDigits);
    CHECK(parse_curves(kColumns, exact).at(0).b == 1.0 / 3.0);
    const auto rows = parse_curves(kColumns, csv);
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].step == 500);
    CHECK(rows[1].b == -3.0);
    for (const char* bad : {"step,a\n1,2\n", "step,a,b\n1,2\n", "step,a,b\n1,2,x\n", ""}) {
        INFO(bad);
        CHECK_THROWS_AS(parse_curves(kColumns, bad), core::Error);
    }
}

TEST_CASE("bad options of all trainings are refused", "[training_loop]") {
    const TestFolder folder;
    const auto refused = [&](auto spoil) {
        TrainingOptions options = line_options(folder);
        spoil(options);
        CHECK_THROWS_WITH(options.check_shared("line training"), Contains("line training: "));
    };
    CHECK_NOTHROW(line_options(folder).check_shared("line training"));
    refused([](TrainingOptions& o) { o.num_steps = 0; });
    refused([](TrainingOptions& o) { o.validate_every = 0; });
    refused([](TrainingOptions& o) { o.warmup_steps = -1; });
    refused([](TrainingOptions& o) { o.learning_rate = 0; });
    refused([](TrainingOptions& o) { o.ema_decay = 1; });
    refused([](TrainingOptions& o) { o.checkpoint.clear(); });
}
