// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/rng.h"

#include "vasa/core/error.h"

#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace vasa::core {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

std::uint64_t rotate_left(std::uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
}

}  // namespace

Rng::Rng(std::uint64_t seed) : seed_(seed) {
    std::uint64_t s = seed;
    for (std::uint64_t& word : state_) {
        word = split_mix(s);
    }
}

Rng Rng::fork(std::uint64_t stream) const {
    std::uint64_t s = seed_ ^ 0x5851f42d4c957f2dULL;
    const std::uint64_t a = split_mix(s);
    std::uint64_t t = stream + 0x14057b7ef767814fULL;
    return Rng(a ^ split_mix(t));
}

std::uint64_t Rng::next_u64() {
    const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate_left(state_[3], 45);
    return result;
}

double Rng::uniform() {
    return static_cast<double>(next_u64() >> 11) * 0x1.0p-53;
}

double Rng::uniform(double low, double high) {
    return low + (high - low) * uniform();
}

double Rng::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    const double u = 1.0 - uniform();  // (0, 1]
    const double v = uniform();
    const double r = std::sqrt(-2.0 * std::log(u));
    constexpr double kTwoPi = 6.283185307179586;
    spare_ = r * std::sin(kTwoPi * v);
    has_spare_ = true;
    return r * std::cos(kTwoPi * v);
}

std::uint64_t Rng::below(std::uint64_t bound) {
    if (bound <= 1) {
        return 0;
    }
    const std::uint64_t limit = bound * (~std::uint64_t{0} / bound);
    std::uint64_t x = next_u64();
    while (x >= limit) {
        x = next_u64();
    }
    return x % bound;
}

std::string Rng::state() const {
    std::uint64_t spare = 0;  // as bits: decimal text could round
    std::memcpy(&spare, &spare_, sizeof spare);
    char text[128];
    std::snprintf(text,
                  sizeof text,
                  "%" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 " %d %" PRIx64,
                  seed_,
                  state_[0],
                  state_[1],
                  state_[2],
                  state_[3],
                  has_spare_ ? 1 : 0,
                  spare);
    return text;
}

void Rng::set_state(const std::string& text) {
    Rng read(0);
    int has_spare = 0, end = 0;
    std::uint64_t spare = 0;
    const int count =
        std::sscanf(text.c_str(),
                    "%" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %d %" SCNx64 "%n",
                    &read.seed_,
                    &read.state_[0],
                    &read.state_[1],
                    &read.state_[2],
                    &read.state_[3],
                    &has_spare,
                    &spare,
                    &end);
    if (count != 7 || static_cast<std::size_t>(end) != text.size()) {
        throw Error(ErrorKind::Input, "random generator: bad state '" + text + "'");
    }
    read.has_spare_ = has_spare != 0;
    std::memcpy(&read.spare_, &spare, sizeof spare);
    *this = read;
}

}  // namespace vasa::core
