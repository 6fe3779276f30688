// SPDX-License-Identifier: Apache-2.0
#include "head_top.h"

#include "vasa/head/face_code.h"
#include "vasa/head/landmarks.h"

#include <cmath>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kSize = head::kCanvasSize_px;
constexpr int kCut_y = 200;

/// A round head of 400 canvas pixels, in an image whose upper border is at kCut_y.
struct CutHead {
    core::ImageU8 canvas{kSize, kSize, 3, 220};
    core::ImageF matte{kSize, kSize, 1, 0.0F};
    face::CanvasRect inside{0, kCut_y, kSize, kSize};
    head::Landmarks landmarks{};

    explicit CutHead(int centre_y) {
        for (int y = kCut_y; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                if (std::hypot(x - 640.0, y - centre_y) < 200) {
                    *matte.at(x, y) = 1.0F;
                    canvas.at(x, y)[0] = canvas.at(x, y)[1] = canvas.at(x, y)[2] = 40;
                }
            }
        }
        // Temples: the head with its hair is a quarter wider.
        landmarks[head::kTemples[0]] = {(640 - 160 - 128) / 2.0F, 200};
        landmarks[head::kTemples[1]] = {(640 + 160 - 128) / 2.0F, 200};
    }
};

}  // namespace

TEST_CASE("a head that the image cuts off is completed to a round one") {
    CutHead head(kCut_y + 150);
    face::complete_head_top(head.canvas, head.matte, head.inside, head.landmarks);
    // The circle's top lies 50 pixels above the cut.
    CHECK(*head.matte.at(640, kCut_y - 40) == 1.0F);
    CHECK(head.canvas.at(640, kCut_y - 40)[0] == 40);
    CHECK(*head.matte.at(640, kCut_y - 60) == 0.0F);
    int wrong = 0;
    for (int y = 100; y < kCut_y; ++y) {
        for (int x = 300; x < 980; ++x) {
            const double distance = std::hypot(x - 640.0, y - (kCut_y + 150.0));
            wrong +=
                std::fabs(distance - 200) > 8 && (distance < 200) != (*head.matte.at(x, y) > 0.5F);
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("a whole head, and an image that reaches beyond the canvas, stay as they are") {
    CutHead whole(kCut_y + 300);
    const auto before = whole.canvas.data;
    face::complete_head_top(whole.canvas, whole.matte, whole.inside, whole.landmarks);
    CHECK(whole.canvas.data == before);
    CutHead cut(kCut_y + 150);
    const auto matte = cut.matte.data;
    cut.inside.y0 = 0;
    face::complete_head_top(cut.canvas, cut.matte, cut.inside, cut.landmarks);
    CHECK(cut.matte.data == matte);
}
