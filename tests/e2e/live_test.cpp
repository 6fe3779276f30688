// SPDX-License-Identifier: Apache-2.0
// `vasa live` with real pipes: what it reads and writes, and how it ends.
#include "live_process.h"

#include "vasa/media/audio_file.h"
#include "vasa/media/sound_stream.h"
#include "vasa/media/video_file.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
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

constexpr std::size_t kYuvBytes = 512 * 512 * 3 / 2;

/// The face code of a portrait, made once.
const std::string& face_path() {
    static const TemporaryFolder folder;
    static const std::string path = [] {
        const auto portrait = test::find_portrait();
        if (!portrait) {
            return std::string();
        }
        const std::string made = folder.path("face.safetensors");
        const RunResult run = test::run_vasa(
            {"encode", "--image", *portrait, "--out", made, "--models", VASA_MODEL_DIR});
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        return made;
    }();
    return path;
}

Words live_with(const Words& more) {
    Words words = {"--face", face_path(), "--decoder", "geometry"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// The event of that name, of a program that has ended.
json event_of(const LiveProcess& live, const std::string& name) {
    for (const json& event : live.events()) {
        if (event["event"] == name) {
            return event;
        }
    }
    INFO(live.err());
    FAIL("no event " << name);
    return nullptr;
}

/// A listener on loopback that keeps what is sent to it.
class TcpListener {
  public:
    TcpListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(fd_, generic, sizeof address) == 0);
        REQUIRE(::listen(fd_, 1) == 0);
        REQUIRE(::getsockname(fd_, generic, &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { receive(); });
    }
    ~TcpListener() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }

    std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
    /// Waits for the end of the connection.
    const std::string& received() {
        while (!is_done_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return bytes_;
    }

  private:
    void receive() {
        const int connection = ::accept(fd_, nullptr, nullptr);
        char block[1 << 14];
        ssize_t count = 0;
        while ((count = ::read(connection, block, sizeof block)) > 0) {
            bytes_.append(block, static_cast<std::size_t>(count));
        }
        ::close(connection);
        is_done_ = true;
    }

    int fd_;
    int port_ = 0;
    std::string bytes_;
    std::atomic<bool> is_done_{false};
    std::thread thread_;
};

}  // namespace

TEST_CASE("live speech of any form becomes as many frames as it lasts", "[live]") {
    if (face_path().empty()) {
        return;
    }
    const std::vector<std::int16_t> speech = make_syllables(1.0);
    const std::string bytes(reinterpret_cast<const char*>(speech.data()), 2 * speech.size());
    std::vector<float> floats(speech.begin(), speech.end());
    for (float& sample : floats) {
        sample /= 32768.0F;
    }
    const std::string float_bytes(reinterpret_cast<const char*>(floats.data()), 4 * floats.size());
    // The same bytes stand for less time at another rate or with more channels.
    for (const auto& [format, data, seconds] : {std::tuple{"s16le:16000", bytes, 1.0},
                                                std::tuple{"s16le:16000:2", bytes, 0.5},
                                                std::tuple{"f32le:48000", float_bytes, 1.0 / 3},
                                                std::tuple{"s16le:8000", bytes, 2.0}}) {
        INFO(format);
        LiveProcess live(live_with({"--pace", "input", "--audio-format", format}));
        std::thread writer([&, &all = data] {
            live.write(all);
            live.close_input();
        });
        int num_frames = 0;
        while (!live.read_frame().empty()) {
            ++num_frames;
        }
        writer.join();
        const RunResult run = live.wait();
        INFO(run.err);
        CHECK(run.exit_code == 0);
        CHECK(num_frames == static_cast<int>(std::ceil(25 * seconds - 1e-9)));
        CHECK(live.header() == "YUV4MPEG2 W512 H512 F25:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED");
        CHECK(event_of(live, "end")["frames"] == num_frames);
    }
}

TEST_CASE("raw live pictures hold the same in every form", "[live]") {
    if (face_path().empty()) {
        return;
    }
    std::vector<std::string> streams;
    for (const char* format : {"yuv4mpeg", "nv12", "rgb24"}) {
        LiveProcess live(live_with({"--pace", "input", "--format", format}));
        live.write(make_syllables(0.2));
        live.close_input();
        streams.push_back(live.read_to_end());
        CHECK(live.wait().exit_code == 0);
    }
    const std::size_t header = streams[0].find('\n') + 1;
    REQUIRE(streams[0].size() == header + 5 * (kYuvBytes + 6));
    REQUIRE(streams[1].size() == 5 * kYuvBytes);
    REQUIRE(streams[2].size() == 5 * 2 * kYuvBytes);
    const std::string planar = streams[0].substr(header + 6, kYuvBytes);
    const std::string nv12 = streams[1].substr(0, kYuvBytes);
    const std::size_t num_luma = 512 * 512, num_chroma = num_luma / 4;
    CHECK(planar.substr(0, num_luma) == nv12.substr(0, num_luma));
    for (const std::size_t i : {std::size_t{0}, num_chroma / 2, num_chroma - 1}) {
        CHECK(planar[num_luma + i] == nv12[num_luma + 2 * i]);
        CHECK(planar[num_luma + num_chroma + i] == nv12[num_luma + 2 * i + 1]);
    }
}

TEST_CASE("garbage is no reason to stop, nothing at all is", "[live]") {
    if (face_path().empty()) {
        return;
    }
    std::string garbage;
    for (int i = 0; i < 50'003; ++i) {
        garbage.push_back(static_cast<char>((i * 2654435761U) >> 13U));
    }
    LiveProcess noise(live_with({"--pace", "input", "--audio-format", "f32le:16000"}));
    std::thread writer([&] {
        noise.write(garbage);
        noise.close_input();
    });
    CHECK_FALSE(noise.read_to_end().empty());
    writer.join();
    const RunResult noisy = noise.wait();
    CHECK(noisy.exit_code == 0);
    CHECK_THAT(noisy.err, Catch::Contains("ends within a sample: 3 bytes"));
    for (const char* pace : {"real", "input"}) {
        LiveProcess empty(live_with({"--pace", pace}));
        empty.close_input();
        empty.read_to_end();
        const RunResult run = empty.wait();
        CHECK(run.exit_code == 3);
        CHECK_THAT(run.err, Catch::Contains("no sample"));
    }
}

TEST_CASE("a live stream ends when its reader does", "[live]") {
    if (face_path().empty()) {
        return;
    }
    for (const char* format : {"yuv4mpeg", "mpegts"}) {
        INFO(format);
        LiveProcess live(live_with({"--format", format}));
        REQUIRE(live.read(1000).size() == 1000);
        live.close_output();
        const RunResult run = live.wait();  // although its input goes on
        INFO(run.err);
        CHECK(run.exit_code == 0);
        CHECK(event_of(live, "closed")["t_s"] > 0);
    }
}

TEST_CASE("a live stream that cannot be written is an output error", "[live]") {
    if (face_path().empty()) {
        return;
    }
    const TemporaryFolder folder;
    test::write_text(folder.path("old.y4m"), "old");
    for (const std::string& out : {folder.path("old.y4m"), folder.path("none/a.y4m")}) {
        LiveProcess live(live_with({"--out", out}));
        CHECK(live.wait().exit_code == 5);
    }
    CHECK(test::read_text(folder.path("old.y4m")) == "old");
    LiveProcess full(live_with({"--out", "/dev/full", "--format", "rgb24"}));
    CHECK(full.wait().exit_code == 5);
    LiveProcess unreachable(live_with({"--out", "tcp://127.0.0.1:1"}));
    CHECK(unreachable.wait().exit_code == 5);
}

TEST_CASE("an interrupt of a live stream ends it, a kill leaves nothing", "[live]") {
    if (face_path().empty()) {
        return;
    }
    for (const auto& [number, exit_code] :
         {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}, std::pair{SIGKILL, -1}}) {
        const TemporaryFolder folder;
        LiveProcess live(
            live_with({"--control-socket", folder.path("c"), "--out", folder.path("o.y4m")}));
        live.wait_for("first_frame");
        live.kill(number);
        CHECK(live.wait().exit_code == exit_code);
        const Words names = folder.names();
        CHECK(names == (number == SIGKILL ? Words{"c", "o.y4m"} : Words{"o.y4m"}));
        if (number == SIGKILL) {
            // A socket that was left does not keep the next stream from starting.
            LiveProcess next(live_with({"--control-socket", folder.path("c")}));
            next.wait_for("ready");
        }
    }
}

TEST_CASE("with a slow reader live frames are dropped, or the stream waits", "[live]") {
    if (face_path().empty()) {
        return;
    }
    for (const bool is_dropping : {true, false}) {
        LiveProcess live(live_with({"--when-slow", is_dropping ? "drop" : "wait"}));
        live.write(make_syllables(1.5));
        live.close_input();
        REQUIRE_FALSE(live.read_frame().empty());
        std::this_thread::sleep_for(std::chrono::milliseconds(800));
        int num_frames = 1;
        while (!live.read_frame().empty()) {
            ++num_frames;
        }
        CHECK(live.wait().exit_code == 0);
        const json end = event_of(live, "end");
        INFO(end);
        CHECK(end["frames"] == num_frames);
        const auto total = static_cast<int>(
            std::round(25 * (end["speech_s"].get<double>() + end["silence_s"].get<double>())));
        if (is_dropping) {
            CHECK(end["dropped"].get<int>() > 10);
            CHECK(num_frames < 33);
        } else {
            CHECK(end["dropped"] == 0);
            CHECK(end["skipped"] == 0);
            CHECK(end["reader_waited_s"] > 0.3);
            CHECK(num_frames >= 38);
        }
        // Speech and the silence before, with a little for the look-ahead.
        CHECK(std::abs(total - num_frames - end["dropped"].get<int>() -
                       end["skipped"].get<int>()) <= 6);
    }
}

TEST_CASE("a stall of the input becomes silence, and sound and picture stay together", "[live]") {
    if (face_path().empty()) {
        return;
    }
    const TemporaryFolder folder;
    LiveProcess live(live_with({"--out", folder.path("o.mp4"), "--max-lag", "0.3"}));
    live.wait_for("first_frame");
    const std::vector<std::int16_t> tone = make_syllables(0.25);
    live.write(tone);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    live.write(tone);
    live.close_input();
    const RunResult run = live.wait();
    INFO(run.err);
    CHECK(run.exit_code == 0);
    CHECK(event_of(live, "end")["silence_s"] > 1.2);
    const media::AudioClip sound = media::load_audio(folder.path("o.mp4"));
    const media::VideoInfo info = media::probe_video(folder.path("o.mp4"));
    CHECK(std::fabs(sound.duration_s() - info.duration_s) < 0.1);
    // Sound of both pieces, with the stall between.
    std::vector<double> loud_s;
    for (std::size_t i = 0; i < sound.samples.size(); ++i) {
        if (std::fabs(sound.samples[i]) > 0.2F) {
            loud_s.push_back(static_cast<double>(i) / sound.sample_rate / sound.channels);
        }
    }
    REQUIRE(loud_s.size() > 100);
    double gap_s = 0;
    for (std::size_t i = 1; i < loud_s.size(); ++i) {
        gap_s = std::max(gap_s, loud_s[i] - loud_s[i - 1]);
    }
    CHECK(gap_s > 1.2);
    CHECK(gap_s < 2.5);
}

TEST_CASE("a listener on loopback gets a live stream with sound", "[live]") {
    if (face_path().empty()) {
        return;
    }
    const TemporaryFolder folder;
    TcpListener listener;
    LiveProcess live(live_with({"--pace", "input", "--out", listener.address()}));
    live.write(make_syllables(1.0));
    live.close_input();
    CHECK(live.wait().exit_code == 0);
    test::write_text(folder.path("o.ts"), listener.received());
    const media::VideoInfo info = media::probe_video(folder.path("o.ts"));
    CHECK(info.num_frames == 25);
    CHECK(info.video_codec == "h264");
    CHECK(std::fabs(media::load_audio(folder.path("o.ts")).duration_s() - 1.0) < 0.1);
}

TEST_CASE("libav hears a live stream while it runs", "[live]") {
    if (face_path().empty()) {
        return;
    }
    const std::string address = "tcp://127.0.0.1:" + std::to_string(20'000 + ::getpid() % 20'000);
    std::vector<float> heard;
    std::thread listener([&] {
        media::SoundStream sound(address + "?listen=1", [] { return false; });
        while (sound.read(heard)) {
        }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    LiveProcess live(live_with({"--pace", "input", "--format", "mpegts", "--out", address}));
    live.write(make_syllables(2.0));
    live.close_input();
    const RunResult run = live.wait();
    listener.join();
    INFO(run.err);
    CHECK(run.exit_code == 0);
    REQUIRE(heard.size() > 80'000);
    CHECK(*std::max_element(heard.begin(), heard.end()) > 0.2F);
}

TEST_CASE("live options that contradict each other are usage errors", "[live]") {
    if (face_path().empty()) {
        return;
    }
    for (const Words& words : {Words{"--pace", "input", "--when-slow", "drop"},
                               Words{"--audio-format", "mp3"},
                               Words{"--out", "clip.avi"},
                               Words{"--format", "gif"},
                               Words{"--fps", "0"}}) {
        LiveProcess live(live_with(words));
        const RunResult run = live.wait();
        INFO(words[0] << run.err);
        CHECK(run.exit_code == 2);
    }
}
