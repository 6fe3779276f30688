// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/live_options.h"

#include "vasa/core/error.h"
#include "vasa/media/raw_sound.h"
#include "vasa/render/option_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;

constexpr double kMaxLag_s = 600.0;

/// Options of files that are read or written as a whole, of the procedural driver and the sampler,
/// which live motion does not have, and of the manifest, which needs a finished file.
constexpr std::array<std::string_view, 17> kNotLive = {"audio",
                                                       "allow-long",
                                                       "out",
                                                       "force",
                                                       "driver",
                                                       "controls",
                                                       "cfg-audio",
                                                       "cfg-gaze",
                                                       "steps",
                                                       "motion",
                                                       "pose-from",
                                                       "dynamics-from",
                                                       "motion-scale",
                                                       "loop",
                                                       "sign-cert",
                                                       "sign-key",
                                                       "timestamp-url"};

void check_range(const char* name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
        throw Error(ErrorKind::Usage,
                    std::string("live option ") + name + " is " + std::to_string(value) +
                        ", expected " + std::to_string(low) + " to " + std::to_string(high));
    }
}

}  // namespace

bool is_live_option(std::string_view name) {
    return std::find(kNotLive.begin(), kNotLive.end(), name) == kNotLive.end();
}

void LiveOptions::check(bool has_portrait) const {
    RenderOptions named = render;
    for (const OptionField& field : option_fields()) {
        if (!is_live_option(field.name) && field.name != "controls" &&
            field.get(named) != field.default_text()) {
            throw Error(ErrorKind::Usage,
                        "option '" + field.name + "' is given, which a live stream does not have");
        }
    }
    // Stand for what is not in files.
    named.audio = "live speech";
    if (!has_portrait) {
        if (!named.image.empty() || !named.face.empty()) {
            throw Error(ErrorKind::Usage, "both a portrait and a face in memory, expected one");
        }
        named.face = "in memory";
    }
    named.check(false);
    check_range("sample_rate", sample_rate, media::kMinRawRate_hz, media::kMaxRawRate_hz);
    check_range("channels", channels, 1, media::kMaxRawChannels);
    check_range("max_lag_s", max_lag_s, 0, kMaxLag_s);
}

}  // namespace vasa::render
