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

/// Face codes by what they were made from; the ones used last are kept. Threads may share one.
class FaceCache {
  public:
    using Code = std::shared_ptr<const head::FaceCode>;

    explicit FaceCache(std::size_t max_faces) : max_faces_(max_faces) {}

    /// The code of `key`; made by the first caller, for which others wait. What `make` throws every
    /// waiting caller gets, and the next one tries again.
    Code get(const std::string& key, const std::function<Code()>& make);

  private:
    struct Entry {
        std::string key;
        std::shared_future<Code> code;
    };

    std::size_t max_faces_;
    std::mutex mutex_;
    std::list<Entry> entries_;  ///< the one used last in front
};

}  // namespace vasa::render
