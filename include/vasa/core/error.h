// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/export.h"

#include <stdexcept>
#include <string>

namespace vasa::core {

/// What went wrong, as the user sees it. Each kind has one exit code (see exit_code()).
enum class ErrorKind {
    Quality,      ///< clips are worse than their baseline (vasa eval --suite)
    Tampered,     ///< marks contradict each other or the content (vasa verify)
    Usage,        ///< bad options or option values
    Input,        ///< a file given by the user cannot be used
    Model,        ///< a model file is missing, damaged or of another version
    Output,       ///< the result cannot be written
    Resource,     ///< memory, disk, device
    Batch,        ///< a batch finished with failed items
    Unmarked,     ///< a file has no marks (vasa verify)
    Internal,     ///< a defect of this program
    Interrupted,  ///< stopped by the user (SIGINT)
    Terminated,   ///< stopped by SIGTERM
};

/// The only exception type this library throws.
///
/// Message: lower case, names the object, says what was expected and what was found. The optional
/// hint tells the user what to do about it.
class VASA_API Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& message, std::string hint = {})
        : std::runtime_error(message), kind_(kind), hint_(std::move(hint)) {}

    ErrorKind kind() const { return kind_; }
    const std::string& hint() const { return hint_; }

  private:
    ErrorKind kind_;
    std::string hint_;
};

/// Process exit code of an error kind: 1 quality and tampered, 2 usage, 3 input, 4 model, 5 output,
/// 6 resource, 7 batch, 8 unmarked, 70 internal, 130 interrupted, 143 terminated.
VASA_API int exit_code(ErrorKind kind);

/// Lower-case name of an error kind, as in JSON results ("input", "model", ...).
VASA_API const char* error_kind_name(ErrorKind kind);

}  // namespace vasa::core
