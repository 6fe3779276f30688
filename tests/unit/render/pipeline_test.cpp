// SPDX-License-Identifier: Apache-2.0
#include "pipeline.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using render::FrameItem;
using render::Stage;

namespace {

constexpr std::size_t kNumStages = 4;

Stage idle(const std::string& name) {
    return {name, [](FrameItem&) {}};
}

std::vector<Stage> idle_stages() {
    return {idle("a"), idle("b"), idle("c"), idle("d")};
}

render::PipelineReport run(std::int64_t count,
                           const std::vector<Stage>& stages,
                           std::size_t queue_bytes = 1U << 20U,
                           const core::StopToken& stop = {}) {
    return render::run_pipeline(count, stages, queue_bytes, {}, stop);
}

}  // namespace

TEST_CASE("every item passes every stage once, in order") {
    std::vector<std::vector<std::int64_t>> seen(kNumStages);
    // Catch's assertions are not safe on several threads.
    std::atomic<int> num_early{0};
    std::vector<Stage> stages = idle_stages();
    for (std::size_t s = 0; s < kNumStages; ++s) {
        stages[s].run = [&seen, &num_early, s](FrameItem& item) {
            seen[s].push_back(item.index);
            // The output of the earlier stages is present.
            num_early += item.motion.pose.x_cm == static_cast<float>(s) ? 0 : 1;
            item.motion.pose.x_cm += 1.0F;
        };
    }
    run(200, stages);
    CHECK(num_early == 0);
    for (const std::vector<std::int64_t>& indices : seen) {
        REQUIRE(indices.size() == 200);
        for (std::int64_t i = 0; i < 200; ++i) {
            CHECK(indices[static_cast<std::size_t>(i)] == i);
        }
    }
}

TEST_CASE("items of a stage with several workers leave it in order") {
    std::vector<Stage> stages = idle_stages();
    std::atomic<int> num_inside{0}, most_inside{0};
    stages[1].num_workers = 3;
    stages[1].run = [&](FrameItem& item) {
        const int inside = ++num_inside;
        most_inside = std::max(most_inside.load(), inside);
        std::this_thread::sleep_for(std::chrono::milliseconds(item.index % 3 == 0 ? 3 : 0));
        --num_inside;
    };
    std::vector<std::int64_t> seen;
    stages[2].run = [&](FrameItem& item) { seen.push_back(item.index); };
    const render::PipelineReport report = run(100, stages);
    REQUIRE(seen.size() == 100);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    CHECK(most_inside > 1);
    CHECK(most_inside <= 3);
    CHECK(report.busy_s[1] > 0.09);

    stages[1].run = [&](FrameItem& item) {
        if (item.index == 41) {
            throw core::Error(core::ErrorKind::Input, "one of them fails");
        }
    };
    CHECK_THROWS_AS(run(100, stages), core::Error);
    stages[0].num_workers = 2;
    CHECK_THROWS_AS(run(1, stages), core::Error);
}

TEST_CASE("progress counts up to the total, none for no items") {
    std::vector<std::int64_t> done;
    const auto progress = [&](std::int64_t i, std::int64_t total) {
        CHECK(total == 7);
        done.push_back(i);
    };
    render::run_pipeline(7, idle_stages(), 1U << 20U, progress, {});
    CHECK(done == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7});
    done.clear();
    render::run_pipeline(0, idle_stages(), 1U << 20U, progress, {});
    CHECK(done.empty());
}

TEST_CASE("an error in any stage ends all of them and is the one reported") {
    for (std::size_t failing = 0; failing < kNumStages; ++failing) {
        for (const std::int64_t at : {0, 3, 49}) {
            std::vector<Stage> stages = idle_stages();
            stages[failing].run = [at](FrameItem& item) {
                item.rgb = core::ImageU8(64, 64, 3);
                if (item.index == at) {
                    throw core::Error(core::ErrorKind::Output, "disk is full", "make room");
                }
            };
            std::int64_t finished = 0;
            if (failing + 1 < kNumStages) {
                stages.back().run = [&](FrameItem&) { ++finished; };
            }
            try {
                run(50, stages, 1);
                FAIL("no error from stage " << failing);
            } catch (const core::Error& error) {
                CHECK(error.kind() == core::ErrorKind::Output);
                CHECK(std::string(error.what()) == "disk is full");
                CHECK(error.hint() == "make room");
            }
            CHECK(finished <= at);
        }
    }
}

TEST_CASE("other exceptions become errors of their kind, naming the stage") {
    std::vector<Stage> stages = idle_stages();
    const auto kind_of = [&]() {
        try {
            run(3, stages);
        } catch (const core::Error& error) {
            CHECK_THAT(error.what(), Catch::Contains("'c'"));
            return error.kind();
        }
        return core::ErrorKind::Batch;
    };
    stages[2].run = [](FrameItem&) { throw std::bad_alloc(); };
    CHECK(kind_of() == core::ErrorKind::Resource);
    stages[2].run = [](FrameItem&) { throw std::runtime_error("odd"); };
    CHECK(kind_of() == core::ErrorKind::Internal);
    stages[2].run = [](FrameItem&) { throw 42; };
    CHECK(kind_of() == core::ErrorKind::Internal);
}

TEST_CASE("a stop request ends an endless pipeline") {
    for (const int signal_number : {2, 15}) {
        core::StopToken stop;
        std::vector<Stage> stages = idle_stages();
        stages[1].run = [&](FrameItem& item) {
            if (item.index == 20) {
                stop.request_stop(signal_number);
            }
        };
        try {
            run(1'000'000'000'000, stages, 4096, stop);
            FAIL("did not stop");
        } catch (const core::Error& error) {
            CHECK(error.kind() == (signal_number == 2 ? core::ErrorKind::Interrupted
                                                      : core::ErrorKind::Terminated));
        }
    }
}

TEST_CASE("frames do not pile up before a slow stage") {
    constexpr int kSide = 64;
    constexpr std::size_t kFrameBytes = kSide * kSide * 3 + sizeof(FrameItem);
    std::atomic<int> alive{0};
    std::atomic<int> most{0};
    std::vector<Stage> stages = idle_stages();
    stages[1].run = [&](FrameItem& item) {
        item.rgb = core::ImageU8(kSide, kSide, 3);
        most = std::max(most.load(), ++alive);
    };
    stages[3].run = [&](FrameItem&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        --alive;
    };
    run(60, stages, 3 * kFrameBytes);
    // Two queues of three items, and one item in each of the three stages.
    CHECK(most <= 9);
}

TEST_CASE("the report holds each stage's own time") {
    std::vector<Stage> stages = idle_stages();
    stages[2].run = [](FrameItem&) { std::this_thread::sleep_for(std::chrono::milliseconds(4)); };
    const render::PipelineReport report = run(10, stages);
    REQUIRE(report.busy_s.size() == kNumStages);
    CHECK(report.busy_s[2] >= 0.04);
    CHECK(report.busy_s[0] < report.busy_s[2]);
    CHECK(report.first_item_s >= 0.004);
}
