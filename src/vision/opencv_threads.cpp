// SPDX-License-Identifier: Apache-2.0
#include "vasa/vision/opencv_threads.h"

#include "vasa/core/parallel.h"

#include <mutex>

#include <opencv2/core/utility.hpp>

namespace vasa::vision {

void use_program_threads() {
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    const int wanted = core::num_threads();
    if (cv::getNumThreads() != wanted) {
        cv::setNumThreads(wanted);
    }
}

}  // namespace vasa::vision
