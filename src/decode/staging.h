// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

namespace vasa::decode {

/// Copies many arrays to a device in one transfer.
///
/// add() them all, send() once, then place() gives each array's address there. The caller fills
/// arrays without data in between, at here(). The copy has ended when send() returns: freeing
/// pinned memory that a stream still reads queries the GPU, and a failed GPU makes that query
/// throw in a destructor.
class Staging {
  public:
    explicit Staging(at::Device device) : device_(device) {}

    /// @param data  alive until send(); null = to be filled by the caller
    /// @return      for here() and place()
    template <typename T>
    std::size_t add(const T* data, std::size_t count) {
        parts_.push_back({data, count * sizeof(T), num_bytes_});
        num_bytes_ += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
        return parts_.size() - 1;
    }

    /// Allocates the memory of here(), once all arrays are added.
    void require_memory() {
        const auto size = static_cast<std::int64_t>(num_bytes_);
        if (!here_.defined() || here_.numel() < size) {
            here_ =
                at::empty({size}, at::TensorOptions(at::kByte).pinned_memory(device_.is_cuda()));
        }
    }
    /// Address at which the caller fills an array, after require_memory().
    template <typename T>
    T* here(std::size_t part) {
        return reinterpret_cast<T*>(static_cast<char*>(here_.data_ptr()) + parts_[part].offset);
    }

    void send() {
        require_memory();
        auto* const bytes = static_cast<char*>(here_.data_ptr());
        for (const Part& part : parts_) {
            if (part.data != nullptr && part.num_bytes > 0) {
                std::memcpy(bytes + part.offset, part.data, part.num_bytes);
            }
        }
        const auto size = static_cast<std::int64_t>(num_bytes_);
        there_ = at::empty({size}, at::TensorOptions(at::kByte).device(device_));
        there_.copy_(here_.narrow(0, 0, size));
    }

    template <typename T>
    const T* place(std::size_t part) const {
        return reinterpret_cast<const T*>(static_cast<const char*>(there_.const_data_ptr()) +
                                          parts_[part].offset);
    }

    /// Forgets the arrays; the next send() replaces their memory on the device.
    void clear() {
        parts_.clear();
        num_bytes_ = 0;
    }

    /// Frees the memory of here(); sent arrays stay.
    void release_here() { here_ = at::Tensor(); }

  private:
    struct Part {
        const void* data;
        std::size_t num_bytes, offset;
    };
    static constexpr std::size_t kAlignment = 256;

    at::Device device_;
    std::vector<Part> parts_;
    std::size_t num_bytes_ = 0;
    at::Tensor here_, there_;
};

}  // namespace vasa::decode
