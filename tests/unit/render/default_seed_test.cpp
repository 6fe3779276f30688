// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/default_seed.h"

#include <cstdint>
#include <set>

#include "support/catch.h"

using namespace vasa;

TEST_CASE("the default seed follows from both hashes, the same on every machine") {
    // First 48 bits of `printf 'aa\nbb' | sha256sum`.
    CHECK(render::default_seed("aa", "bb") == 141565708669816U);
    CHECK(render::default_seed("", "bb") == 225396531198326U);
    const std::set<std::uint64_t> seeds = {render::default_seed("aa", "bb"),
                                           render::default_seed("bb", "aa"),
                                           render::default_seed("aa", ""),
                                           render::default_seed("", "aa"),
                                           render::default_seed("aab", "b")};
    CHECK(seeds.size() == 5);
    for (const std::uint64_t seed : seeds) {
        CHECK(seed < std::uint64_t{1} << 48U);
    }
}
