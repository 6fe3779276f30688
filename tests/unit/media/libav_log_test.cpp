// SPDX-License-Identifier: Apache-2.0
#include "libav_util.h"
#include "log_lines.h"

#include "support/catch.h"

using namespace vasa;

TEST_CASE("of libav's warnings about one file the first few are logged") {
    const LogLines log;
    media::ensure_av_log();
    const auto warn = [](int count) {
        for (int i = 0; i < count; ++i) {
            av_log(nullptr, AV_LOG_ERROR, "block %d is damaged\n", i);
        }
    };
    media::begin_av_messages("a.mp4");
    warn(300);
    CHECK(log.warnings.size() == 10);
    CHECK(log.mention("block 0 is damaged"));
    CHECK(log.warnings.back() == "libav: block 9 is damaged (more of its messages are left out)");
    // The same file, opened to read its sound.
    media::begin_av_messages("a.mp4");
    warn(5);
    CHECK(log.warnings.size() == 10);
    media::begin_av_messages("b.mp4");
    warn(1);
    CHECK(log.warnings.size() == 11);
}
