// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/name_list.h"

#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa::core;

TEST_CASE("a list has a name a line, comments and spaces at the end aside", "[core]") {
    const TestFolder folder;
    write_file_atomic(
        folder / "list.txt",
        "# all of them\n\na.jpg\r\nb c.png  # said twice\n  \ntake#2.wav\t\n#d.jpg\nlast",
        false);
    CHECK(read_name_list(folder / "list.txt") ==
          std::vector<std::string>{"a.jpg", "b c.png", "take#2.wav", "last"});
    CHECK_THROWS_AS(read_name_list(folder / "none.txt"), Error);
}

TEST_CASE("a list holds its names and their parts", "[core]") {
    const std::vector<std::string> list = {"clip_11", "b"};
    CHECK(is_listed(list, "clip_11"));
    CHECK(is_listed(list, "clip_11_shot_0"));
    CHECK_FALSE(is_listed(list, "clip_110"));
    CHECK_FALSE(is_listed(list, "clip_1"));
    CHECK_FALSE(is_listed({}, "clip_11"));
}
