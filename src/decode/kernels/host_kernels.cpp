// SPDX-License-Identifier: Apache-2.0
#include "kernels/frame_kernels.h"
#include "kernels/run_step.h"

#include <cstring>

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

namespace vasa::decode::kernels {
namespace {

struct HostBackend {
    using Half = c10::Half;
    using Bfloat16 = c10::BFloat16;

    void fill_zero(void* to, std::size_t num_bytes) const { std::memset(to, 0, num_bytes); }

    template <typename Function>
    void for_each(std::int64_t count, const Function& function) const {
        for (std::int64_t i = 0; i < count; ++i) {
            function(i);
        }
    }
};

const char* run_on_host(Step step, Number number, const Scene* scene, const Batch* batch, void*) {
    run_step(HostBackend{}, step, number, *scene, *batch);
    return nullptr;
}

}  // namespace

const FrameKernels& host_kernels() {
    static const FrameKernels kernels = [] {
        FrameKernels made;
        made.version = FrameKernels::kVersion;
        made.scene_bytes = sizeof(Scene);
        made.batch_bytes = sizeof(Batch);
        made.run = run_on_host;
        return made;
    }();
    return kernels;
}

}  // namespace vasa::decode::kernels
