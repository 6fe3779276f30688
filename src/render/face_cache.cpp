// SPDX-License-Identifier: Apache-2.0
#include "face_cache.h"

#include <algorithm>
#include <exception>

namespace vasa::render {

FaceCache::Code FaceCache::get(const std::string& key, const std::function<Code()>& make) {
    std::promise<Code> promise;
    std::shared_future<Code> found;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto entry = std::find_if(
            entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
        if (entry != entries_.end()) {
            found = entry->code;
            entries_.splice(entries_.begin(), entries_, entry);
        } else {
            entries_.push_front({key, promise.get_future().share()});
            if (entries_.size() > std::max<std::size_t>(max_faces_, 1)) {
                entries_.pop_back();  // waiting callers hold the future
            }
        }
    }
    if (found.valid()) {
        return found.get();
    }
    try {
        Code code = make();
        promise.set_value(code);
        return code;
    } catch (...) {
        promise.set_exception(std::current_exception());
        const std::lock_guard<std::mutex> lock(mutex_);
        entries_.remove_if([&](const Entry& e) { return e.key == key; });
        throw;
    }
}

}  // namespace vasa::render
