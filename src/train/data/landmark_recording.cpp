// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/landmark_recording.h"

#include "data/npz.h"
#include "data/uneven_track.h"

#include "vasa/core/error.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using head::Landmarks68;

constexpr double kFilmRate_hz = 24000.0 / 1001.0;
/// Longer gaps would be motion made up by the interpolation.
constexpr int kMaxGap_film_frames = 24;

Error broken(const std::string& path, const std::string& what) {
    return {ErrorKind::Input, "recording '" + path + "': " + what};
}

struct Clip {
    std::string name;
    std::vector<Landmarks68> frames;
    std::vector<std::int64_t> film_frames, shot_starts;
    std::set<std::int64_t> outliers;
};

bool is_landmark_shape(const std::vector<std::int64_t>& shape) {
    return shape.size() == 3 && shape[1] == head::kNumLandmarks68 && shape[2] == 2;
}

std::vector<Landmarks68> frames_of(const std::vector<std::int64_t>& values) {
    constexpr std::size_t width = 2 * head::kNumLandmarks68;
    std::vector<Landmarks68> frames(values.size() / width);
    for (std::size_t t = 0; t < frames.size(); ++t) {
        for (std::size_t i = 0; i < head::kNumLandmarks68; ++i) {
            const std::int64_t* at = values.data() + t * width + 2 * i;
            frames[t][i] = {static_cast<float>(at[0]), static_cast<float>(at[1])};
        }
    }
    return frames;
}

/// A one-dimensional array of indices 0..limit - 1.
std::vector<std::int64_t> indices(const Npz& timing,
                                  const std::string& name,
                                  std::int64_t limit,
                                  const std::string& path) {
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> values = timing.integers(name, shape);
    if (shape.size() != 1) {
        throw broken(
            path,
            "array '" + name + "' has " + std::to_string(shape.size()) + " dimensions, expected 1");
    }
    for (const std::int64_t value : values) {
        if (value < 0 || value >= limit) {
            throw broken(path,
                         "array '" + name + "' holds " + std::to_string(value) +
                             ", expected 0 to " + std::to_string(limit - 1));
        }
    }
    return values;
}

void read_timing(const Npz& timing, const std::string& path, Clip& clip) {
    const auto num_frames = static_cast<std::int64_t>(clip.frames.size());
    const std::string film = clip.name + "_film_frame", starts = clip.name + "_shot_start";
    clip.film_frames = indices(timing, film, std::int64_t{1} << 31, path);
    clip.shot_starts = indices(timing, starts, num_frames, path);
    const auto outliers = indices(timing, clip.name + "_outlier", num_frames, path);
    clip.outliers.insert(outliers.begin(), outliers.end());
    if (clip.film_frames.size() != clip.frames.size()) {
        throw broken(path,
                     "array '" + film + "' has " + std::to_string(clip.film_frames.size()) +
                         " frames, expected " + std::to_string(num_frames));
    }
    if (!std::is_sorted(clip.film_frames.begin(), clip.film_frames.end())) {
        throw broken(path, "array '" + film + "' decreases, expected film frames in order");
    }
    const bool increases = std::adjacent_find(clip.shot_starts.begin(),
                                              clip.shot_starts.end(),
                                              std::greater_equal<>()) == clip.shot_starts.end();
    if (clip.shot_starts.empty() || clip.shot_starts[0] != 0 || !increases) {
        throw broken(path, "array '" + starts + "' must begin with 0 and increase");
    }
}

Clip read_clip(const Npz& recording,
               const Npz& timing,
               const std::string& name,
               const std::string& timing_path) {
    Clip clip;
    clip.name = name;
    std::vector<std::int64_t> shape;
    clip.frames = frames_of(recording.integers(name, shape));
    read_timing(timing, timing_path, clip);
    return clip;
}

/// Frames first..last - 1 of a clip: the mean of the frames of each film frame, without outliers.
UnevenTrack film_track(const Clip& clip, std::int64_t first, std::int64_t last, int& num_outliers) {
    UnevenTrack track;
    int count = 0;
    for (std::int64_t t = first; t < last; ++t) {
        if (clip.outliers.count(t) != 0) {
            ++num_outliers;
            continue;
        }
        const auto index = static_cast<std::size_t>(t);
        const double time_s = static_cast<double>(clip.film_frames[index]) / kFilmRate_hz;
        if (track.times_s.empty() || track.times_s.back() < time_s) {
            track.times_s.push_back(time_s);
            track.frames.push_back(clip.frames[index]);
            count = 1;
            continue;
        }
        ++count;
        for (std::size_t i = 0; i < head::kNumLandmarks68; ++i) {
            core::Vec2f& mean = track.frames.back()[i];
            const core::Vec2f next = clip.frames[index][i];
            mean.x += (next.x - mean.x) / static_cast<float>(count);
            mean.y += (next.y - mean.y) / static_cast<float>(count);
        }
    }
    return track;
}

void add_shots(const Clip& clip, const std::string& path, std::vector<LandmarkShot>& shots) {
    for (std::size_t k = 0; k < clip.shot_starts.size(); ++k) {
        const auto last = k + 1 < clip.shot_starts.size()
                              ? clip.shot_starts[k + 1]
                              : static_cast<std::int64_t>(clip.frames.size());
        LandmarkShot shot;
        shot.clip = clip.name;
        shot.index = static_cast<int>(k);
        const UnevenTrack track = film_track(clip, clip.shot_starts[k], last, shot.num_outliers);
        if (track.frames.size() < 2) {
            throw broken(path,
                         "shot " + std::to_string(k) + " of '" + clip.name + "' has " +
                             std::to_string(track.frames.size()) +
                             " film frames, expected 2 or more");
        }
        for (std::size_t t = 1; t < track.times_s.size(); ++t) {
            const double gap_s = track.times_s[t] - track.times_s[t - 1];
            if (gap_s * kFilmRate_hz > kMaxGap_film_frames + 0.5) {
                throw broken(path,
                             "shot " + std::to_string(k) + " of '" + clip.name + "' has a gap of " +
                                 std::to_string(gap_s) + " s, expected 1 s at most");
            }
        }
        shot.frames = resample(track, motion::kMotionRate_hz);
        shots.push_back(std::move(shot));
    }
}

}  // namespace

std::vector<LandmarkShot> load_landmark_shots(const std::string& landmarks_path,
                                              const std::string& timing_path) {
    const Npz recording = Npz::load(landmarks_path);
    const Npz timing = Npz::load(timing_path);
    std::vector<LandmarkShot> shots;
    for (const std::string& name : recording.names()) {
        if (is_landmark_shape(recording.shape(name))) {
            add_shots(read_clip(recording, timing, name, timing_path), timing_path, shots);
        }
    }
    if (shots.empty()) {
        throw broken(landmarks_path, "no array of shape [frames, 68, 2]");
    }
    return shots;
}

}  // namespace vasa::train
