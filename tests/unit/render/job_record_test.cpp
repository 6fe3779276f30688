// SPDX-License-Identifier: Apache-2.0
#include "job_record.h"

#include "option_values.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/render/option_fields.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
namespace fs = std::filesystem;

namespace {

void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// A job as if it had just been rendered.
struct Rendered {
    TestFolder folder;
    render::RenderOptions options;
    render::RenderResult result;
    render::InputStamps stamps;

    Rendered() {
        options.image = folder / "face.png";
        options.audio = folder / "speech.wav";
        options.motion = folder / "motion.csv";
        options.out = folder / "clip.mp4";
        write(options.image, "a face");
        write(options.audio, "a word");
        write(options.motion, "a nod");
        stamps = render::stamp_inputs(options);
        result.num_frames = 5;
        result.portrait_sha256 = core::sha256_file(options.image);
        result.speech_sha256 = core::sha256_file(options.audio);
        result.motion_sha256 = core::sha256_file(options.motion);
        write(options.out, "a clip");
    }

    void save() { render::save_job_record(options, result, "models", stamps); }
    bool is_done() const {
        render::FileHashes hashes;
        return render::is_job_done(options, "models", hashes);
    }
};

void touch(const std::string& path, int seconds) {
    fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("a job is done as long as its result and what it was made from stay the same") {
    Rendered job;
    CHECK_FALSE(job.is_done());
    job.save();
    CHECK(job.is_done());
    render::FileHashes hashes;
    CHECK_FALSE(render::is_job_done(job.options, "other models", hashes));

    for (const std::string& path :
         {job.options.image, job.options.audio, job.options.motion, job.options.out}) {
        INFO(path);
        touch(path, 5);
        CHECK(job.is_done());  // by its hash
        const std::string moved = path + ".moved";
        fs::rename(path, moved);
        CHECK_FALSE(job.is_done());
        write(path, std::string(fs::file_size(moved), 'x'));  // of the same size
        CHECK_FALSE(job.is_done());
        fs::rename(moved, path);
        CHECK(job.is_done());
    }
}

TEST_CASE("a job is not done with any option other than before") {
    Rendered job;
    job.options.drive.controls.set("amplitude", motion::ControlCurve(0.1F));
    job.save();
    const render::RenderOptions before = job.options;
    const TestFolder folder;
    const auto values = test::other_values(folder);
    // A key belongs to one certificate, whose hash is recorded.
    const std::set<std::string> without_effect = {
        "allow-long", "force", "sign-key", "i-understand", "threads", "models"};
    for (const render::OptionField& field : render::option_fields()) {
        INFO(field.name);
        job.options = before;
        if (field.kind == render::FieldKind::OutputFile) {
            continue;  // another output, another record
        }
        if (field.record == render::FieldRecord::Input) {
            // A file instead of none or of another one, then a missing file.
            render::set_option(job.options, field.name, folder / "other");
            write(folder / "other", "another");
            CHECK_FALSE(job.is_done());
            const bool was_given = !field.get(before).empty();
            render::set_option(job.options, field.name, "");
            CHECK(job.is_done() == !was_given);
            continue;
        }
        render::set_option(job.options, field.name, values.at(field.name));
        CHECK(job.is_done() == (without_effect.count(field.name) > 0));
    }
    // Curves that are not constant, compared at each point.
    const auto set_curve = [&](double time_s, float value, motion::Interpolation to_next) {
        job.options = before;
        job.options.drive.controls.set(
            "amplitude", motion::ControlCurve({{0.0, 1.0F, to_next}, {time_s, value}}));
    };
    set_curve(1.0, 2.0F, motion::Interpolation::Linear);
    job.save();
    CHECK(job.is_done());
    set_curve(1.5, 2.0F, motion::Interpolation::Linear);
    CHECK_FALSE(job.is_done());
    set_curve(1.0, 2.0F, motion::Interpolation::Smooth);
    CHECK_FALSE(job.is_done());
}

TEST_CASE("a record tells the seed, asked for or not") {
    Rendered job;
    job.result.seed = 1234;
    job.save();
    const auto record = nlohmann::json::parse(std::ifstream(render::job_record_path(job.options)));
    CHECK(record["seed"] == 1234);
    CHECK(record["settings"]["seed"] == "");
    CHECK(job.is_done());
}

TEST_CASE("a record of another version does not count") {
    Rendered job;
    job.save();
    const std::string path = render::job_record_path(job.options);
    nlohmann::json record = nlohmann::json::parse(std::ifstream(path));
    write(path, record.dump());
    CHECK(job.is_done());
    // Version 1 stored settings as numbers under other names.
    nlohmann::json old = record;
    old["version"] = 1;
    old["settings"] = {{"fps", "25"}, {"crf", 18}, {"motion_scale", 1.0}};
    write(path, old.dump());
    CHECK_FALSE(job.is_done());
    old = record;
    old["version"] = record["version"].get<int>() + 1;
    write(path, old.dump());
    CHECK_FALSE(job.is_done());
}

TEST_CASE("records that are damaged or of inputs that changed meanwhile count for nothing") {
    Rendered job;
    job.save();
    REQUIRE(job.is_done());
    const std::string record = render::job_record_path(job.options);
    const std::string whole = [&] {
        std::ifstream file(record, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    }();
    for (const std::string& bytes : {std::string(),
                                     whole.substr(0, whole.size() / 2),
                                     std::string("{}"),
                                     std::string("[1]"),
                                     std::string("x")}) {
        write(record, bytes);
        CHECK_FALSE(job.is_done());
    }
    fs::remove(record);
    // Changed between its stamp and the end of the render.
    touch(job.options.audio, 1);
    job.save();
    CHECK_FALSE(job.is_done());
}

TEST_CASE("a claim is held by one, and ends with it") {
    Rendered job;
    const std::string lock = render::JobClaim::path(job.options);
    {
        const render::JobClaim first(job.options);
        CHECK(first.is_held());
        CHECK_FALSE(render::JobClaim(job.options).is_held());
        CHECK(fs::exists(lock));
    }
    CHECK_FALSE(fs::exists(lock));
    // Files left by a killed process: its lock, and unfinished files.
    const std::string left[] = {job.folder / ".clip.mp4.4194303.0.part",
                                job.folder / ".clip.mp4.job.json.4194303.7.part"};
    const std::string others[] = {job.folder / ".clip.mp4.x.part",
                                  job.folder / ".clip2.mp4.4194303.0.part",
                                  job.folder / ".clip.mp4.1.0.part",  // process 1 is alive
                                  job.folder / "clip.mp4.4194303.0.part"};
    for (const std::string& path : left) {
        write(path, "half");
    }
    for (const std::string& path : others) {
        write(path, "whole");
    }
    CHECK(render::JobClaim(job.options).is_held());
    CHECK(fs::exists(left[0]));  // no lock: nobody was killed
    write(lock, "");
    CHECK(render::JobClaim(job.options).is_held());
    for (const std::string& path : left) {
        CHECK_FALSE(fs::exists(path));
    }
    for (const std::string& path : others) {
        CHECK(fs::exists(path));
    }
    job.options.out = job.folder / "no/clip.mp4";
    CHECK_THROWS_AS(render::JobClaim(job.options), core::Error);
}

TEST_CASE("a file is hashed once as long as its stamp stays") {
    const TestFolder folder;
    const std::string path = folder / "file";
    write(path, "one");
    render::FileHashes hashes;
    const render::FileStamp stamp = *render::file_stamp(path);
    const std::string one = hashes.sha256(path, stamp);
    CHECK(one == core::sha256_file(path));
    write(path, "two");
    CHECK(hashes.sha256(path, stamp) == one);  // not read again
    touch(path, 5);
    CHECK(hashes.sha256(path, *render::file_stamp(path)) == core::sha256_file(path));
    CHECK_FALSE(render::file_stamp(folder / "none"));
}
