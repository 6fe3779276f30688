// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/core/error.h"
#include "vasa/models/model_files.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <nlohmann/json.hpp>

namespace vasa::app {

namespace fs = std::filesystem;

core::ProgressFn Context::progress(double frames_per_second) {
    return [this, frames_per_second](std::int64_t done, std::int64_t total) {
        terminal.progress(done, total, frames_per_second);
    };
}

void Context::print_result(nlohmann::json result, const std::string& text) {
    std::string out = text;
    has_result = true;
    if (json) {
        result["warnings"] = terminal.warnings();
        // File names need not be UTF-8.
        out = result.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }
    const bool is_written = std::fwrite(out.data(), 1, out.size(), stdout) == out.size();
    if (!is_written || std::fflush(stdout) != 0) {
        throw core::Error(core::ErrorKind::Output,
                          std::string("cannot write to standard output: ") + std::strerror(errno));
    }
}

std::string default_model_dir() {
    const char* from_environment = std::getenv("VASA_MODELS");
    if (from_environment != nullptr && *from_environment != '\0') {
        return from_environment;
    }
    std::error_code ec;
    const fs::path program = fs::read_symlink("/proc/self/exe", ec);
    if (ec) {
        return "models";
    }
    const fs::path prefix = program.parent_path().parent_path();
    const fs::path in_build_tree = prefix.parent_path() / "models";
    // An installed program must not use an unrelated `models` folder beside it.
    if (fs::exists(in_build_tree / models::kHeadModelFile, ec)) {
        return in_build_tree.string();
    }
    return (prefix / "share/vasa/models").string();
}

}  // namespace vasa::app
