// SPDX-License-Identifier: Apache-2.0
#include "option_bindings.h"

#include "vasa/core/error.h"
#include "vasa/core/rational.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/emotion.h"

#include <charconv>
#include <string_view>
#include <system_error>

namespace vasa::render {
namespace {

using core::Error;

/// The value of a curve that does not change.
std::optional<float> constant_of(const RenderOptions& options, const std::string& curve) {
    const motion::ControlCurve& values = options.drive.controls.curve(curve);
    return values.min() == values.max() ? std::optional(values.min()) : std::nullopt;
}

constexpr const char* kNeutral = "neutral";

/// The one emotion that is shown, with its strength; empty if there are several or one changes.
std::string emotion_text(const RenderOptions& options) {
    std::string text;
    for (int e = 0; e < motion::kNumEmotions; ++e) {
        const std::string name(motion::emotion_name(static_cast<motion::Emotion>(e)));
        const std::optional<float> strength = constant_of(options, name);
        if (!strength || (*strength > 0.0F && !text.empty())) {
            return {};
        }
        if (*strength > 0.0F) {
            text = *strength < 1.0F ? name + ":" + number_text(*strength) : name;
        }
    }
    return text.empty() ? kNeutral : text;
}

bool is_device(const std::string& text) {
    constexpr std::string_view kNumbered = "cuda:";
    if (text == "auto" || text == "cpu" || text == "cuda") {
        return true;
    }
    const char* const end = text.data() + text.size();
    int index = -1;
    return text.compare(0, kNumbered.size(), kNumbered) == 0 && text.size() > kNumbered.size() &&
           std::from_chars(text.data() + kNumbered.size(), end, index).ptr == end && index >= 0;
}

}  // namespace

OptionField& bind_curve(OptionField& field, const char* curve) {
    const auto [min, max] = motion::Controls::range(curve);
    field.min = static_cast<double>(min);
    field.max = static_cast<double>(max);
    field.range = range_text(field.min, field.max);
    field.curves = {curve};
    field.set = [self = field](RenderOptions& options, const std::string& text) {
        options.drive.controls.set(self.curves[0], motion::ControlCurve(parse_number(self, text)));
    };
    field.get = [name = std::string(curve)](const RenderOptions& options) {
        const std::optional<float> value = constant_of(options, name);
        return value ? number_text(*value) : std::string();
    };
    return field;
}

OptionField& bind_gaze(OptionField& field) {
    field.curves = {"gaze_yaw", "gaze_pitch"};
    field.range = "degrees";
    for (const std::string& curve : field.curves) {
        const auto [min, max] = motion::Controls::range(curve);
        field.range += (&curve == field.curves.data() ? ", " : " and ") + range_text(min, max);
    }
    field.set = [self = field](RenderOptions& options, const std::string& text) {
        const std::vector<float> angles_deg = parse_list(self, text, self.curves.size());
        for (std::size_t i = 0; i < self.curves.size(); ++i) {
            const auto [min, max] = motion::Controls::range(self.curves[i]);
            if (angles_deg[i] < min || angles_deg[i] > max) {
                refuse_value(self, text);
            }
        }
        for (std::size_t i = 0; i < self.curves.size(); ++i) {
            options.drive.controls.set(self.curves[i], motion::ControlCurve(angles_deg[i]));
        }
    };
    field.get = [](const RenderOptions& options) {
        const auto yaw = constant_of(options, "gaze_yaw");
        const auto pitch = constant_of(options, "gaze_pitch");
        return yaw && pitch ? number_text(*yaw) + "," + number_text(*pitch) : std::string();
    };
    return field;
}

OptionField& bind_emotion(OptionField& field) {
    std::vector<std::string> names = {kNeutral};
    for (int e = 0; e < motion::kNumEmotions; ++e) {
        field.curves.emplace_back(motion::emotion_name(static_cast<motion::Emotion>(e)));
        names.push_back(field.curves.back());
    }
    field.range = choice_text(names) + "; strength 0 to 1";
    field.set = [self = field](RenderOptions& options, const std::string& text) {
        try {
            options.drive.controls.set_emotion(text);
        } catch (const Error&) {
            refuse_value(self, text);
        }
    };
    field.get = emotion_text;
    return field;
}

OptionField& bind_controls(OptionField& field) {
    field.set = [](RenderOptions& options, const std::string& text) {
        options.drive.controls =
            text.empty() ? motion::Controls() : motion::load_controls(text, options.drive.controls);
        options.controls_file = text;
    };
    field.get = [](const RenderOptions& options) { return options.controls_file; };
    return field;
}

OptionField& bind_rate(OptionField& field) {
    field.range = "above 0 to 240: 24, 25, 30000/1001, 30, 50, 60, ...";
    field.set = [self = field](RenderOptions& options, const std::string& text) {
        try {
            options.fps = core::parse_frame_rate(text);
        } catch (const Error&) {
            refuse_value(self, text);
        }
    };
    field.get = [](const RenderOptions& options) { return core::to_string(options.fps); };
    return field;
}

OptionField& bind_seed(OptionField& field) {
    field.range = "0 or more, below 2^64";
    field.set = [self = field](RenderOptions& options, const std::string& text) {
        options.drive.seed = text.empty() ? std::nullopt : std::optional(parse_seed(self, text));
    };
    field.get = [](const RenderOptions& options) {
        return options.drive.seed ? std::to_string(*options.drive.seed) : std::string();
    };
    return field;
}

OptionField& bind_device(OptionField& field) {
    field.range = "auto, cpu, cuda or cuda:N";
    field.set = [self = field](RenderOptions& options, const std::string& text) {
        if (!is_device(text)) {
            refuse_value(self, text);
        }
        options.drive.device = text;
    };
    field.get = [](const RenderOptions& options) { return options.drive.device; };
    return field;
}

}  // namespace vasa::render
