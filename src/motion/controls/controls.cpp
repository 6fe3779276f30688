// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/controls.h"

#include "controls/control_fields.h"

#include "vasa/core/error.h"
#include "vasa/motion/emotional_motion.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <utility>

namespace vasa::motion {
namespace {

using core::Error;
using core::ErrorKind;

constexpr float kRadPerDegree = 3.14159265F / 180.0F;
constexpr std::size_t kFirstEmotion = 3;
constexpr float kMaxHeadMotion = 3.0F, kMaxBlinkRate_per_min = 60.0F;

std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

std::size_t index_of(std::string_view name) {
    const std::optional<std::size_t> index = find_control(name);
    if (!index) {
        throw Error(ErrorKind::Usage, "unknown control '" + std::string(name) + "'");
    }
    return *index;
}

}  // namespace

const std::vector<ControlField>& control_fields() {
    static const std::vector<ControlField> fields = [] {
        const ControlFrame initial;
        std::vector<ControlField> list = {{"gaze_yaw", -40.0F, 40.0F, 0.0F},
                                          {"gaze_pitch", -29.0F, 29.0F, 0.0F},
                                          {"distance", 0.5F, 2.0F, initial.distance}};
        for (int e = 0; e < kNumEmotions; ++e) {
            list.push_back({std::string(emotion_name(static_cast<Emotion>(e))), 0.0F, 1.0F, 0.0F});
        }
        list.push_back({"amplitude", 0.0F, 3.0F, initial.amplitude});
        list.push_back({"head_motion", 0.0F, kMaxHeadMotion, initial.head_motion});
        list.push_back({"expression", 0.0F, 3.0F, initial.expression});
        list.push_back({"blink_rate", 0.0F, kMaxBlinkRate_per_min, initial.blink_rate_per_min});
        list.push_back({"cfg_audio", 0.0F, 5.0F, initial.cfg_audio});
        list.push_back({"cfg_gaze", 0.0F, 5.0F, initial.cfg_gaze});
        return list;
    }();
    return fields;
}

std::optional<std::size_t> find_control(std::string_view name) {
    const std::vector<ControlField>& fields = control_fields();
    const auto found = std::find_if(
        fields.begin(), fields.end(), [&](const ControlField& f) { return f.name == name; });
    if (found == fields.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - fields.begin());
}

std::string refusal_of(const ControlField& field, double value) {
    if (value >= static_cast<double>(field.least) && value <= static_cast<double>(field.most)) {
        return {};
    }
    return field.name + " is " + short_number(value) + ", expected " +
           short_number(static_cast<double>(field.least)) + " to " +
           short_number(static_cast<double>(field.most));
}

ControlCurve::ControlCurve(float constant) : keyframes_{Keyframe{0.0, constant}} {}

ControlCurve::ControlCurve(std::vector<Keyframe> keyframes) : keyframes_(std::move(keyframes)) {
    if (keyframes_.empty()) {
        throw Error(ErrorKind::Usage, "control curve: no keyframes");
    }
    for (std::size_t i = 0; i < keyframes_.size(); ++i) {
        if (!std::isfinite(keyframes_[i].time_s) || !std::isfinite(keyframes_[i].value)) {
            throw Error(ErrorKind::Usage, "control curve: a keyframe is not finite");
        }
        if (i > 0 && keyframes_[i].time_s <= keyframes_[i - 1].time_s) {
            throw Error(ErrorKind::Usage, "control curve: keyframes are not in order of time");
        }
    }
}

float ControlCurve::at(double time_s) const {
    const auto next = std::upper_bound(
        keyframes_.begin(), keyframes_.end(), time_s, [](double time, const Keyframe& key) {
            return time < key.time_s;
        });
    if (next == keyframes_.begin()) {
        return next->value;
    }
    const Keyframe& from = *(next - 1);
    if (next == keyframes_.end()) {
        return from.value;
    }
    auto share = static_cast<float>((time_s - from.time_s) / (next->time_s - from.time_s));
    if (from.to_next == Interpolation::Smooth) {
        share = share * share * (3.0F - 2.0F * share);
    }
    return from.value + share * (next->value - from.value);
}

float ControlCurve::min() const {
    return std::min_element(keyframes_.begin(),
                            keyframes_.end(),
                            [](const Keyframe& a, const Keyframe& b) { return a.value < b.value; })
        ->value;
}

float ControlCurve::max() const {
    return std::max_element(keyframes_.begin(),
                            keyframes_.end(),
                            [](const Keyframe& a, const Keyframe& b) { return a.value < b.value; })
        ->value;
}

Controls::Controls() {
    for (const ControlField& field : control_fields()) {
        curves_.emplace_back(field.initial);
    }
}

const std::vector<std::string>& Controls::names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const ControlField& field : control_fields()) {
            list.push_back(field.name);
        }
        return list;
    }();
    return names;
}

std::pair<float, float> Controls::range(std::string_view name) {
    const ControlField& field = control_fields()[index_of(name)];
    return {field.least, field.most};
}

const ControlCurve& Controls::curve(std::string_view name) const {
    return curves_[index_of(name)];
}

void Controls::set(std::string_view name, ControlCurve curve) {
    const std::size_t index = index_of(name);
    for (const float value : {curve.min(), curve.max()}) {
        const std::string refusal = refusal_of(control_fields()[index], static_cast<double>(value));
        if (!refusal.empty()) {
            throw Error(ErrorKind::Usage, refusal);
        }
    }
    curves_[index] = std::move(curve);
}

void Controls::set_emotion(const std::string& text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view name = std::string_view(text).substr(0, colon);
    const std::optional<Emotion> emotion = find_emotion(name);
    if (!emotion && name != "neutral") {
        std::string known = "neutral";
        for (int e = 0; e < kNumEmotions; ++e) {
            known += ", " + std::string(emotion_name(static_cast<Emotion>(e)));
        }
        throw Error(ErrorKind::Usage,
                    "unknown emotion '" + std::string(name) + "', expected one of " + known);
    }
    float strength = 1.0F;
    if (colon < text.size()) {
        const char* const first = text.data() + colon + 1;
        const char* const last = text.data() + text.size();
        const auto [end, error] = std::from_chars(first, last, strength);
        if (error != std::errc() || end != last || !(strength >= 0.0F && strength <= 1.0F)) {
            throw Error(ErrorKind::Usage,
                        "strength of emotion '" + text.substr(colon + 1) + "', expected 0 to 1");
        }
    }
    for (int e = 0; e < kNumEmotions; ++e) {
        const bool is_it = emotion && static_cast<int>(*emotion) == e;
        curves_[kFirstEmotion + static_cast<std::size_t>(e)] =
            ControlCurve(is_it ? strength : 0.0F);
    }
}

ControlFrame Controls::at(double time_s) const {
    ControlFrame frame;
    std::size_t next = 0;
    const auto value = [&] { return curves_[next++].at(time_s); };
    frame.gaze.yaw_rad = kRadPerDegree * value();
    frame.gaze.pitch_rad = kRadPerDegree * value();
    frame.distance = value();
    for (float& strength : frame.emotion) {
        strength = value();
    }
    frame.amplitude = value();
    frame.head_motion = value();
    frame.expression = value();
    frame.blink_rate_per_min = value();
    frame.cfg_audio = value();
    frame.cfg_gaze = value();
    const EmotionEffect effect = emotion_effect(frame.emotion);
    frame.head_motion = std::min(frame.head_motion * effect.head_motion, kMaxHeadMotion);
    frame.blink_rate_per_min =
        std::min(frame.blink_rate_per_min * effect.blink_rate, kMaxBlinkRate_per_min);
    return frame;
}

}  // namespace vasa::motion
