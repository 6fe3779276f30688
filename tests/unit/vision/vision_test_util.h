// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/npy.h"

#include "vasa/core/geometry.h"
#include "vasa/core/image.h"
#include "vasa/core/rng.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace vasa::test {

inline const std::vector<std::string>& example_names() {
    static const std::vector<std::string> names = {"astronaut", "grace_hopper"};
    return names;
}

inline std::string model_dir() {
    return VASA_SOURCE_DIR "/models/vision";
}

/// The data folder, or empty if there is none.
inline std::string data_dir() {
    const char* dir = std::getenv("VASA_DATA_DIR");
    return dir != nullptr ? dir : "";
}

inline core::ImageU8 load_example(const std::string& name) {
    const std::string ending = name == "astronaut" ? ".png" : ".jpg";
    return media::load_image(data_dir() + "/examples/" + name + ending);
}

/// A reference array: `what` is for example "face_landmark__landmarks".
inline NpyArray golden(const std::string& example, const std::string& what) {
    return load_npy(data_dir() + "/vision/golden/" + example + "__" + what + ".npy");
}

/// A golden network input [1, 3, h, w] of bytes as an image.
inline core::ImageU8 image_from_planes(const NpyArray& planes) {
    core::ImageU8 image(planes.shape.at(3), planes.shape.at(2), 3);
    const std::size_t plane = image.data.size() / 3;
    for (std::size_t i = 0; i < image.data.size(); ++i) {
        image.data[i] = static_cast<std::uint8_t>(planes.values[(i % 3) * plane + i / 3]);
    }
    return image;
}

inline core::ImageU8 mirrored(const core::ImageU8& image) {
    core::ImageU8 out(image.width, image.height, 3);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            std::copy_n(image.at(x, y), 3, out.at(image.width - 1 - x, y));
        }
    }
    return out;
}

/// The image turned clockwise by 90 degrees, num_turns times.
inline core::ImageU8 turned_clockwise(core::ImageU8 image, int num_turns) {
    for (int turn = 0; turn < num_turns; ++turn) {
        core::ImageU8 out(image.height, image.width, 3);
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                std::copy_n(image.at(x, y), 3, out.at(image.height - 1 - y, x));
            }
        }
        image = std::move(out);
    }
    return image;
}

/// The image turned clockwise by an angle, in a grey square that holds all of it; nearest pixels.
/// @param image_from_turned  receives the map back to the image
inline core::ImageU8 turned_by(const core::ImageU8& image,
                               double angle_rad,
                               core::Affine2& image_from_turned) {
    const int side = static_cast<int>(std::hypot(image.width, image.height)) + 1;
    const double c = std::cos(angle_rad), s = std::sin(angle_rad), half = side / 2.0;
    image_from_turned = {
        c, s, image.width / 2.0 - half * (c + s), -s, c, image.height / 2.0 - half * (c - s)};
    core::ImageU8 out(side, side, 3, 150);
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const core::Vec2f p = image_from_turned(x + 0.5, y + 0.5);
            if (p.x >= 0 && p.y >= 0 && p.x < static_cast<float>(image.width) &&
                p.y < static_cast<float>(image.height)) {
                std::copy_n(
                    image.at(static_cast<int>(p.x), static_cast<int>(p.y)), 3, out.at(x, y));
            }
        }
    }
    return out;
}

/// Mean over factor × factor pixels.
inline core::ImageU8 shrunk(const core::ImageU8& image, int factor) {
    core::ImageU8 out(image.width / factor, image.height / factor, 3);
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            for (int channel = 0; channel < 3; ++channel) {
                int sum = 0;
                for (int i = 0; i < factor * factor; ++i) {
                    sum += image.at(x * factor + i % factor, y * factor + i / factor)[channel];
                }
                out.at(x, y)[channel] = static_cast<std::uint8_t>(sum / (factor * factor));
            }
        }
    }
    return out;
}

/// Every pixel repeated factor × factor times.
inline core::ImageU8 enlarged(const core::ImageU8& image, int factor) {
    core::ImageU8 out(image.width * factor, image.height * factor, 3);
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            std::copy_n(image.at(x / factor, y / factor), 3, out.at(x, y));
        }
    }
    return out;
}

inline void paste(const core::ImageU8& part, int x0, int y0, core::ImageU8& canvas) {
    for (int y = 0; y < part.height; ++y) {
        std::copy_n(part.row(y), part.width * 3, canvas.at(x0, y0 + y));
    }
}

inline core::ImageU8 noise_image(int width, int height, std::uint64_t seed) {
    core::Rng rng(seed);
    core::ImageU8 image(width, height, 3);
    for (std::uint8_t& value : image.data) {
        value = static_cast<std::uint8_t>(rng.below(256));
    }
    return image;
}

/// Largest absolute difference; infinite if the sizes differ.
inline float max_difference(const std::vector<float>& a, const std::vector<float>& b) {
    float worst = a.size() == b.size() ? 0.0F : INFINITY;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        const float difference = std::abs(a[i] - b[i]);
        worst = difference > worst || std::isnan(difference) ? difference : worst;
    }
    return worst;
}

}  // namespace vasa::test

/// Leaves the test with a warning if the data folder is missing.
#define VASA_NEEDS_DATA()                       \
    if (vasa::test::data_dir().empty()) {       \
        WARN("SKIPPED: VASA_DATA_DIR not set"); \
        return;                                 \
    }
