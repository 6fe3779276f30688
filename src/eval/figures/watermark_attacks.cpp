// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/watermark_figures.h"

#include <utility>

namespace vasa::eval {
namespace {

using Step = std::vector<std::string>;

constexpr double kPair_s = 10.0;

Step encode(const std::string& codec, int crf) {
    return {"-c:v", codec, "-crf", std::to_string(crf)};
}

/// A filter, then x264 with its usual quality.
Step filter(const std::string& filters) {
    return {"-vf", filters, "-c:v", "libx264", "-crf", "23"};
}

const Step kHalf = filter("scale=iw/2:ih/2,scale=iw*2:ih*2");
const Step kCrop = filter("crop=iw*0.8:ih*0.8");
const Step kLarge = filter("scale=-2:720");
const Step kRate = filter("fps=30");
const Step kMotionJpeg = {"-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p"};
/// Another raster, softened.
const Step kScreen = filter("scale=iw*0.9:-2,gblur=sigma=0.8,scale=512:512");

std::vector<WatermarkAttack> single_attacks() {
    std::vector<WatermarkAttack> attacks = {{"none", {}}};
    for (const int crf : {18, 23, 28, 32}) {
        attacks.push_back({"x264 CRF " + std::to_string(crf), {encode("libx264", crf)}});
    }
    for (const int crf : {18, 23, 28, 32}) {
        attacks.push_back({"x265 CRF " + std::to_string(crf), {encode("libx265", crf)}});
    }
    attacks.push_back({"half size and back", {kHalf}});
    attacks.push_back({"crop 20 %", {kCrop}});
    attacks.push_back({"720 lines", {kLarge}});
    attacks.push_back({"25 to 30 fps", {kRate}});
    attacks.push_back({"brightness +15 %", {filter("eq=brightness=0.15")}});
    attacks.push_back({"brightness -15 %", {filter("eq=brightness=-0.15")}});
    attacks.push_back({"contrast +15 %", {filter("eq=contrast=1.15")}});
    attacks.push_back({"contrast -15 %", {filter("eq=contrast=0.85")}});
    attacks.push_back({"Motion JPEG", {kMotionJpeg}});
    attacks.push_back({"screen grab", {kScreen}});
    return attacks;
}

}  // namespace

std::vector<WatermarkAttack> watermark_attacks() {
    std::vector<WatermarkAttack> attacks = single_attacks();
    const auto add_pair = [&](const std::string& name, Step first, Step second) {
        attacks.push_back({name, {std::move(first), std::move(second)}, kPair_s});
    };
    add_pair("half size, x264 CRF 32", kHalf, encode("libx264", 32));
    add_pair("crop, x264 CRF 28", kCrop, encode("libx264", 28));
    add_pair("crop, half size", kCrop, kHalf);
    add_pair("720 lines, x265 CRF 28", kLarge, encode("libx265", 28));
    add_pair("30 fps, x265 CRF 32", kRate, encode("libx265", 32));
    add_pair("screen grab, x264 CRF 28", kScreen, encode("libx264", 28));
    add_pair("Motion JPEG, brightness +15 %", kMotionJpeg, filter("eq=brightness=0.15"));
    return attacks;
}

}  // namespace vasa::eval
