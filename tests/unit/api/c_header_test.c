/* SPDX-License-Identifier: Apache-2.0 */
/* The header is C, and a C compiler and a C++ compiler see the same structures. */
#include "vasa/vasa_c.h"

#include <stddef.h>

size_t c_size_of_frame(void) {
    return sizeof(vasa_frame);
}

size_t c_size_of_callbacks(void) {
    return sizeof(vasa_callbacks);
}

int c_is_version_there(void) {
    return vasa_version()[0] != '\0';
}
