// SPDX-License-Identifier: Apache-2.0
#include "orientation.h"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace vasa::media {
namespace {

/// Map of the pixel grid: x' = a x + c y, y' = b x + d y, shifted back to positive coordinates.
struct Turn {
    int a, b, c, d;
};

constexpr Turn kTurns[8] = {{1, 0, 0, 1},
                            {-1, 0, 0, 1},
                            {-1, 0, 0, -1},
                            {1, 0, 0, -1},
                            {0, 1, 1, 0},
                            {0, 1, -1, 0},
                            {0, -1, -1, 0},
                            {0, -1, 1, 0}};

int sign_of(int fixed) {
    return fixed > 0x8000 ? 1 : fixed < -0x8000 ? -1 : 0;
}

}  // namespace

core::ImageU8 apply_orientation(core::ImageU8 image, int orientation) {
    if (orientation <= 1 || orientation > 8 || image.empty()) {
        return image;
    }
    const Turn turn = kTurns[orientation - 1];
    const bool swaps = turn.a == 0;
    core::ImageU8 out(
        swaps ? image.height : image.width, swaps ? image.width : image.height, image.channels);
    const int x_offset = turn.a + turn.c < 0 ? out.width - 1 : 0;
    const int y_offset = turn.b + turn.d < 0 ? out.height - 1 : 0;
    for (int y = 0; y < image.height; ++y) {
        const std::uint8_t* source = image.row(y);
        for (int x = 0; x < image.width; ++x, source += image.channels) {
            std::uint8_t* target =
                out.at(turn.a * x + turn.c * y + x_offset, turn.b * x + turn.d * y + y_offset);
            for (int channel = 0; channel < image.channels; ++channel) {
                target[channel] = source[channel];
            }
        }
    }
    return out;
}

int orientation_of_display_matrix(const int (&matrix)[9]) {
    const Turn turn = {
        sign_of(matrix[0]), sign_of(matrix[1]), sign_of(matrix[3]), sign_of(matrix[4])};
    for (int i = 0; i < 8; ++i) {
        if (std::memcmp(&turn, &kTurns[i], sizeof turn) == 0) {
            return i + 1;
        }
    }
    return 1;
}

}  // namespace vasa::media
