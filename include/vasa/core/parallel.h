// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace vasa::core {

/// Number of threads that parallel_for uses; 0 (the default) means the number of CPU cores that
/// this process may use.
void set_num_threads(int num_threads);
int num_threads();

/// Calls body(i) for i in [0, num_items) on the shared thread pool and waits for all of them.
///
/// Items are handed out dynamically; results must not depend on which thread runs an item. The
/// first exception thrown by an item is rethrown here after all running items have finished. Calls
/// from inside an item run serially.
void parallel_for(int num_items, const std::function<void(int)>& body);

}  // namespace vasa::core
