// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"

namespace vasa::core {

int exit_code(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Quality:
        case ErrorKind::Tampered:
            return 1;
        case ErrorKind::Usage:
            return 2;
        case ErrorKind::Input:
            return 3;
        case ErrorKind::Model:
            return 4;
        case ErrorKind::Output:
            return 5;
        case ErrorKind::Resource:
            return 6;
        case ErrorKind::Batch:
            return 7;
        case ErrorKind::Unmarked:
            return 8;
        case ErrorKind::Interrupted:
            return 130;
        case ErrorKind::Terminated:
            return 143;
        case ErrorKind::Internal:
            break;
    }
    return 70;
}

const char* error_kind_name(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Quality:
            return "quality";
        case ErrorKind::Tampered:
            return "tampered";
        case ErrorKind::Usage:
            return "usage";
        case ErrorKind::Input:
            return "input";
        case ErrorKind::Model:
            return "model";
        case ErrorKind::Output:
            return "output";
        case ErrorKind::Resource:
            return "resource";
        case ErrorKind::Batch:
            return "batch";
        case ErrorKind::Unmarked:
            return "unmarked";
        case ErrorKind::Interrupted:
            return "interrupted";
        case ErrorKind::Terminated:
            return "terminated";
        case ErrorKind::Internal:
            break;
    }
    return "internal";
}

}  // namespace vasa::core
