// SPDX-License-Identifier: Apache-2.0
#include "c_handles.h"

namespace vasa::api {

LastError& last_error() {
    thread_local LastError t_last_error;
    return t_last_error;
}

vasa_status fail(ErrorKind kind, const char* message, const char* hint) noexcept {
    try {
        last_error().message = message;
        last_error().hint = hint;
    } catch (...) {
        last_error().message.clear();
        last_error().hint.clear();
    }
    return static_cast<vasa_status>(exit_code(kind));
}

}  // namespace vasa::api
