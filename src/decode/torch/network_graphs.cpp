// SPDX-License-Identifier: Apache-2.0
#include "network_graphs.h"

#include "vasa/core/log.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

namespace vasa::decode {
namespace {

constexpr std::int64_t kMaxPatches = 32;
constexpr std::size_t kMaxGraphs = 64;

std::int64_t next_power_of_two(std::int64_t n) {
    std::int64_t power = 1;
    while (power < n) {
        power *= 2;
    }
    return power;
}

/// What the module's capture() calls; nothing may be thrown through it.
struct Recording {
    FrameNetwork& network;
    const at::Tensor& input;
    at::Tensor output;
    std::exception_ptr error;

    static void run(void* argument) {
        auto* const self = static_cast<Recording*>(argument);
        try {
            self->output = self->network->predict(self->input);
        } catch (...) {
            self->error = std::current_exception();
        }
    }
};

}  // namespace

NetworkGraphs::NetworkGraphs(FrameNetwork network,
                             at::Device device,
                             const kernels::FrameKernels& kernels)
    : network_(std::move(network)),
      device_(device),
      kernels_(kernels),
      has_graphs_(kernels.capture != nullptr) {}

NetworkGraphs::~NetworkGraphs() {
    clear();
}

void NetworkGraphs::clear() {
    for (auto& [size, graph] : graphs_) {
        if (graph.handle != nullptr) {
            kernels_.release(graph.handle);
        }
    }
    graphs_.clear();
    pool_[0] = pool_[1] = 0;
}

NetworkGraphs::Graph* NetworkGraphs::find_graph(const Size& size, const at::Tensor& like) {
    const auto found = graphs_.find(size);
    if (found != graphs_.end()) {
        return &found->second;
    }
    if (!has_graphs_) {
        return nullptr;
    }
    if (graphs_.size() >= kMaxGraphs) {
        clear();
    }
    Graph graph;
    graph.input = at::zeros({size[0], like.size(1), size[1], size[2]}, like.options())
                      .contiguous(at::MemoryFormat::ChannelsLast);
    Recording recording{network_, graph.input, {}, nullptr};
    const char* const problem =
        kernels_.capture(device_.index(), Recording::run, &recording, &pool_, &graph.handle);
    if (recording.error) {
        if (graph.handle != nullptr) {
            kernels_.release(graph.handle);
        }
        std::rethrow_exception(recording.error);
    }
    if (problem != nullptr) {
        core::log_warning(std::string("the network runs without CUDA graphs: ") + problem);
        has_graphs_ = false;
        return nullptr;
    }
    graph.output = recording.output;
    return &graphs_.emplace(size, std::move(graph)).first->second;
}

void NetworkGraphs::predict(const at::Tensor& conditions, at::Tensor change) {
    for (std::int64_t first = 0; first < conditions.size(0); first += kMaxPatches) {
        const std::int64_t count = std::min(conditions.size(0) - first, kMaxPatches);
        const at::Tensor in = conditions.narrow(0, first, count);
        at::Tensor out = change.narrow(0, first, count);
        Graph* const graph = find_graph({next_power_of_two(count), in.size(2), in.size(3)}, in);
        if (graph == nullptr) {
            out.copy_(network_->predict(in));
            continue;
        }
        graph->input.narrow(0, 0, count).copy_(in);
        const char* const problem = kernels_.replay(graph->handle);
        TORCH_CHECK(problem == nullptr, "a CUDA graph failed: ", problem);
        out.copy_(graph->output.narrow(0, 0, count));
    }
}

}  // namespace vasa::decode
