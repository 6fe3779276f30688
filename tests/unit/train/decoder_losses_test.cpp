// SPDX-License-Identifier: Apache-2.0
#include "decoder/decoder_losses.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;

TEST_CASE("what changes in an opened mouth besides moving is found", "[decoder_losses]") {
    DecoderBatch batch;
    batch.counts = {1, 1, 0};
    batch.conditions = at::arange(2 * 8 * 4, at::kFloat).view({2, 1, 8, 4});
    batch.region = at::ones({2, 1, 8, 4});
    batch.lost = at::ones({2, 1, 8, 4});
    const OpenedMouths opened = open_mouths(batch, 0.5);
    REQUIRE(opened.row == 4);
    REQUIRE(opened.mouths.conditions.size(0) == 1);
    for (const int row : {0, 3, 4, 5, 7}) {
        const int before = row <= 4 ? row : row - 1;
        CHECK(opened.mouths.conditions[0][0][row][2].item<float>() == 4.0F * before + 2.0F);
    }
    // Colours that move with the mouth do not change; those that stay behind do.
    const at::Tensor painted = at::rand({2, 3, 8, 4});
    const at::Tensor moved = opened.open(painted.slice(0, 0, 1));
    const auto [none, count] = mouth_change(painted, moved, opened);
    CHECK(none.item<float>() == 0.0F);
    CHECK(count.item<float>() == 3.0F * 8 * 4);
    const auto [some, same_count] = mouth_change(painted, moved + 0.5, opened);
    CHECK((some / same_count).item<float>() == Approx(0.5F));
    CHECK(mouth_change(painted, painted.slice(0, 0, 1), opened).first.item<float>() > 1.0F);
}
