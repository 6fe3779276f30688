// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks functions that the CPU and the GPU share: nvcc compiles them for both, other compilers
/// ignore the mark. Such functions are pure arithmetic on plain values and pointers.
#ifdef __CUDACC__
#define VASA_HOST_DEVICE __host__ __device__
#else
#define VASA_HOST_DEVICE
#endif
