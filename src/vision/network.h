// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace vasa::vision {

/// A dense f32 tensor for a network, C order.
struct Blob {
    std::vector<int> shape;
    std::vector<float> values;
};

/// A network's output: its name and the number of values it must have.
struct OutputSpec {
    const char* name;
    std::size_t num_values;
};

/// One of the project's ONNX networks, run by OpenCV on the CPU. Not safe for use by two threads
/// at once.
class Network {
  public:
    /// @param file  one of the names in models/vision; its SHA-256 is checked before it is parsed,
    ///              so that a damaged file never reaches the parser
    /// @throws Error(Model) naming the file if it is missing, unreadable, damaged or unknown.
    Network(const std::string& model_dir, const std::string& file);
    ~Network();
    Network(Network&&) noexcept;

    /// @return one flat vector for each of `outputs`, in their order.
    /// @throws Error(Internal) if the network cannot run on this input.
    std::vector<std::vector<float>> run(const Blob& input, const std::vector<OutputSpec>& outputs);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::vision
