// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/ai_label.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vasa::provenance {
namespace {

// Shares of the frame's height, chosen to be read on a phone, away from the face.
constexpr float kBadgeHeight = 0.062F;
constexpr float kMargin = 0.025F;
// Shares of the badge's height.
constexpr float kLargeText = 0.58F, kSmallText = 0.34F;
constexpr float kCornerRadius = 0.22F, kPadding = 0.28F, kGap = 0.22F;
constexpr float kPlateOpacity = 0.62F;

struct Line {
    float x0, y0, x1, y1;
};

/// A letter in a box of height 1, y down.
struct Letter {
    char name;
    float width;
    std::vector<Line> lines;
};

const std::vector<Letter>& alphabet() {
    static const std::vector<Letter> letters = {
        {'A', 0.72F, {{0, 1, 0.36F, 0}, {0.36F, 0, 0.72F, 1}, {0.14F, 0.64F, 0.58F, 0.64F}}},
        {'D',
         0.64F,
         {{0, 0, 0, 1},
          {0, 0, 0.34F, 0},
          {0.34F, 0, 0.64F, 0.28F},
          {0.64F, 0.28F, 0.64F, 0.72F},
          {0.64F, 0.72F, 0.34F, 1},
          {0.34F, 1, 0, 1}}},
        {'E', 0.54F, {{0, 0, 0, 1}, {0, 0, 0.54F, 0}, {0, 0.5F, 0.46F, 0.5F}, {0, 1, 0.54F, 1}}},
        {'G',
         0.68F,
         {{0.66F, 0.18F, 0.46F, 0},
          {0.46F, 0, 0.24F, 0},
          {0.24F, 0, 0, 0.28F},
          {0, 0.28F, 0, 0.72F},
          {0, 0.72F, 0.24F, 1},
          {0.24F, 1, 0.46F, 1},
          {0.46F, 1, 0.66F, 0.82F},
          {0.66F, 0.82F, 0.66F, 0.54F},
          {0.66F, 0.54F, 0.4F, 0.54F}}},
        {'I', 0.0F, {{0, 0, 0, 1}}},
        {'N', 0.62F, {{0, 1, 0, 0}, {0, 0, 0.62F, 1}, {0.62F, 1, 0.62F, 0}}},
        {'R',
         0.6F,
         {{0, 1, 0, 0},
          {0, 0, 0.4F, 0},
          {0.4F, 0, 0.6F, 0.14F},
          {0.6F, 0.14F, 0.6F, 0.38F},
          {0.6F, 0.38F, 0.4F, 0.52F},
          {0.4F, 0.52F, 0, 0.52F},
          {0.32F, 0.52F, 0.6F, 1}}},
        {'T', 0.62F, {{0, 0, 0.62F, 0}, {0.31F, 0, 0.31F, 1}}}};
    return letters;
}

constexpr float kLetterGap = 0.3F;     ///< share of the text's height
constexpr float kStrokeWidth = 0.16F;  ///< likewise

/// Lines of a word with its upper left corner at (x, y). @return where the next one may begin
float add_word(const char* word, float x, float y, float height, std::vector<Line>& lines) {
    for (; *word != '\0'; ++word) {
        for (const Letter& letter : alphabet()) {
            if (letter.name != *word) {
                continue;
            }
            for (const Line& line : letter.lines) {
                lines.push_back({x + line.x0 * height,
                                 y + line.y0 * height,
                                 x + line.x1 * height,
                                 y + line.y1 * height});
            }
            x += (letter.width + kLetterGap) * height;
        }
    }
    return x - kLetterGap * height;
}

float distance_to(const Line& line, float x, float y) {
    const float dx = line.x1 - line.x0, dy = line.y1 - line.y0;
    const float length2 = dx * dx + dy * dy;
    const float t =
        length2 > 0.0F ? std::clamp(((x - line.x0) * dx + (y - line.y0) * dy) / length2, 0.0F, 1.0F)
                       : 0.0F;
    return std::hypot(x - line.x0 - t * dx, y - line.y0 - t * dy);
}

/// Share of a pixel that lies within `distance` = 0.
float coverage(float distance_px) {
    return std::clamp(0.5F - distance_px, 0.0F, 1.0F);
}

float distance_to_plate(float x, float y, float width, float height, float radius) {
    const float dx = std::abs(x - 0.5F * width) - (0.5F * width - radius);
    const float dy = std::abs(y - 0.5F * height) - (0.5F * height - radius);
    return std::hypot(std::max(dx, 0.0F), std::max(dy, 0.0F)) + std::min(std::max(dx, dy), 0.0F) -
           radius;
}

int even(float value) {
    return 2 * static_cast<int>(std::lround(0.5F * value));
}

std::uint8_t blend(std::uint8_t old, float kept, float added) {
    return static_cast<std::uint8_t>(
        std::clamp(std::lround(static_cast<float>(old) * kept + added), 0L, 255L));
}

/// Lines of a word with the width of each.
struct Stroke {
    Line line;
    float half_width;
};

}  // namespace

AiLabel::AiLabel(int frame_width, int frame_height) {
    const auto frame = static_cast<float>(frame_height);
    const float height = static_cast<float>(std::max(even(kBadgeHeight * frame), 8));
    const float large = kLargeText * height, small = kSmallText * height;
    std::vector<Line> words[2];
    const float end = add_word("AI", kPadding * height, 0.5F * (height - large), large, words[0]);
    const float right =
        add_word("GENERATED", end + kGap * height, 0.5F * (height - small), small, words[1]);
    std::vector<Stroke> strokes;
    for (const int i : {0, 1}) {
        const float half_width = 0.5F * kStrokeWidth * (i == 0 ? large : small);
        for (const Line& line : words[i]) {
            strokes.push_back({line, half_width});
        }
    }
    width_ = std::min(even(right + kPadding * height), frame_width);
    height_ = std::min(static_cast<int>(height), frame_height);
    left_ = std::max(even(static_cast<float>(frame_width - width_) - kMargin * frame), 0);
    top_ = std::max(even(static_cast<float>(frame_height - height_) - kMargin * frame), 0);
    for (int y = 0; y < height_; ++y) {
        for (int x = 0; x < width_; ++x) {
            const float px = static_cast<float>(x) + 0.5F, py = static_cast<float>(y) + 0.5F;
            const float plate =
                kPlateOpacity *
                coverage(distance_to_plate(
                    px, py, static_cast<float>(width_), height, kCornerRadius * height));
            float text = 0.0F;
            for (const Stroke& stroke : strokes) {
                text =
                    std::max(text, coverage(distance_to(stroke.line, px, py) - stroke.half_width));
            }
            kept_.push_back((1.0F - plate) * (1.0F - text));
            added_.push_back(text);
        }
    }
}

void AiLabel::draw(core::ImageU8& rgb) const {
    std::size_t i = 0;
    for (int y = top_; y < top_ + height_; ++y) {
        for (int x = left_; x < left_ + width_; ++x, ++i) {
            std::uint8_t* const pixel = rgb.at(x, y);
            for (int c = 0; c < rgb.channels; ++c) {
                pixel[c] = blend(pixel[c], kept_[i], 255.0F * added_[i]);
            }
        }
    }
}

void AiLabel::draw(media::Yuv420Frame& yuv) const {
    // Limited range: black is 16, white 235, grey has a chroma of 128.
    constexpr float kBlack = 16.0F, kWhite = 235.0F, kGrey = 128.0F;
    const auto at = [this](int x, int y) {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
               static_cast<std::size_t>(x);
    };
    std::uint8_t* const luma = yuv.data.data();
    for (int y = 0; y < height_; ++y) {
        std::uint8_t* const row = luma + static_cast<std::ptrdiff_t>(top_ + y) * yuv.width + left_;
        for (int x = 0; x < width_; ++x) {
            const float kept = kept_[at(x, y)], added = added_[at(x, y)];
            row[x] = blend(row[x], kept, kBlack * (1.0F - kept - added) + kWhite * added);
        }
    }
    const std::ptrdiff_t num_pixels = static_cast<std::ptrdiff_t>(yuv.width) * yuv.height;
    for (int plane = 0; plane < 2; ++plane) {
        std::uint8_t* const chroma = luma + num_pixels + plane * (num_pixels / 4);
        for (int y = 0; y < height_; y += 2) {
            std::uint8_t* const row =
                chroma + static_cast<std::ptrdiff_t>((top_ + y) / 2) * (yuv.width / 2) + left_ / 2;
            for (int x = 0; x < width_; x += 2) {
                const float kept = 0.25F * (kept_[at(x, y)] + kept_[at(x + 1, y)] +
                                            kept_[at(x, y + 1)] + kept_[at(x + 1, y + 1)]);
                row[x / 2] = blend(row[x / 2], kept, kGrey * (1.0F - kept));
            }
        }
    }
}

}  // namespace vasa::provenance
