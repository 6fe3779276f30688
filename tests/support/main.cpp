// SPDX-License-Identifier: Apache-2.0
// main() of the Catch2 programs. Exit code 77, which ctest shows as skipped, if a test case skipped
// itself with WARN("SKIPPED: cause") and none failed. ctest's SKIP_REGULAR_EXPRESSION is
// unsuitable: it hides failures.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

namespace {

constexpr int kSkippedExitCode = 77;
bool g_is_skipped = false;

struct SkipListener : Catch::TestEventListenerBase {
    using TestEventListenerBase::TestEventListenerBase;

    bool assertionEnded(const Catch::AssertionStats& stats) override {
        const Catch::AssertionResult& result = stats.assertionResult;
        if (result.getResultType() == Catch::ResultWas::Warning &&
            Catch::startsWith(result.getMessage(), "SKIPPED")) {
            g_is_skipped = true;
        }
        return TestEventListenerBase::assertionEnded(stats);
    }
};

CATCH_REGISTER_LISTENER(SkipListener)

}  // namespace

int main(int argc, char** argv) {
    const int failures = Catch::Session().run(argc, argv);
    return failures == 0 && g_is_skipped ? kSkippedExitCode : failures;
}
