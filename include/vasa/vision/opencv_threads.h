// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vasa::vision {

/// Lets OpenCV use core::num_threads() threads. Any thread may call it; where the number is the
/// same as before, as it is within a run of the program, nothing is touched: OpenCV's thread pool
/// must not be replaced while another thread's loop runs in it.
void use_program_threads();

}  // namespace vasa::vision
