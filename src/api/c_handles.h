// SPDX-License-Identifier: Apache-2.0
// What the functions of the C interface share: handles, and errors as status.
#pragma once

#include "vasa/vasa.h"
#include "vasa/vasa_c.h"

#include <exception>
#include <new>
#include <string>

struct vasa_session {
    vasa::Session session;
};

struct vasa_options {
    vasa::RenderOptions options;
    std::string text = {};  ///< last text from vasa_options_get()
};

struct vasa_face {
    vasa::Face face;
};

struct vasa_motion {
    vasa::Motion motion;
};

struct vasa_live {
    vasa::Live live;
};

namespace vasa::api {

struct LastError {
    std::string message, hint;
};
/// Of this thread.
LastError& last_error();

/// Keeps the error as this thread's last one and returns its status.
vasa_status fail(ErrorKind kind, const char* message, const char* hint) noexcept;

/// Calls `work`; its exception becomes the status and this thread's last error.
template <typename Work>
vasa_status with_status(const Work& work) noexcept {
    try {
        work();
        return VASA_OK;
    } catch (const Error& error) {
        return fail(error.kind(), error.what(), error.hint().c_str());
    } catch (const std::bad_alloc&) {
        return fail(ErrorKind::Resource, "out of memory", "");
    } catch (const std::exception& error) {
        return fail(ErrorKind::Internal, error.what(), "");
    } catch (...) {
        return fail(ErrorKind::Internal, "unexpected exception", "");
    }
}

template <typename T>
T& require(T* argument, const char* name) {
    if (argument == nullptr) {
        throw Error(ErrorKind::Usage, std::string(name) + " is NULL");
    }
    return *argument;
}

inline std::string require_text(const char* argument, const char* name) {
    return &require(argument, name);
}

/// Runs `make` and gives the caller its result, or NULL.
template <typename Handle, typename Make>
vasa_status make_handle(Handle** out, const Make& make) {
    if (out != nullptr) {
        *out = nullptr;
    }
    return with_status([&] {
        Handle*& target = require(out, "pointer for the result");
        target = new Handle{make()};
    });
}

inline RenderOptions options_of(const vasa_options* options) {
    return options != nullptr ? options->options : RenderOptions();
}

}  // namespace vasa::api
