// SPDX-License-Identifier: Apache-2.0
#include "live/output_thread.h"

#include "vasa/core/error.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using app::FrameWriter;
using app::OutputThread;
using app::WhenSlow;
using app::WriteEnd;
using render::LiveFrame;

namespace {

/// What a reader has got, and whether it reads.
struct Reader {
    std::mutex mutex;
    std::condition_variable changed;
    bool is_reading = false;
    bool is_writing = false;  ///< a write waits for it
    WriteEnd end = WriteEnd::Done;
    std::vector<std::int64_t> frames;
    std::vector<float> sound;
    std::int64_t num_skipped_samples = 0;

    void read() {
        const std::lock_guard<std::mutex> lock(mutex);
        is_reading = true;
        changed.notify_all();
    }
    void wait_for_write() {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [&] { return is_writing; });
    }
};

class TestWriter : public FrameWriter {
  public:
    explicit TestWriter(std::shared_ptr<Reader> reader) : reader_(std::move(reader)) {}

    WriteEnd write(const LiveFrame& frame) override {
        std::unique_lock<std::mutex> lock(reader_->mutex);
        reader_->is_writing = true;
        reader_->changed.notify_all();
        reader_->changed.wait(lock, [&] { return reader_->is_reading; });
        if (!frame.is_skipped) {
            reader_->frames.push_back(frame.index);
        }
        reader_->sound.insert(reader_->sound.end(), frame.sound.begin(), frame.sound.end());
        return reader_->end;
    }
    void skip_sound(std::int64_t num_samples) override {
        reader_->num_skipped_samples += num_samples;
    }
    WriteEnd finish() override { return WriteEnd::Done; }

  private:
    std::shared_ptr<Reader> reader_;
};

LiveFrame frame_at(std::int64_t index, bool is_skipped = false) {
    LiveFrame frame;
    frame.index = index;
    frame.is_skipped = is_skipped;
    frame.sound = {static_cast<float>(index), static_cast<float>(index)};
    return frame;
}

}  // namespace

TEST_CASE("a slow reader gets the newest frame and all of the sound", "[threads]") {
    const auto reader = std::make_shared<Reader>();
    OutputThread out(
        std::make_unique<TestWriter>(reader),
        WhenSlow::Drop,
        50,
        [](const LiveFrame&) {},
        core::StopToken());
    REQUIRE(out.offer(frame_at(0)));
    reader->wait_for_write();
    for (int i = 1; i <= 5; ++i) {
        REQUIRE(out.offer(frame_at(i)));
    }
    REQUIRE(out.offer(frame_at(6, true)));
    CHECK(out.counts().num_dropped == 4);
    reader->read();
    out.finish();
    CHECK(reader->frames == std::vector<std::int64_t>{0, 5});
    CHECK(reader->sound == std::vector<float>{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6});
    CHECK(out.counts().num_written == 2);
    CHECK(reader->num_skipped_samples == 0);
}

TEST_CASE("sound that waits for a reader is bounded, and its time is kept", "[threads]") {
    const auto reader = std::make_shared<Reader>();
    OutputThread out(
        std::make_unique<TestWriter>(reader),
        WhenSlow::Drop,
        50,  // samples a second: 500 may wait
        [](const LiveFrame&) {},
        core::StopToken());
    REQUIRE(out.offer(frame_at(0)));
    reader->wait_for_write();
    for (int i = 1; i <= 300; ++i) {
        REQUIRE(out.offer(frame_at(i)));
    }
    reader->read();
    out.finish();
    CHECK(reader->num_skipped_samples == 100);
    CHECK(reader->sound.size() == 502);
    CHECK(reader->sound.back() == 300.0F);
    CHECK(out.counts().lost_sound_s == Approx(2.0));
}

TEST_CASE("a stream that waits for its reader drops nothing", "[threads]") {
    const auto reader = std::make_shared<Reader>();
    OutputThread out(
        std::make_unique<TestWriter>(reader),
        WhenSlow::Wait,
        50,
        [](const LiveFrame&) {},
        core::StopToken());
    std::thread later([&] {
        reader->wait_for_write();
        reader->read();
    });
    for (int i = 0; i < 20; ++i) {
        REQUIRE(out.offer(frame_at(i)));
    }
    out.finish();
    later.join();
    CHECK(reader->frames.size() == 20);
    CHECK(out.counts().num_dropped == 0);
}

TEST_CASE("a closed reader ends the output", "[threads]") {
    const auto reader = std::make_shared<Reader>();
    reader->end = WriteEnd::Closed;
    reader->is_reading = true;
    OutputThread out(
        std::make_unique<TestWriter>(reader),
        WhenSlow::Wait,
        50,
        [](const LiveFrame&) {},
        core::StopToken());
    int num_taken = 0;
    while (num_taken < 100 && out.offer(frame_at(num_taken))) {
        ++num_taken;
    }
    CHECK(num_taken < 100);
    CHECK(out.is_closed());
}
