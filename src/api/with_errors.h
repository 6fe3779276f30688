// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"

#include <exception>
#include <new>
#include <string>

namespace vasa::api {

/// Calls `work` and returns its result. All exceptions leave as Error: out of memory as
/// Error(Resource), exceptions of third-party code as Error(Internal).
template <typename Work>
auto with_errors(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const core::Error&) {
        throw;
    } catch (const std::bad_alloc&) {
        throw core::Error(
            core::ErrorKind::Resource, "out of memory", "close other programs and try again");
    } catch (const std::exception& error) {
        throw core::Error(core::ErrorKind::Internal, std::string("unexpected: ") + error.what());
    } catch (...) {
        throw core::Error(core::ErrorKind::Internal, "unexpected exception");
    }
}

}  // namespace vasa::api
