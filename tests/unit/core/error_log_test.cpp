// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/stop_token.h"

#include <set>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa::core;

TEST_CASE("every error kind has the documented exit code and a name of its own", "[core]") {
    const std::vector<std::pair<ErrorKind, int>> codes = {{ErrorKind::Quality, 1},
                                                          {ErrorKind::Usage, 2},
                                                          {ErrorKind::Input, 3},
                                                          {ErrorKind::Model, 4},
                                                          {ErrorKind::Output, 5},
                                                          {ErrorKind::Resource, 6},
                                                          {ErrorKind::Batch, 7},
                                                          {ErrorKind::Internal, 70},
                                                          {ErrorKind::Interrupted, 130},
                                                          {ErrorKind::Terminated, 143}};
    std::set<std::string> names;
    for (const auto& [kind, code] : codes) {
        CHECK(exit_code(kind) == code);
        names.insert(error_kind_name(kind));
    }
    CHECK(names.size() == codes.size());
    CHECK(std::string(error_kind_name(ErrorKind::Model)) == "model");
}

TEST_CASE("log lines reach the sink that is set at the time, none without one", "[core]") {
    std::vector<std::string> lines;
    log_warning("dropped");
    set_log_sink([&](LogLevel level, const std::string& message) {
        lines.push_back(std::to_string(static_cast<int>(level)) + message);
    });
    log_debug("a");
    log_warning("b");
    set_log_sink(nullptr);
    log_warning("c");
    CHECK(lines == std::vector<std::string>{"0a", "2b"});
}

TEST_CASE("a sink may log and replace itself without a deadlock", "[core]") {
    int calls = 0;
    set_log_sink([&](LogLevel, const std::string&) {
        if (++calls == 1) {
            log_info("again");
            set_log_sink(nullptr);
        }
    });
    log_info("first");
    log_info("after");
    CHECK(calls == 2);
}

TEST_CASE("copies of a stop token share one flag", "[core]") {
    StopToken token;
    StopToken copy = token;
    CHECK_NOTHROW(copy.throw_if_stopped());
    token.request_stop(15);
    CHECK(copy.stop_requested());
    try {
        copy.throw_if_stopped();
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Terminated);
    }
}
