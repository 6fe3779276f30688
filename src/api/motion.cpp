// SPDX-License-Identifier: Apache-2.0
#include "api_data.h"
#include "with_errors.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vasa {
namespace {

/// As in motion files: a value further outside 0..1 is not an action.
constexpr float kActionMargin = 0.1F;

[[noreturn]] void fail_sample(std::size_t index, const std::string& found) {
    throw Error(ErrorKind::Input, "motion sample " + std::to_string(index) + ": " + found);
}

motion::MotionFrame to_frame(const MotionSample& sample, std::size_t index) {
    for (const float value : sample.pose) {
        if (!std::isfinite(value)) {
            fail_sample(index, "pose of " + std::to_string(value) + ", expected finite values");
        }
    }
    motion::MotionFrame frame;
    const auto& [yaw_rad, pitch_rad, roll_rad, x_cm, y_cm, z_cm] = sample.pose;
    frame.pose = {yaw_rad, pitch_rad, roll_rad, x_cm, y_cm, z_cm};
    for (std::size_t i = 0; i < sample.actions.size(); ++i) {
        const float value = sample.actions[i];
        if (!(value >= -kActionMargin && value <= 1 + kActionMargin)) {
            fail_sample(index, "action of " + std::to_string(value) + ", expected 0 to 1");
        }
        frame.actions.values[i] = std::clamp(value, 0.0F, 1.0F);
    }
    for (std::size_t k = 0; k < sample.tongue.size(); ++k) {
        const float value = sample.tongue[k];
        if (!(value >= -kActionMargin && value <= 1 + kActionMargin)) {
            fail_sample(index, "tongue of " + std::to_string(value) + ", expected 0 to 1");
        }
        frame.tongue.*head::kTongueMembers[k] = std::clamp(value, 0.0F, 1.0F);
    }
    return frame;
}

}  // namespace

static_assert(sizeof(MotionSample::actions) == sizeof(head::Actions::values));

Motion::Motion(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Motion::Motion(const std::string& fps, const std::vector<MotionSample>& samples) {
    data_ = api::with_errors([&] {
        auto clip = std::make_shared<motion::MotionClip>();
        clip->fps = core::parse_frame_rate(fps);
        if (samples.empty()) {
            throw Error(ErrorKind::Input, "motion has no samples, expected at least 1");
        }
        for (std::size_t i = 0; i < samples.size(); ++i) {
            clip->frames.push_back(to_frame(samples[i], i));
        }
        return std::make_shared<const Data>(Data{std::move(clip)});
    });
}

Motion Motion::load(const std::string& path) {
    return api::with_errors([&] {
        auto clip = std::make_shared<const motion::MotionClip>(motion::load_motion(path));
        return Motion(std::make_shared<const Data>(Data{std::move(clip)}));
    });
}

void Motion::save(const std::string& path, bool overwrite) const {
    api::with_errors([&] { motion::save_motion(path, *data_->clip, overwrite); });
}

std::int64_t Motion::num_samples() const {
    return static_cast<std::int64_t>(data_->clip->frames.size());
}

double Motion::duration_s() const {
    return data_->clip->duration_s();
}

MotionSample Motion::sample(std::int64_t index) const {
    if (index < 0 || index >= num_samples()) {
        throw Error(ErrorKind::Usage,
                    "motion sample " + std::to_string(index) + ", expected 0 to " +
                        std::to_string(num_samples() - 1));
    }
    const motion::MotionFrame& frame = data_->clip->frames[static_cast<std::size_t>(index)];
    MotionSample sample;
    sample.pose = {frame.pose.yaw_rad,
                   frame.pose.pitch_rad,
                   frame.pose.roll_rad,
                   frame.pose.x_cm,
                   frame.pose.y_cm,
                   frame.pose.z_cm};
    sample.actions = frame.actions.values;
    sample.tongue = {frame.tongue.tip, frame.tongue.blade};
    return sample;
}

}  // namespace vasa
