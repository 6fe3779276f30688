// SPDX-License-Identifier: Apache-2.0
#include "network/network_graphs.h"

#include "network/smaller_batches.h"

#include "vasa/core/log.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include <ATen/DeviceAccelerator.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

namespace vasa::decode {
namespace {

constexpr std::int64_t kMaxPatches = 32;
constexpr std::size_t kMaxGraphs = 256;
/// Recording takes as long as several runs without a graph.
constexpr int kUsesBeforeGraph = 2;

std::int64_t next_power_of_two(std::int64_t n) {
    std::int64_t power = 1;
    while (power < n) {
        power *= 2;
    }
    return power;
}

/// Body of the module's capture(); it must not throw.
struct Recording {
    FrameNetwork& network;
    const at::Tensor& input;
    at::Tensor output;
    int num_runs = 0;
    bool is_short_of_memory = false;
    std::string problem;
    std::exception_ptr error;

    Recording(FrameNetwork& what, const at::Tensor& from) : network(what), input(from) {}

    static bool run(void* argument) {
        auto* const self = static_cast<Recording*>(argument);
        ++self->num_runs;
        try {
            self->output = self->network->predict(self->input);
        } catch (const c10::Error& error) {
            self->error = std::current_exception();
            self->problem = error.what_without_backtrace();
            self->is_short_of_memory = is_out_of_memory(error);
        } catch (...) {
            self->error = std::current_exception();
            self->problem = "unknown exception";
        }
        return !self->error;
    }

    /// Failing the warm-up means failing without a graph too; failing only the recording does not.
    bool has_failed() const { return error && (num_runs == 1 || is_short_of_memory); }
};

/// Weights of the first convolution for input with additional channels, which have no effect.
at::Tensor widened(const at::Tensor& weight, std::int64_t num_channels) {
    at::Tensor wide =
        at::zeros({weight.size(0), num_channels, weight.size(2), weight.size(3)}, weight.options())
            .contiguous(at::MemoryFormat::ChannelsLast);
    wide.narrow(1, 0, weight.size(1)).copy_(weight);
    return wide;
}

}  // namespace

NetworkGraphs::NetworkGraphs(FrameNetwork network,
                             at::Device device,
                             at::ScalarType type,
                             const kernels::FrameKernels& kernels)
    : network_(std::move(network)),
      device_(device),
      type_(type),
      kernels_(kernels),
      has_graphs_(kernels.capture != nullptr) {
    network_->prepare(device, type);
    at::Tensor first = network_->named_parameters()["in.weight"];
    first.set_data(widened(first, kernels::kCellChannels));
}

NetworkGraphs::~NetworkGraphs() {
    try {
        clear();
    } catch (...) {
        // A failed GPU frees nothing.
    }
}

void NetworkGraphs::clear() {
    for (auto& [size, graph] : graphs_) {
        if (graph.handle != nullptr) {
            kernels_.release(graph.handle);
        }
    }
    graphs_.clear();
    num_uses_.clear();
    pool_[0] = pool_[1] = 0;
    if (device_.is_cuda()) {
        at::accelerator::emptyCache();
    }
}

void NetworkGraphs::drop_oldest_graph() {
    const auto oldest =
        std::min_element(graphs_.begin(), graphs_.end(), [](const auto& a, const auto& b) {
            return a.second.last_use < b.second.last_use;
        });
    kernels_.release(oldest->second.handle);
    graphs_.erase(oldest);
}

NetworkGraphs::Graph* NetworkGraphs::find_graph(const Size& size, const at::Tensor& like) {
    const auto found = graphs_.find(size);
    if (found != graphs_.end()) {
        found->second.last_use = ++clock_;
        return &found->second;
    }
    if (!has_graphs_ || ++num_uses_[size] < kUsesBeforeGraph) {
        return nullptr;
    }
    if (graphs_.size() >= kMaxGraphs) {
        drop_oldest_graph();
    }
    Graph graph;
    graph.input = at::zeros({size[0], like.size(1), size[1], size[2]}, like.options())
                      .contiguous(at::MemoryFormat::ChannelsLast);
    Recording recording(network_, graph.input);
    const char* const torch_problem =
        kernels_.capture(device_.index(), Recording::run, &recording, &pool_, &graph.handle);
    if (recording.has_failed()) {
        std::rethrow_exception(recording.error);
    }
    const std::string problem = torch_problem != nullptr ? torch_problem : recording.problem;
    if (!problem.empty()) {
        TORCH_CHECK_WITH(OutOfMemoryError, !tensor::tells_of_memory(problem), problem);
        core::log_warning("the network runs without CUDA graphs: " + problem);
        has_graphs_ = false;
        return nullptr;
    }
    graph.output = recording.output;
    graph.last_use = ++clock_;
    num_uses_.erase(size);
    return &graphs_.emplace(size, std::move(graph)).first->second;
}

void NetworkGraphs::predict(const at::Tensor& conditions, const at::Tensor& change) {
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
