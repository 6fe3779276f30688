// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"
#include "context.h"
#include "signals.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"

#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <string>

#include <malloc.h>
#include <nlohmann/json.hpp>

namespace {

using vasa::app::Context;
using vasa::core::Error;
using vasa::core::ErrorKind;

/// Runs the program and returns its exception as an Error.
std::optional<Error> run(int argc, char** argv, Context& context) {
    try {
        if (vasa::app::parse_command_line(argc, argv, context)) {
            context.action();
        }
        return std::nullopt;
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return Error(ErrorKind::Resource, "out of memory");
    } catch (const std::exception& error) {
        return Error(ErrorKind::Internal,
                     std::string("unexpected: ") + error.what(),
                     "this is a defect of the program");
    } catch (...) {
        return Error(ErrorKind::Internal, "unexpected exception");
    }
}

void report(const Error& error, Context& context) {
    context.terminal.error(error);
    if (!context.json || context.has_result) {
        return;
    }
    try {
        nlohmann::json details = {{"kind", vasa::core::error_kind_name(error.kind())},
                                  {"message", error.what()},
                                  {"hint", error.hint()}};
        context.print_result({{"error", std::move(details)}}, "");
    } catch (const std::exception&) {
        // Standard output is closed; the exit code and standard error report the failure.
    }
}

}  // namespace

int main(int argc, char** argv) {
    // Keeps large buffers out of the heap, even after the first is freed (glibc would raise the
    // limit): memory that a stage frees returns to the system. Peak memory is a fifth lower.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    // Memory that the painter frees after one frame is needed again for the next.
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
    vasa::app::secure_standard_streams();
    Context context;
    vasa::app::install_signal_handling(context.stop);
    vasa::core::set_log_sink([&context](vasa::core::LogLevel level, const std::string& message) {
        context.terminal.log(level, message);
    });
    const std::optional<Error> error = run(argc, argv, context);
    if (error) {
        report(*error, context);
    }
    vasa::core::set_log_sink({});
    return error ? vasa::core::exit_code(error->kind()) : EXIT_SUCCESS;
}
