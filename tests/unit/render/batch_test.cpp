// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/batch.h"

#include "batch_threads.h"
#include "face_cache.h"
#include "input_checks.h"
#include "support/synthetic_face.h"
#include "support/talking_motion.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/motion/motion_clip.h"

#include <atomic>
#include <functional>
#include <system_error>
#include <thread>
#include <utility>

#include "support/catch.h"

using namespace vasa;

namespace {

/// Jobs done and to do, as a run of the batch last reported them.
std::pair<std::int64_t, std::int64_t> last_progress(const std::vector<render::BatchJob>& jobs,
                                                    std::vector<std::int64_t>& totals) {
    render::BatchOptions options;
    options.model_dir = support::model_dir();
    options.resume = true;
    std::pair<std::int64_t, std::int64_t> last;
    render::run_batch(jobs, options, [&](std::int64_t done, std::int64_t total) {
        CHECK(done <= total);
        last = {done, total};
        totals.push_back(total);
    });
    return last;
}

}  // namespace

TEST_CASE("progress of a batch leaves out jobs that need no work") {
    const TestFolder folder;
    const head::HeadModel head = support::load_head();
    head::save_face_code(folder / "face.safetensors", support::make_face_code(head, 1), false);
    core::Rng rng(3);
    motion::save_motion(folder / "motion.csv", support::make_talking_motion(3, 25, rng), false);
    std::vector<render::BatchJob> jobs(3);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        jobs[i].line = static_cast<int>(i) + 1;
        jobs[i].options.face = folder / "face.safetensors";
        jobs[i].options.motion = folder / "motion.csv";
        jobs[i].options.decoder = render::Decoder::Geometry;
        jobs[i].options.out = folder / (std::to_string(i) + ".mp4");
    }
    jobs[0].error = core::Error(core::ErrorKind::Input, "no job");
    std::vector<std::int64_t> totals;
    constexpr std::int64_t kStep = render::kJobSteps;
    CHECK(last_progress(jobs, totals) == std::pair(2 * kStep, 2 * kStep));
    CHECK(totals == std::vector<std::int64_t>(totals.size(), 2 * kStep));
    CHECK(totals.size() >= 1 + 2 * 3);
    // Run again: nothing is left to do.
    CHECK(last_progress(jobs, totals) == std::pair<std::int64_t, std::int64_t>(0, 0));
    jobs[2].options.crf = 30;
    CHECK(last_progress(jobs, totals) == std::pair(kStep, kStep));
}

TEST_CASE(
    "a worker that cannot be started ends the batch with an error, and the others are joined") {
    std::vector<render::BatchJob> jobs(8);
    for (render::BatchJob& job : jobs) {
        job.error = core::Error(core::ErrorKind::Input, "no job");
    }
    render::BatchOptions options;
    options.model_dir = support::model_dir();
    options.num_workers = 8;
    std::atomic<int> num_started{0}, num_ended{0};
    const auto two_only = [&](std::function<void()> work) {
        if (num_started == 2) {
            throw std::system_error(
                std::make_error_code(std::errc::resource_unavailable_try_again));
        }
        ++num_started;
        return std::thread([&num_ended, work = std::move(work)] {
            work();
            ++num_ended;
        });
    };
    try {
        render::run_batch(jobs, options, {}, {}, two_only);
        FAIL("no error");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Resource);
        CHECK(std::string(error.what()).find("cannot start a thread") == 0);
    }
    CHECK(num_started == 2);
    CHECK(num_ended == 2);
}

TEST_CASE("a face code is made once for all that ask for it, and the oldest goes") {
    render::FaceCache cache(2);
    std::atomic<int> num_made{0};
    const auto get = [&](const std::string& key) {
        return cache.get(key, [&] {
            ++num_made;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            return std::make_shared<const head::FaceCode>();
        });
    };
    std::vector<std::thread> threads;
    std::vector<render::FaceCache::Code> codes(4);
    for (auto& code : codes) {
        threads.emplace_back([&get, &code] { code = get("a"); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(num_made == 1);
    CHECK((codes[0] != nullptr && codes[3] == codes[0]));
    get("b");
    get("a");
    get("c");  // b is the least recently used
    CHECK(num_made == 3);
    get("a");
    CHECK(num_made == 3);
    get("b");
    CHECK(num_made == 4);
    // A code that could not be made is tried again.
    for (int i = 0; i < 2; ++i) {
        CHECK_THROWS_AS(cache.get("bad",
                                  [&]() -> render::FaceCache::Code {
                                      ++num_made;
                                      throw core::Error(core::ErrorKind::Input, "no face");
                                  }),
                        core::Error);
    }
    CHECK(num_made == 6);
}

TEST_CASE("an input is looked at once, whatever is found") {
    render::InputChecks checks;
    int num_looks = 0;
    for (int i = 0; i < 3; ++i) {
        checks.once("good", [&] { ++num_looks; });
        CHECK_THROWS_AS(checks.once("bad",
                                    [&] {
                                        ++num_looks;
                                        throw core::Error(core::ErrorKind::Input, "no face");
                                    }),
                        core::Error);
    }
    CHECK(num_looks == 2);
}
