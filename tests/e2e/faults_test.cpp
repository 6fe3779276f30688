// SPDX-License-Identifier: Apache-2.0
// Machine faults: full disks, folders without write permission, kills, little memory. The exit code
// is right, and no incomplete output is left behind.
#include "program.h"

#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/mount.h>
#include <unistd.h>

#include "support/catch.h"

using namespace vasa;
using test::run_vasa;
using test::RunOptions;
using test::RunResult;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

void check_error(const RunResult& run, int exit_code, const std::string& part) {
    INFO(run.err);
    CHECK(run.signal_number == 0);
    CHECK(run.exit_code == exit_code);
    CHECK_THAT(run.err, Catch::Contains("vasa: error: ") && Catch::Contains(part));
}

Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// Speech, motion, and a face code of the portrait.
class Inputs {
  public:
    explicit Inputs(const std::string& portrait) : portrait_(portrait) {
        test::write_speech(folder_.path("s.wav"), 2.0);
        motion::MotionClip clip;
        clip.frames.resize(50);
        for (motion::MotionFrame& frame : clip.frames) {
            frame.pose.z_cm = -100.0F;
        }
        motion::save_motion(folder_.path("m.csv"), clip, false);
        const RunResult run =
            run_vasa({"encode", "--image", portrait, "--out", face(), "--models", VASA_MODEL_DIR});
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
    }
    std::string face() const { return folder_.path("face.safetensors"); }
    std::string speech() const { return folder_.path("s.wav"); }
    std::string motion() const { return folder_.path("m.csv"); }

    Words render(const std::string& out) const {
        return {"render",
                "--face",
                face(),
                "--audio",
                speech(),
                "--driver",
                "rules",
                "--decoder",
                "geometry",
                "--out",
                out,
                "--models",
                VASA_MODEL_DIR};
    }
    Words encode(const std::string& out) const {
        return {"encode", "--image", portrait_, "--out", out, "--models", VASA_MODEL_DIR};
    }
    Words animate(const std::string& out) const {
        return {"animate", "--driver", "rules", "--audio", speech(), "--out", out};
    }

  private:
    std::string portrait_;
    TemporaryFolder folder_;
};

std::optional<Inputs> find_inputs() {
    const auto portrait = test::find_portrait();
    return portrait ? std::make_optional<Inputs>(*portrait) : std::nullopt;
}

/// A separate file system, small or read-only. Needs root.
class SmallDisk {
  public:
    SmallDisk(std::string folder, const std::string& options) : folder_(std::move(folder)) {
        fs::create_directory(folder_);
        is_there_ = ::mount("vasa_test", folder_.c_str(), "tmpfs", 0, options.c_str()) == 0;
        if (!is_there_) {
            WARN("SKIPPED: no file system can be mounted here (needs root)");
        }
    }
    ~SmallDisk() {
        if (is_there_) {
            ::umount2(folder_.c_str(), MNT_DETACH);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool is_there() const { return is_there_; }
    bool make_read_only() const {
        return ::mount("vasa_test", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
    }
    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    std::size_t num_entries() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : fs::recursive_directory_iterator(folder_)) {
            ++count;
        }
        return count;
    }

  private:
    std::string folder_;
    bool is_there_ = false;
};

void write_jobs(const std::string& list, const Inputs& inputs, const Words& outputs) {
    std::string text;
    for (const std::string& out : outputs) {
        text += nlohmann::json{{"face", inputs.face()},
                               {"audio", inputs.speech()},
                               {"driver", "rules"},
                               {"decoder", "geometry"},
                               {"out", out}}
                    .dump() +
                "\n";
    }
    test::write_text(list, text);
}

/// Frames of a complete video; -1 for a damaged one.
int count_frames(const std::string& path) {
    try {
        media::VideoReader reader(path);
        core::ImageU8 frame;
        int count = 0;
        while (reader.read(frame)) {
            ++count;
        }
        return count;
    } catch (const std::exception&) {
        return -1;
    }
}

bool is_unfinished(const std::string& name) {
    const std::string extension = fs::path(name).extension().string();
    return extension == ".part" || extension == ".lock";
}

}  // namespace

TEST_CASE("a full disk is an output error that leaves nothing", "[faults][root]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    const TemporaryFolder folder;
    const SmallDisk disk(folder.path("disk"), "size=8k");
    if (!disk.is_there()) {
        return;
    }
    for (const Words& words : {inputs->render(disk.path("o.mp4")),
                               inputs->render(disk.path("%03d.png")),
                               inputs->encode(disk.path("f.safetensors")),
                               inputs->animate(disk.path("m.csv")),
                               inputs->animate(disk.path("m.safetensors"))}) {
        check_error(run_vasa(words), 5, disk.path(""));
        CHECK(disk.num_entries() == 0);
    }
    // An old result stays unchanged.
    test::write_text(disk.path("o.mp4"), "old");
    check_error(run_vasa(with(inputs->render(disk.path("o.mp4")), {"--force"})), 5, "o.mp4");
    CHECK(test::read_text(disk.path("o.mp4")) == "old");
    CHECK(disk.num_entries() == 1);
    fs::remove(disk.path("o.mp4"));
    write_jobs(folder.path("jobs.jsonl"), *inputs, {disk.path("a.mp4"), folder.path("b.mp4")});
    check_error(run_vasa({"batch", folder.path("jobs.jsonl"), "--models", VASA_MODEL_DIR}),
                7,
                disk.path("a.mp4"));
    CHECK(disk.num_entries() == 0);
    CHECK(count_frames(folder.path("b.mp4")) == 50);
}

TEST_CASE("a limit on the size of files is an output error, not a signal", "[faults]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    const TemporaryFolder folder;
    RunOptions limited;
    limited.most_file_bytes = 5000;
    for (const Words& words : {inputs->render(folder.path("o.mp4")),
                               inputs->render(folder.path("%03d.png")),
                               inputs->encode(folder.path("f.safetensors")),
                               inputs->animate(folder.path("m.csv"))}) {
        check_error(run_vasa(words, limited), 5, folder.path(""));
        CHECK(folder.names().empty());
    }
}

TEST_CASE("a folder that may not be written is an output error", "[faults][root]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    const TemporaryFolder folder;
    const std::string closed = folder.path("closed");
    fs::create_directory(closed);
    fs::permissions(closed, fs::perms::owner_read | fs::perms::owner_exec);
    RunOptions options;
    options.modes_hold = true;
    if (run_vasa({"--version"}, options).exit_code != 0) {
        WARN("SKIPPED: the program cannot be run with fewer rights here");
        return;
    }
    for (const Words& words : {inputs->render(closed + "/o.mp4"),
                               inputs->render(closed + "/%03d.png"),
                               inputs->encode(closed + "/f.safetensors"),
                               inputs->animate(closed + "/m.csv")}) {
        check_error(run_vasa(words, options), 5, closed);
    }
    write_jobs(folder.path("jobs.jsonl"), *inputs, {closed + "/a.mp4", folder.path("b.mp4")});
    check_error(run_vasa({"batch", folder.path("jobs.jsonl"), "--models", VASA_MODEL_DIR}, options),
                7,
                closed + "/a.mp4");
    CHECK(fs::is_empty(closed));
    CHECK(count_frames(folder.path("b.mp4")) == 50);
}

TEST_CASE("a disk that is read-only is an output error", "[faults][root]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    const TemporaryFolder folder;
    const SmallDisk disk(folder.path("disk"), "size=1m");
    if (!disk.is_there()) {
        return;
    }
    test::write_text(disk.path("old.mp4"), "old");
    REQUIRE(disk.make_read_only());
    for (const Words& words : {inputs->render(disk.path("o.mp4")),
                               with(inputs->render(disk.path("old.mp4")), {"--force"}),
                               inputs->animate(disk.path("m.csv"))}) {
        check_error(run_vasa(words), 5, disk.path(""));
    }
    CHECK(disk.num_entries() == 1);
    CHECK(test::read_text(disk.path("old.mp4")) == "old");
}

TEST_CASE("a batch that was killed goes on where it was", "[faults]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    const TemporaryFolder folder;
    const Words outputs = {folder.path("a.mp4"), folder.path("b.mp4"), folder.path("c.mp4")};
    write_jobs(folder.path("jobs.jsonl"), *inputs, outputs);
    const Words batch = {"batch", folder.path("jobs.jsonl"), "--models", VASA_MODEL_DIR};
    RunOptions kill;
    kill.signal_number = SIGKILL;
    // During the second job.
    kill.when = [&] {
        const Words names = folder.names();
        return fs::exists(outputs[0]) && fs::exists(outputs[1] + ".lock") &&
               std::any_of(names.begin(), names.end(), [](const std::string& name) {
                   return name.rfind(".b.mp4.", 0) == 0;
               });
    };
    const RunResult killed = run_vasa(batch, kill);
    REQUIRE(killed.signal_number == SIGKILL);
    CHECK(count_frames(outputs[0]) == 50);
    CHECK_FALSE(fs::exists(outputs[1]));
    const auto first_time = fs::last_write_time(outputs[0]);
    const RunResult resumed = run_vasa(with(batch, {"--resume"}));
    INFO(resumed.err);
    CHECK(resumed.exit_code == 0);
    CHECK_THAT(resumed.err, Catch::Contains("2 done, 1 skipped"));
    CHECK(fs::last_write_time(outputs[0]) == first_time);
    for (const std::string& out : outputs) {
        CHECK(count_frames(out) == 50);
    }
    // Unfinished files of the killed run are removed as well.
    for (const std::string& name : folder.names()) {
        INFO(name);
        CHECK_FALSE(is_unfinished(name));
    }
}

TEST_CASE("an interrupt or termination of any command leaves nothing", "[faults]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    const TemporaryFolder speech;
    test::write_speech(speech.path("long.wav"), 55.0);
    for (const int number : {SIGINT, SIGTERM}) {
        const TemporaryFolder folder;
        RunOptions options;
        options.signal_number = number;
        // The output is probed first: a temporary appears and disappears again.
        int num_polls = 0;
        options.when = [&] { return ++num_polls > 150; };
        const RunResult animated = run_vasa({"animate",
                                             "--audio",
                                             speech.path("long.wav"),
                                             "--threads",
                                             "1",
                                             "--out",
                                             folder.path("m.csv"),
                                             "--models",
                                             VASA_MODEL_DIR},
                                            options);
        INFO(animated.err);
        CHECK(animated.exit_code == 128 + number);
        CHECK(folder.names().empty());

        Words outputs;
        for (int i = 0; i < 40; ++i) {
            outputs.push_back(folder.path("job" + std::to_string(i) + ".mp4"));
        }
        write_jobs(folder.path("jobs.jsonl"), *inputs, outputs);
        options.when = [&] { return fs::exists(outputs[1] + ".job.json"); };
        const RunResult batch = run_vasa(
            {"batch", folder.path("jobs.jsonl"), "--jobs", "2", "--models", VASA_MODEL_DIR},
            options);
        INFO(batch.err);
        CHECK(batch.exit_code == 128 + number);
        int num_done = 0;
        for (const std::string& name : folder.names()) {
            INFO(name);
            CHECK_FALSE(is_unfinished(name));
            if (fs::path(name).extension() == ".mp4") {
                CHECK(count_frames(folder.path(name)) == 50);
                ++num_done;
            }
        }
        CHECK(num_done >= 1);
        CHECK(num_done < 40);
    }
}

TEST_CASE("a batch whose standard output cannot be written ends with an output error", "[faults]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    for (const bool is_closed : {true, false}) {
        const TemporaryFolder folder;
        write_jobs(
            folder.path("jobs.jsonl"), *inputs, {folder.path("a.mp4"), folder.path("b.mp4")});
        RunOptions options;
        options.closed_stdout = is_closed;
        options.stdout_path = is_closed ? "" : "/dev/full";
        check_error(
            run_vasa({"batch", folder.path("jobs.jsonl"), "--models", VASA_MODEL_DIR}, options),
            5,
            "standard output");
        // The work is still done, and none of it was written to another file.
        CHECK(count_frames(folder.path("a.mp4")) == 50);
        CHECK(count_frames(folder.path("b.mp4")) == 50);
    }
}

TEST_CASE("results that cannot be printed are an output error", "[faults]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    const TemporaryFolder folder;
    int number = 0;
    for (const Words& words : {inputs->animate(folder.path("m.csv")),
                               inputs->render(folder.path("o.mp4")),
                               Words{"info"},
                               Words{"info", "--json"},
                               Words{"--help"}}) {
        RunOptions options;
        options.closed_stdout = ++number % 2 == 0;
        options.stdout_path = options.closed_stdout ? "" : "/dev/full";
        check_error(run_vasa(words, options), 5, "standard output");
    }
}

TEST_CASE("too little memory is a resource error, not a signal", "[faults]") {
    const auto inputs = find_inputs();
    if (!inputs) {
        return;
    }
    const TemporaryFolder folder;
    RunOptions options;
    constexpr std::int64_t kStep = 80LL << 20U;
    // Memory that the program's libraries need before main() begins.
    options.most_memory_bytes = kStep;
    while (run_vasa({"--version"}, options).exit_code != 0) {
        options.most_memory_bytes += kStep;
        REQUIRE(options.most_memory_bytes < 100 * kStep);
    }
    const std::int64_t least = options.most_memory_bytes;
    int num_refused = 0;
    for (const Words& words :
         {inputs->encode(folder.path("f.safetensors")), inputs->render(folder.path("o.mp4"))}) {
        for (int step = 0; step < 7; ++step) {
            options.most_memory_bytes = least + step * kStep;
            const RunResult run = run_vasa(with(words, {"--force"}), options);
            INFO(words[0] << " with " << (options.most_memory_bytes >> 20U) << " MiB: " << run.err);
            CHECK(run.signal_number == 0);
            // When out of memory, x264 only reports that it failed.
            const bool is_encoder =
                run.exit_code == 5 && run.err.find("external library") != run.err.npos;
            CHECK((run.exit_code == 0 || run.exit_code == 6 || is_encoder));
            num_refused += run.exit_code == 6 ? 1 : 0;
            for (const std::string& name : folder.names()) {
                CHECK_FALSE(is_unfinished(name));
            }
        }
    }
    CHECK(num_refused > 2);
}
