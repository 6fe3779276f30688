// SPDX-License-Identifier: Apache-2.0
// main() of the Catch2 programs. Exit code 77, which ctest shows as skipped, if a test case skipped
// itself with WARN("SKIPPED: cause") and none failed. ctest's SKIP_REGULAR_EXPRESSION is
// unsuitable: it hides failures.
#define CATCH_CONFIG_RUNNER
#include <cstdlib>
#include <filesystem>
#include <string>

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

/// A folder for the settings of programs under test, so that a run leaves nothing in the user's.
class ConfigFolder {
  public:
    ConfigFolder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "vasa_test_config_XXXXXX").string();
        if (mkdtemp(name.data()) != nullptr) {
            path_ = name;
            setenv("XDG_CONFIG_HOME", path_.c_str(), 1);
        }
    }
    ~ConfigFolder() {
        std::error_code error;
        if (!path_.empty()) {
            std::filesystem::remove_all(path_, error);
        }
    }
    ConfigFolder(const ConfigFolder&) = delete;
    ConfigFolder& operator=(const ConfigFolder&) = delete;

  private:
    std::string path_;
};

}  // namespace

int main(int argc, char** argv) {
    const ConfigFolder config;
    const int failures = Catch::Session().run(argc, argv);
    return failures == 0 && g_is_skipped ? kSkippedExitCode : failures;
}
