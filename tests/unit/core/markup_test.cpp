// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/markup.h"

#include "support/catch.h"

using vasa::core::escape_markup;

TEST_CASE("markup is escaped, and what no XML may hold is replaced", "[core]") {
    CHECK(escape_markup("a < b & \"c\" > d") == "a &lt; b &amp; &quot;c&quot; &gt; d");
    CHECK(escape_markup("Größe 漢字 😀\t\n") == "Größe 漢字 😀\t\n");
    CHECK(escape_markup(std::string("a\0b\x1b[1m\x7f", 8)) == "a?b?[1m?");
    // A lone byte of Latin-1, a truncated character, an overlong slash, a surrogate, U+FFFF.
    CHECK(escape_markup("\xE4rger") == "?rger");
    CHECK(escape_markup("x\xE6\xBC") == "x??");
    CHECK(escape_markup("\xC0\xAF") == "??");
    CHECK(escape_markup("\xED\xA0\x80") == "???");
    CHECK(escape_markup("\xEF\xBF\xBF") == "???");
}
