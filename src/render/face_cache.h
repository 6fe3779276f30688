// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/face_code.h"

#include <cstddef>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace vasa::render {

/// Face codes keyed by their source; the most recently used ones are kept. Threads may share one.
class FaceCache {
  public:
    using Code = std::shared_ptr<const head::FaceCode>;

    explicit FaceCache(std::size_t max_faces) : max_faces_(max_faces) {}

    /// The code of `key`. The first caller makes it and the others wait. Every waiting caller gets
    /// the exception that `make` throws, and the next caller tries again.
    Code get(const std::string& key, const std::function<Code()>& make);

  private:
    struct Entry {
        std::string key;
        std::shared_future<Code> code;
    };

    std::size_t max_faces_;
    std::mutex mutex_;
    std::list<Entry> entries_;  ///< most recently used first
};

}  // namespace vasa::render
