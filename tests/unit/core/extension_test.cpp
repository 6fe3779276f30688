// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/extension.h"

#include "support/catch.h"

using vasa::core::extension_of;

TEST_CASE("extensions are compared in lower case") {
    CHECK(extension_of("dir.d/CLIP.MP4") == ".mp4");
    CHECK(extension_of("a.tar.Gz") == ".gz");
    CHECK(extension_of("dir.d/clip").empty());
    CHECK(extension_of("").empty());
}
