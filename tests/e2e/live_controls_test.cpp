// SPDX-License-Identifier: Apache-2.0
// Controls of `vasa live` while it runs: from a pipe and from a socket, good lines and bad ones.
#include "live_process.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/catch.h"

using namespace vasa;
using nlohmann::json;
using test::LiveProcess;
using test::Luma;
using test::make_syllables;
using test::RunResult;
using test::TemporaryFolder;

namespace {

using Words = std::vector<std::string>;

/// Mean difference of two frames where `mask` says.
double difference(const Luma& a, const Luma& b, const std::vector<bool>& mask) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (mask.empty() || mask[i]) {
            sum += std::abs(a[i] - b[i]);
            count += 1;
        }
    }
    return sum / count;
}

/// The pixels that differ most between the frames: the mouth of one who speaks.
std::vector<bool> find_mouth(const std::vector<Luma>& frames) {
    std::vector<int> range(frames[0].size());
    for (std::size_t i = 0; i < range.size(); ++i) {
        int least = 255, most = 0;
        for (const Luma& frame : frames) {
            least = std::min<int>(least, frame[i]);
            most = std::max<int>(most, frame[i]);
        }
        range[i] = most - least;
    }
    std::vector<int> sorted = range;
    const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() - 1500);
    std::nth_element(sorted.begin(), place, sorted.end());
    std::vector<bool> mask;
    for (const int value : range) {
        mask.push_back(value >= *place);
    }
    return mask;
}

/// A connection to a control socket.
class Client {
  public:
    explicit Client(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy(path.begin(), path.end(), address.sun_path);
        REQUIRE(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    ~Client() { ::close(fd_); }

    void send(const std::string& text) const {
        (void)!::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    }
    json answer() const {
        std::string line;
        char byte = 0;
        while (::read(fd_, &byte, 1) == 1 && byte != '\n') {
            line.push_back(byte);
        }
        return json::parse(line);
    }

  private:
    int fd_;
};

struct Faces {
    TemporaryFolder folder;
    std::string first, second;

    Faces() {
        const auto portrait = test::find_portrait();
        if (!portrait) {
            return;
        }
        first = folder.path("a.safetensors");
        second = folder.path("b.safetensors");
        for (const std::string& path : {first, second}) {
            REQUIRE(test::run_vasa(
                        {"encode", "--image", *portrait, "--out", path, "--models", VASA_MODEL_DIR})
                        .exit_code == 0);
        }
    }
};

const Faces& faces() {
    static const Faces made;
    return made;
}

Words live_with(const Words& more) {
    Words words = {"--face", faces().first, "--decoder", "geometry"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("an interrupted live stream shuts its mouth within two frames", "[live]") {
    if (faces().first.empty()) {
        return;
    }
    // Paced by its input: no frame is left out, however slow the machine is. The head rests, so
    // that what differs is the mouth.
    LiveProcess live(live_with({"--pace", "input", "--head-motion", "0", "--blink-rate", "0"}));
    std::vector<Luma> frames;
    std::thread writer([&] { live.write(make_syllables(2.5)); });
    for (int i = 0; i < 30; ++i) {
        frames.push_back(live.read_frame());
    }
    writer.join();
    live.control(R"({"interrupt": true})");
    const auto first_after = live.wait_for("done")["interrupted_frame"].get<std::size_t>();
    live.write(std::vector<std::int16_t>(16'000));
    live.close_input();
    for (Luma frame = live.read_frame(); !frame.empty(); frame = live.read_frame()) {
        frames.push_back(std::move(frame));
    }
    CHECK(live.wait().exit_code == 0);
    CHECK(live.wait_for("end")["interrupted_s"] > 0.5);
    REQUIRE(frames.size() > first_after + 6);
    const std::vector<bool> mouth = find_mouth({frames.begin() + 5, frames.begin() + 30});
    double open = 0, after = 0;
    for (std::size_t i = 5; i < 30; ++i) {
        open = std::max(open, difference(frames[i], frames[0], mouth));
    }
    for (std::size_t i = first_after + 2; i < first_after + 6; ++i) {
        after = std::max(after, difference(frames[i], frames[first_after + 6], mouth));
    }
    INFO("open " << open << ", after " << after);
    CHECK(after < 0.25 * open);
}

TEST_CASE("bad lines of controls are events, and the stream goes on", "[live]") {
    if (faces().first.empty()) {
        return;
    }
    LiveProcess live(live_with({}));
    live.wait_for("ready");
    const Words bad = {"nonsense",
                       R"({"gaze": [1000, 0]})",
                       R"({"emotion": "bored"})",
                       R"({"portrait": "/no/such/file.png"})",
                       R"({"out": "/tmp/x"})",
                       std::string(10'000, 'x')};
    for (const std::string& line : bad) {
        live.control(line);
    }
    live.control("");
    live.control(R"({"stats": true, "emotion": "happy", "gaze": [10, 0], "distance": 1.2})");
    live.wait_for("stats");
    live.write(make_syllables(0.3));
    live.close_input();
    live.read_to_end();
    const RunResult run = live.wait();
    CHECK(run.exit_code == 0);
    const std::vector<json> events = live.events();
    const auto num_errors = std::count_if(
        events.begin(), events.end(), [](const json& event) { return event["event"] == "error"; });
    INFO(run.err);
    CHECK(num_errors == static_cast<std::ptrdiff_t>(bad.size()));
}

TEST_CASE("a control socket answers its user, and one who never reads is no harm", "[live]") {
    if (faces().first.empty()) {
        return;
    }
    const TemporaryFolder folder;
    const std::string path = folder.path("control");
    LiveProcess live(live_with({"--control-socket", path}));
    live.wait_for("ready");
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const Client deaf(path);
    for (int i = 0; i < 3000; ++i) {
        deaf.send("{\"stats\": true}\n");  // the answers fill its socket
    }
    const Client user(path);
    user.send("{\"stats\":");
    user.send(" true}\n{\"pause\": 1}\n");
    CHECK(user.answer()["event"] == "stats");
    CHECK(user.answer()["event"] == "error");
    REQUIRE_FALSE(live.read_frame().empty());
    live.write(make_syllables(0.2));
    live.close_input();
    live.read_to_end();
    CHECK(live.wait().exit_code == 0);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a portrait is changed at the frame that the event names", "[live]") {
    if (faces().first.empty()) {
        return;
    }
    LiveProcess live(live_with({"--pace", "input"}));
    std::thread writer([&] {
        live.write(std::vector<std::int16_t>(16'000 * 4));
        live.close_input();
    });
    for (int i = 0; i < 5; ++i) {
        REQUIRE_FALSE(live.read_frame().empty());
    }
    live.control(R"({"portrait": ")" + faces().second + R"(", "distance": 1})");
    const json changed = live.wait_for("portrait");
    CHECK(changed["path"] == faces().second);
    CHECK(changed["frame"] >= 4);
    CHECK(changed["took_s"] > 0);
    live.read_to_end();
    writer.join();
    CHECK(live.wait().exit_code == 0);
}
