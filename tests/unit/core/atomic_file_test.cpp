// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/atomic_file.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.h"

using namespace vasa::core;

namespace {

std::string text_of(const std::string& path) {
    const std::vector<std::uint8_t> bytes = read_file(path, 1 << 20);
    return {bytes.begin(), bytes.end()};
}

template <typename F>
ErrorKind kind_of(F call) {
    try {
        call();
    } catch (const Error& error) {
        return error.kind();
    }
    FAIL("no error");
    return ErrorKind::Internal;
}

}  // namespace

TEST_CASE("a file appears with commit and not before", "[core]") {
    const TestFolder folder;
    const std::string path = folder / "out.bin";
    {
        AtomicFile file(path, false);
        std::ofstream(file.temporary_path()) << "new";
        CHECK_FALSE(std::filesystem::exists(path));
        CHECK(std::filesystem::path(file.temporary_path()).filename().string()[0] == '.');
        file.commit();
        CHECK(text_of(path) == "new");
        CHECK(kind_of([&] { file.commit(); }) == ErrorKind::Internal);
    }
    CHECK(text_of(path) == "new");
    CHECK(folder.num_files() == 1);
}

TEST_CASE("without commit nothing is left and the old file stays", "[core]") {
    const TestFolder folder;
    const std::string path = folder / "out.bin";
    write_file_atomic(path, "old", false);
    try {
        AtomicFile file(path, true);
        std::ofstream(file.temporary_path()) << "half";
        throw Error(ErrorKind::Input, "something else failed");
    } catch (const Error&) {
    }
    CHECK(text_of(path) == "old");
    CHECK(folder.num_files() == 1);
}

TEST_CASE("an existing target is refused at once, and one that appears meanwhile at commit",
          "[core]") {
    const TestFolder folder;
    const std::string path = folder / "out.bin";
    {
        AtomicFile file(path, false);
        std::ofstream(file.temporary_path()) << "mine";
        std::ofstream(path) << "theirs";
        CHECK(kind_of([&] { file.commit(); }) == ErrorKind::Output);
    }
    CHECK(text_of(path) == "theirs");
    CHECK(folder.num_files() == 1);
    CHECK(kind_of([&] { AtomicFile(path, false); }) == ErrorKind::Output);
    CHECK(kind_of([&] { write_file_atomic(path, "x", false); }) == ErrorKind::Output);
    write_file_atomic(path, "replaced", true);
    CHECK(text_of(path) == "replaced");
}

TEST_CASE("targets that cannot be files are errors", "[core]") {
    const TestFolder folder;
    CHECK(kind_of([&] { AtomicFile("", true); }) == ErrorKind::Output);
    CHECK(kind_of([&] { AtomicFile(folder / "", true); }) == ErrorKind::Output);
    CHECK(kind_of([&] { AtomicFile(folder / "none/out.bin", true); }) == ErrorKind::Output);
    CHECK(kind_of([&] { AtomicFile("/dev/null", true); }) == ErrorKind::Output);
    write_file_atomic(folder / "file", "x", false);
    CHECK(kind_of([&] { AtomicFile(folder / "file/out.bin", true); }) == ErrorKind::Output);
    CHECK(folder.num_files() == 1);
}

TEST_CASE("names without a folder, of full length and behind links work", "[core]") {
    const TestFolder folder;
    const std::string old_folder = std::filesystem::current_path().string();
    std::filesystem::current_path(folder / "");
    write_file_atomic("plain", "a", false);
    std::filesystem::current_path(old_folder);
    CHECK(text_of(folder / "plain") == "a");
    const std::string long_name(255, 'n');
    write_file_atomic(folder / long_name, "b", false);
    CHECK(text_of(folder / long_name) == "b");
    std::filesystem::create_symlink("plain", folder / "link");
    write_file_atomic(folder / "link", "c", true);
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(text_of(folder / "plain") == "c");
    std::filesystem::create_symlink("loop", folder / "loop");
    CHECK(kind_of([&] { AtomicFile(folder / "loop", true); }) == ErrorKind::Output);
}

TEST_CASE("the way out removes the temporaries of live objects only", "[core]") {
    const TestFolder folder;
    write_file_atomic(folder / "done", "x", false);
    AtomicFile a(folder / "a", false);
    AtomicFile b(folder / "a", false);
    CHECK(a.temporary_path() != b.temporary_path());
    CHECK(folder.num_files() == 3);
    std::thread([] { AtomicFile::remove_all_temporaries(); }).join();
    CHECK(folder.num_files() == 1);
    CHECK(kind_of([&] { a.commit(); }) == ErrorKind::Output);
    CHECK(text_of(folder / "done") == "x");
}

TEST_CASE("many threads write one target: it is always one of the whole files", "[core]") {
    const TestFolder folder;
    const std::string path = folder / "out";
    std::vector<std::thread> writers;
    for (char c = 'a'; c < 'e'; ++c) {
        writers.emplace_back([&path, c] {
            for (int i = 0; i < 20; ++i) {
                write_file_atomic(path, std::string(100'000, c), true);
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    const std::string text = text_of(path);
    CHECK(text == std::string(100'000, text[0]));
    CHECK(folder.num_files() == 1);
}

TEST_CASE("read_file gives all bytes and refuses what is too large or no file", "[core]") {
    const TestFolder folder;
    const std::string path = folder / "in";
    const std::string bytes("\0\r\n\xff", 4);
    write_file_atomic(path, bytes, false);
    CHECK(text_of(path) == bytes);
    CHECK(read_file(path, 4).size() == 4);
    CHECK(kind_of([&] { read_file(path, 3); }) == ErrorKind::Input);
    CHECK(kind_of([&] { read_file(folder / "", 100); }) == ErrorKind::Input);
    CHECK(kind_of([&] { read_file(folder / "missing", 100); }) == ErrorKind::Input);
    CHECK(kind_of([&] { read_file("/dev/zero", 100); }) == ErrorKind::Input);
}

TEST_CASE("a pipe that nobody writes to is refused at once", "[core]") {
    const TestFolder folder;
    const std::string pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(kind_of([&] { read_file(pipe, 100); }) == ErrorKind::Input);
    CHECK(kind_of([&] { sha256_file(pipe); }) == ErrorKind::Input);
    CHECK_THAT(unreadable_cause(pipe), Catch::Contains("pipe"));
    CHECK(unreadable_cause(folder / "") == "it is a folder");
    CHECK(unreadable_cause(folder / "missing") == "no such file");
    CHECK_FALSE(unreadable_cause(std::string("/dev/null\0x", 11)).empty());
    write_file_atomic(folder / "file", "x", false);
    CHECK(unreadable_cause(folder / "file").empty());
}

TEST_CASE("what a killed process had begun of a target can be removed, and nothing else",
          "[core]") {
    const TestFolder folder;
    const std::string target = folder / "clip.mp4";
    const AtomicFile live(target, false);
    const pid_t child = ::fork();
    if (child == 0) {
        const AtomicFile begun(target, false);
        const AtomicFile other(folder / "other.mp4", false);
        ::_exit(0);  // without destructors, as when killed
    }
    ::waitpid(child, nullptr, 0);
    const std::string dead = std::to_string(child);
    std::filesystem::create_directory(folder / (".clip.mp4." + dead + ".9.part"));
    write_file_atomic(folder / (".clip.mp4." + dead + ".9.part/frame.png"), "x", false);
    for (const std::string& name :
         {".clip.mp4." + dead + ".part", ".clip.mp4." + dead + ".1.part2"}) {
        write_file_atomic(folder / name, "x", false);
    }
    CHECK(folder.num_files() == 6);
    AtomicFile::remove_stale_temporaries(target);
    CHECK(folder.num_files() == 4);
    CHECK(std::filesystem::exists(live.temporary_path()));
    AtomicFile::remove_stale_temporaries(folder / "other.mp4");
    CHECK(folder.num_files() == 3);
    AtomicFile::remove_stale_temporaries(folder / "no/such/folder/x");
}
