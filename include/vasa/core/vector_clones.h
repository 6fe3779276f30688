// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Compiles a function several times, for processors with AVX-512, with AVX2 and for all others;
/// the program chooses when it starts. What the function calls is compiled into it. Results are
/// equal on all processors: products and sums are never contracted (-ffp-contract=off), and the
/// functions reorder no sums. Left out under sanitizers, whose run-time does not yet exist when the
/// choice is made, and where the compiler does not support it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define VASA_VECTOR_CLONES \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), flatten))
#else
#define VASA_VECTOR_CLONES
#endif
