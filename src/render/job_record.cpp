// SPDX-License-Identifier: Apache-2.0
#include "job_record.h"

#include "derived_options.h"
#include "frame_sink.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/json_text.h"
#include "vasa/render/option_fields.h"

#include <algorithm>
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

/// 2: settings and inputs under the names of option_fields(), settings as text.
constexpr int kVersion = 2;
constexpr std::uint64_t kMaxRecordBytes = 1U << 20U;

json curve_json(const motion::ControlCurve& curve) {
    json keyframes = json::array();
    for (const motion::Keyframe& key : curve.keyframes()) {
        keyframes.push_back(
            {key.time_s, key.value, key.to_next == motion::Interpolation::Smooth ? 1 : 0});
    }
    return keyframes;
}

/// Every option that affects the result.
json settings_of(const RenderOptions& options) {
    json settings = json::object();
    for (const OptionField& field : option_fields()) {
        if (field.record != FieldRecord::Setting) {
            continue;
        }
        for (const std::string& name : field.curves) {
            settings[field.name][name] = curve_json(options.drive.controls.curve(name));
        }
        if (field.curves.empty()) {
            settings[field.name] = field.get(options);
        }
    }
    return settings;
}

/// Files that affect the result, by the names of their options.
std::map<std::string, std::string> inputs_of(const RenderOptions& options) {
    std::map<std::string, std::string> inputs;
    for (const OptionField& field : option_fields()) {
        if (field.record == FieldRecord::Input && !field.get(options).empty()) {
            inputs.emplace(field.name, field.get(options));
        }
    }
    return inputs;
}

/// SHA-256 of an input, as the render read it.
const std::string& sha256_of(const std::string& option, const RenderResult& result) {
    return option == "audio"           ? result.speech_sha256
           : option == "motion"        ? result.motion_sha256
           : option == "pose-from"     ? result.pose_sha256
           : option == "dynamics-from" ? result.dynamics_sha256
           : option == "watermark-key" ? result.watermark_key_sha256
           : option == "sign-cert"     ? result.sign_cert_sha256
                                       : result.portrait_sha256;
}

json file_record(const FileStamp& stamp, const std::string& sha256) {
    return {{"bytes", stamp.num_bytes}, {"changed_ns", stamp.changed_ns}, {"sha256", sha256}};
}

bool is_same_file(const json& record, const std::string& path, FileHashes& hashes) {
    const std::optional<FileStamp> stamp = file_stamp(path);
    if (!stamp || record.at("bytes") != stamp->num_bytes) {
        return false;
    }
    const std::string& sha256 = record.at("sha256").get_ref<const std::string&>();
    return !sha256.empty() &&
           (record.at("changed_ns") == stamp->changed_ns || sha256 == hashes.sha256(path, *stamp));
}

/// Files that represent the whole result.
std::vector<std::string> outputs_of(const RenderOptions& options, std::int64_t num_frames) {
    if (!FramePattern::is_pattern(options.out)) {
        return {options.out};
    }
    const FramePattern pattern(options.out);
    return {pattern.path(0), pattern.path(std::max<std::int64_t>(num_frames, 1) - 1)};
}

bool is_done(const RenderOptions& options, const std::string& models_sha256, FileHashes& hashes) {
    const std::vector<std::uint8_t> bytes =
        core::read_file(job_record_path(options), kMaxRecordBytes);
    const json record =
        core::parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    const auto inputs = inputs_of(options);
    if (record.at("format") != "vasa job" || record.at("version") != kVersion ||
        record.at("vasa") != version() || record.at("models") != models_sha256 ||
        record.at("settings") != settings_of(options) ||
        record.at("inputs").size() != inputs.size()) {
        return false;
    }
    const auto outputs = outputs_of(options, record.at("frames").get<std::int64_t>());
    const json& known_outputs = record.at("outputs");
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!is_same_file(known_outputs.at(i), outputs[i], hashes)) {
            return false;
        }
    }
    return std::all_of(inputs.begin(), inputs.end(), [&](const auto& input) {
        return is_same_file(record.at("inputs").at(input.first), input.second, hashes);
    });
}

}  // namespace

std::string job_record_path(const RenderOptions& options) {
    return options.out + ".job.json";
}

InputStamps stamp_inputs(const RenderOptions& options) {
    InputStamps stamps;
    for (const auto& [option, path] : inputs_of(options)) {
        stamps[option] = file_stamp(path);
    }
    return stamps;
}

void save_job_record(const RenderOptions& options,
                     const RenderResult& result,
                     const std::string& models_sha256,
                     const InputStamps& stamps) {
    json record = {{"format", "vasa job"},
                   {"version", kVersion},
                   {"vasa", version()},
                   {"models", models_sha256},
                   {"settings", settings_of(options)},
                   {"seed", result.seed},
                   {"inputs", json::object()},
                   {"frames", result.num_frames},
                   {"outputs", json::array()}};
    for (const auto& [option, path] : inputs_of(options)) {
        const std::optional<FileStamp>& stamp = stamps.at(option);
        const bool is_same = stamp && stamp == file_stamp(path);
        record["inputs"][option] =
            file_record(stamp.value_or(FileStamp{}), is_same ? sha256_of(option, result) : "");
    }
    for (const std::string& path : outputs_of(options, result.num_frames)) {
        const std::optional<FileStamp> stamp = file_stamp(path);
        if (!stamp) {
            throw core::Error(core::ErrorKind::Output, "'" + path + "' has disappeared");
        }
        record["outputs"].push_back(file_record(*stamp, core::sha256_file(path)));
    }
    core::write_file_atomic(job_record_path(options), record.dump(1) + "\n", true);
}

bool is_job_done(const RenderOptions& options,
                 const std::string& models_sha256,
                 FileHashes& hashes) {
    try {
        return is_done(options, models_sha256, hashes);
    } catch (const std::exception&) {
        // No valid record, or a missing input: the job must be done.
        return false;
    }
}

std::string JobClaim::path(const RenderOptions& options) {
    return options.out + ".lock";
}

JobClaim::JobClaim(const RenderOptions& options) : path_(path(options)) {
    const auto fail = [&](int error) {
        const fs::path folder = fs::path(options.out).parent_path();
        if (error == ENOENT) {
            throw core::Error(core::ErrorKind::Output,
                              "cannot write '" + options.out + "': folder '" + folder.string() +
                                  "' does not exist");
        }
        throw core::Error(core::ErrorKind::Output,
                          "cannot lock '" + path_ + "': " + std::strerror(error));
    };
    for (;;) {
        int descriptor = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        const bool is_new = descriptor >= 0;
        if (!is_new && errno == EEXIST) {
            descriptor = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        }
        if (descriptor < 0) {
            fail(errno);
        }
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const int error = errno;
            ::close(descriptor);
            if (error == EINTR) {
                continue;
            }
            if (error != EWOULDBLOCK) {
                fail(error);
            }
            return;  // another process or thread holds it
        }
        // The previous holder may have removed the name meanwhile.
        struct stat locked {
        }, named{};
        if (::fstat(descriptor, &locked) == 0 && ::stat(path_.c_str(), &named) == 0 &&
            locked.st_ino == named.st_ino && locked.st_dev == named.st_dev) {
            descriptor_ = descriptor;
            if (!is_new) {
                // The previous holder was killed.
                for (const std::string& target : {options.out, job_record_path(options)}) {
                    core::AtomicFile::remove_stale_temporaries(target);
                }
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
