// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/skin_fold_trainer.h"

#include "vasa/core/rng.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using head::Fold;
using head::SkinMap;

namespace {

constexpr auto kSmile = static_cast<std::size_t>(Fold::Smile);
constexpr auto kSquint = static_cast<std::size_t>(Fold::Squint);
constexpr std::size_t kNumTexels = static_cast<std::size_t>(SkinMap::kHeight) * SkinMap::kHalfWidth;

/// What a smile and a squint of strength 1 do in the made examples.
float true_smile(std::size_t texel) {
    return texel % 3 == 0 ? -0.3F : 0.1F;
}
float true_squint(std::size_t texel) {
    return texel % 5 == 0 ? 0.2F : 0.0F;
}

/// Faces of which one in five shows something else, such as a shadow.
std::vector<train::FoldExample> made_examples(int count) {
    core::Rng rng(3);
    std::vector<train::FoldExample> examples;
    for (int i = 0; i < count; ++i) {
        train::FoldExample example;
        example.strengths[kSmile] = static_cast<float>(rng.uniform(0.2, 1.0));
        example.strengths[kSquint] = static_cast<float>(rng.uniform(0.0, 1.0));
        const float shadow = i % 5 == 0 ? -0.6F : 0.0F;
        example.weight.assign(kNumTexels, 1.0F);
        for (std::size_t k = 0; k < kNumTexels; ++k) {
            example.change.push_back(example.strengths[kSmile] * true_smile(k) +
                                     example.strengths[kSquint] * true_squint(k) +
                                     static_cast<float>(0.02 * rng.normal()) + shadow);
        }
        examples.push_back(std::move(example));
    }
    return examples;
}

}  // namespace

TEST_CASE("folds are learned of many faces, whatever a few of them show") {
    const auto folds = train::fit_folds(made_examples(60));
    for (std::size_t k = 0; k < kNumTexels; k += 997) {
        CHECK(std::fabs(folds[0][k] - true_smile(k)) < 0.07F);
        CHECK(std::fabs(folds[1][k] - true_squint(k)) < 0.07F);
    }
}

TEST_CASE("a place that no picture shows has no fold") {
    auto examples = made_examples(10);
    for (train::FoldExample& example : examples) {
        example.weight[42] = 0;
    }
    const auto folds = train::fit_folds(examples);
    CHECK(folds[0][42] == 0.0F);
    CHECK(folds[1][42] == 0.0F);
}
