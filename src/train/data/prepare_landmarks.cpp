// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/prepare_landmarks.h"

#include "vasa/core/error.h"
#include "vasa/core/name_list.h"
#include "vasa/models/model_files.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;

std::set<std::string> read_held_out(const std::string& list,
                                    const std::vector<LandmarkShot>& shots) {
    std::set<std::string> held_out;
    if (list.empty()) {
        return held_out;
    }
    for (const std::string& name : core::read_name_list(list)) {
        const bool is_there = std::any_of(
            shots.begin(), shots.end(), [&](const LandmarkShot& s) { return s.clip == name; });
        if (!is_there) {
            throw Error(ErrorKind::Input,
                        "list '" + list + "' names '" + name + "', which the recording lacks");
        }
        held_out.insert(name);
    }
    return held_out;
}

void make_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!std::filesystem::is_directory(path)) {
        throw Error(ErrorKind::Output, "cannot make folder '" + path + "': " + error.message());
    }
}

}  // namespace

void PrepareLandmarksOptions::check() const {
    motion.check();
    if (landmarks.empty() || timing.empty() || out.empty()) {
        throw Error(ErrorKind::Usage, "landmarks, timing and out are needed");
    }
}

PrepareLandmarksReport prepare_landmarks(const PrepareLandmarksOptions& options,
                                         const core::ProgressFn& progress,
                                         const core::StopToken& stop) {
    options.check();
    const std::vector<LandmarkShot> shots = load_landmark_shots(options.landmarks, options.timing);
    const std::set<std::string> held_out = read_held_out(options.held_out_list, shots);
    const auto model = head::HeadModel::load(options.model_dir + "/" + models::kHeadModelFile);
    make_folder(options.out);
    const LandmarkMotion fitter(model, shots, options.motion);
    std::int64_t total = 0, done = 0;
    for (const LandmarkShot& shot : shots) {
        total += static_cast<std::int64_t>(shot.frames.size());
    }
    PrepareLandmarksReport report;
    std::vector<motion::MotionClip> clips;
    for (const LandmarkShot& shot : shots) {
        const auto shot_progress = [&](std::int64_t of_shot, std::int64_t) {
            if (progress) {
                progress(done + of_shot, total);
            }
        };
        ShotMotion fitted = fitter.fit(shot, shot_progress, stop);
        done += static_cast<std::int64_t>(shot.frames.size());
        PreparedShot result;
        result.path =
            (std::filesystem::path(options.out) / (shot.name() + ".safetensors")).string();
        result.clip = shot.clip;
        result.is_held_out = held_out.count(shot.clip) != 0;
        result.num_frames = static_cast<int>(fitted.clip.frames.size());
        result.num_outliers = shot.num_outliers;
        result.mean_fit_error = fitted.mean_fit_error;
        fitted.clip.metadata["held_out"] = result.is_held_out ? "yes" : "no";
        motion::save_motion(result.path, fitted.clip, options.force);
        report.shots.push_back(std::move(result));
        clips.push_back(std::move(fitted.clip));
    }
    report.figures = recorded_motion_figures(clips);
    return report;
}

}  // namespace vasa::train
