/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Marks what libvasa.so exports. Everything else in the library has hidden visibility
   (cmake/VasaOptions.cmake), so that only the names in vasa/vasa.h and vasa/vasa_c.h, and what
   those need, can be linked against. Read by C compilers too. */
#define VASA_API __attribute__((visibility("default")))
