// SPDX-License-Identifier: Apache-2.0
#include "job_record.h"

#include "frame_sink.h"
#include "options.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/json_text.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vasa::render {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::uint64_t kMaxRecordBytes = 1U << 20U;

/// Every option that shows in the result.
json settings_of(const RenderOptions& options) {
    json settings = {{"fps", core::to_string(options.fps)},
                     {"codec", options.codec},
                     {"crf", options.crf},
                     {"preset", options.preset},
                     {"decoder", options.decoder},
                     {"precision", options.precision},
                     {"device", options.drive.device},
                     {"face_index", options.face_index},
                     {"driver", driver_name(options.drive.driver)},
                     {"seed", options.drive.seed},
                     {"steps", options.drive.steps},
                     {"style", options.drive.style},
                     {"motion_scale", options.motion_scale},
                     {"loop", options.loop}};
    for (const std::string& name : motion::Controls::names()) {
        json curve = json::array();
        for (const motion::Keyframe& key : options.drive.controls.curve(name).keyframes()) {
            curve.push_back(
                {key.time_s, key.value, key.to_next == motion::Interpolation::Smooth ? 1 : 0});
        }
        settings["controls"][name] = std::move(curve);
    }
    return settings;
}

std::vector<std::pair<const char*, std::string>> inputs_of(const RenderOptions& options) {
    std::vector<std::pair<const char*, std::string>> inputs;
    for (const auto& [role, path] : {std::pair{"image", &options.image},
                                     {"face", &options.face},
                                     {"audio", &options.audio},
                                     {"motion", &options.motion},
                                     {"pose_from", &options.pose_from},
                                     {"dynamics_from", &options.dynamics_from}}) {
        if (!path->empty()) {
            inputs.emplace_back(role, *path);
        }
    }
    return inputs;
}

/// Size and time of change; null if there is no such file.
json stamp_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return nullptr;
    }
    return {
        {"bytes", status.st_size},
        {"changed_ns",
         static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000000000 + status.st_mtim.tv_nsec}};
}

/// Files of a result that stand for all of it.
std::vector<std::string> outputs_of(const RenderOptions& options, std::int64_t num_frames) {
    if (!FramePattern::is_pattern(options.out)) {
        return {options.out};
    }
    const FramePattern pattern(options.out);
    return {pattern.path(0), pattern.path(std::max<std::int64_t>(num_frames, 1) - 1)};
}

bool is_same_input(const std::string& role, const std::string& path, const json& record) {
    const json& known = record.at("inputs").at(role);
    const json stamp = stamp_of(path);
    return known.at("stamp") == stamp ||
           (!stamp.is_null() && known.at("stamp").at("bytes") == stamp.at("bytes") &&
            known.at("sha256") == core::sha256_file(path));
}

}  // namespace

std::string job_record_path(const RenderOptions& options) {
    return options.out + ".job.json";
}

void save_job_record(const RenderOptions& options,
                     const RenderResult& result,
                     const std::string& models_sha256) {
    json record = {{"format", "vasa job"},
                   {"version", kVersion},
                   {"vasa", version()},
                   {"models", models_sha256},
                   {"settings", settings_of(options)},
                   {"inputs", json::object()},
                   {"frames", result.num_frames},
                   {"outputs", json::array()}};
    for (const auto& [role, path] : inputs_of(options)) {
        record["inputs"][role] = {{"stamp", stamp_of(path)}, {"sha256", core::sha256_file(path)}};
    }
    for (const std::string& path : outputs_of(options, result.num_frames)) {
        record["outputs"].push_back(stamp_of(path));
    }
    core::write_file_atomic(job_record_path(options), record.dump(1) + "\n", true);
}

bool is_job_done(const RenderOptions& options, const std::string& models_sha256) {
    try {
        const std::vector<std::uint8_t> bytes =
            core::read_file(job_record_path(options), kMaxRecordBytes);
        const json record =
            core::parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        const auto inputs = inputs_of(options);
        if (record.at("format") != "vasa job" || record.at("version") != kVersion ||
            record.at("vasa") != version() || record.at("models") != models_sha256 ||
            record.at("settings") != json::parse(settings_of(options).dump()) ||
            record.at("inputs").size() != inputs.size()) {
            return false;
        }
        const auto outputs = outputs_of(options, record.at("frames").get<std::int64_t>());
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            if (stamp_of(outputs[i]).is_null() ||
                stamp_of(outputs[i]) != record.at("outputs").at(i)) {
                return false;
            }
        }
        for (const auto& [role, path] : inputs) {
            if (!is_same_input(role, path, record)) {
                return false;
            }
        }
        return true;
    } catch (const std::exception&) {
        return false;  // no record, not one of ours, or an input that is gone: the job is to be
                       // done
    }
}

JobClaim::JobClaim(const RenderOptions& options) : path_(options.out + ".lock") {
    for (;;) {
        const int descriptor = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0) {
            throw core::Error(core::ErrorKind::Output,
                              "cannot write '" + path_ + "': " + std::strerror(errno));
        }
        struct stat locked {
        }, named{};
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            ::close(descriptor);
            return;  // somebody else holds it
        }
        // Who held it before may have removed the name meanwhile.
        if (::fstat(descriptor, &locked) == 0 && ::stat(path_.c_str(), &named) == 0 &&
            locked.st_ino == named.st_ino && locked.st_dev == named.st_dev) {
            descriptor_ = descriptor;
            // Nobody else is at it: whoever was has been killed.
            for (const std::string& target : {options.out, job_record_path(options)}) {
                core::AtomicFile::remove_stale_temporaries(target);
            }
            return;
        }
        ::close(descriptor);
    }
}

JobClaim::~JobClaim() {
    if (descriptor_ >= 0) {
        ::unlink(path_.c_str());
        ::close(descriptor_);
    }
}

}  // namespace vasa::render
