// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace vasa::core {

/// Small deterministic random generator (SplitMix64 seeding, xoshiro256**).
///
/// The same seed gives the same numbers on every platform and compiler; std:: distributions are
/// not used because their output is not specified.
class Rng {
  public:
    explicit Rng(std::uint64_t seed);
    /// A generator for sub-stream `stream`, independent of how much this one has been used.
    Rng fork(std::uint64_t stream) const;

    std::uint64_t next_u64();
    /// Uniform in [0, 1).
    double uniform();
    /// Uniform in [low, high).
    double uniform(double low, double high);
    /// Standard normal (Box–Muller).
    double normal();
    /// Uniform integer in [0, bound), bound > 0.
    std::uint64_t below(std::uint64_t bound);

    /// Everything that determines the next numbers, as text for a checkpoint.
    std::string state() const;
    /// Continues from a state. @throws Error(Input) for a text that state() does not return.
    void set_state(const std::string& text);

  private:
    std::uint64_t seed_;
    std::uint64_t state_[4];
    bool has_spare_ = false;
    double spare_ = 0.0;
};

}  // namespace vasa::core
