// SPDX-License-Identifier: Apache-2.0
#include "files/timecode.h"

#include "files/motion_files.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace vasa::motion {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::array<int, 9> kUsualRates = {24, 25, 30, 48, 50, 60, 100, 120, 240};
constexpr double kMaxGap_s = 10.0;
constexpr double kDay_s = 86400.0;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
    throw Error(ErrorKind::Input,
                "cannot read motion '" + name + "': " + what,
                "give the frame rate in a first line such as '# fps=60'");
}

int find_rate(const std::vector<Timecode>& timecodes, const std::string& name) {
    double largest = 0.0;
    int num_changes = 0;
    for (std::size_t i = 0; i < timecodes.size(); ++i) {
        largest = std::max(largest, std::floor(timecodes[i].frame));
        num_changes += i > 0 && timecodes[i].seconds != timecodes[i - 1].seconds ? 1 : 0;
    }
    // One change can follow a partial second; a full second reaches the largest frame number.
    const auto rate = std::find_if(
        kUsualRates.begin(), kUsualRates.end(), [&](int usual) { return usual >= largest + 1.0; });
    if (num_changes < 1 || largest < 0.75 * kUsualRates.front() || rate == kUsualRates.end()) {
        refuse(name, "its timecodes do not tell the frame rate");
    }
    return *rate;
}

MotionFrame blend(const MotionFrame& a, const MotionFrame& b, float share) {
    MotionFrame result = a;
    for (float head::Pose::*member : kPoseMembers) {
        result.pose.*member += share * (b.pose.*member - a.pose.*member);
    }
    for (int k = 0; k < head::kNumActions; ++k) {
        result.actions.values[k] += share * (b.actions.values[k] - a.actions.values[k]);
    }
    for (float head::Tongue::*member : head::kTongueMembers) {
        result.tongue.*member += share * (b.tongue.*member - a.tongue.*member);
    }
    return result;
}

}  // namespace

std::optional<Timecode> parse_timecode(std::string_view text) {
    std::array<int, 3> parts{};
    constexpr std::array<int, 3> kLimits = {24, 60, 60};
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (std::size_t k = 0; k < parts.size(); ++k) {
        const auto [stop, error] = std::from_chars(at, end, parts[k]);
        if (error != std::errc() || stop == end || (*stop != ':' && *stop != ';') || parts[k] < 0 ||
            parts[k] >= kLimits[k]) {
            return std::nullopt;
        }
        at = stop + 1;
    }
    double frame = 0.0;
    const auto [stop, error] = std::from_chars(at, end, frame, std::chars_format::fixed);
    if (error != std::errc() || stop != end || !(frame >= 0.0 && frame < 240.0)) {
        return std::nullopt;
    }
    Timecode timecode;
    timecode.seconds = (parts[0] * std::int64_t{60} + parts[1]) * 60 + parts[2];
    timecode.frame = frame;
    return timecode;
}

std::string format_timecode(std::int64_t index, const core::Rational& fps) {
    const std::int64_t rate = std::max<std::int64_t>((fps.num + fps.den - 1) / fps.den, 1);
    const std::int64_t seconds = index / rate;
    const auto two_digits = [](std::int64_t value) {
        return (value < 10 ? "0" : "") + std::to_string(value);
    };
    return two_digits(seconds / 3600 % 24) + ":" + two_digits(seconds / 60 % 60) + ":" +
           two_digits(seconds % 60) + ":" + two_digits(index % rate) + ".000";
}

void apply_timecodes(MotionClip& clip,
                     const std::vector<Timecode>& timecodes,
                     const std::string& name) {
    if (clip.frames.empty() || timecodes.size() != clip.frames.size()) {
        refuse(name, "no frames");
    }
    const int rate = find_rate(timecodes, name);
    clip.fps = {rate, 1};
    std::vector<MotionFrame> frames = {clip.frames.front()};
    const auto position = [&](std::size_t i) {
        double seconds = static_cast<double>(timecodes[i].seconds - timecodes[0].seconds);
        seconds += seconds < 0.0 ? kDay_s : 0.0;  // past midnight
        return seconds * rate + timecodes[i].frame - timecodes[0].frame;
    };
    double previous = 0.0;
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        const double now = position(i);
        if (now < previous || now - previous > kMaxGap_s * rate) {
            refuse(name,
                   "the timecode of frame " + std::to_string(i) +
                       " goes backwards or leaps by more than 10 s");
        }
        while (static_cast<double>(frames.size()) <= std::floor(now + 0.5)) {
            if (frames.size() > 4 * clip.frames.size() + 2400) {
                refuse(name, "its timecodes skip more than three frames in four");
            }
            const double wanted = static_cast<double>(frames.size());
            const double span = std::max(now - previous, 1e-9);
            const auto share = static_cast<float>(std::clamp((wanted - previous) / span, 0.0, 1.0));
            // Rows in step with the frames are copied unchanged.
            frames.push_back(now - wanted < 0.5 ? clip.frames[i]
                                                : blend(clip.frames[i - 1], clip.frames[i], share));
        }
        previous = now;
    }
    clip.frames = std::move(frames);
}

}  // namespace vasa::motion
