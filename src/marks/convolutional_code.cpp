// SPDX-License-Identifier: Apache-2.0
#include "convolutional_code.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vasa::marks {
namespace {

constexpr unsigned kMemory = 8;
constexpr unsigned kNumStates = 1U << kMemory;
constexpr std::array<unsigned, kSymbolsPerBit> kGenerators = {0557, 0663, 0711};
/// Turns of the circle: the first finds the state, the middle one is read, the last ends it.
constexpr int kTurns = 3;

float parity_symbol(unsigned bits) {
    bits ^= bits >> 8U;
    bits ^= bits >> 4U;
    bits ^= bits >> 2U;
    bits ^= bits >> 1U;
    return (bits & 1U) != 0 ? -1.0F : 1.0F;
}

/// What a step with `bit` from `state` (the bits before, the newest highest) sends.
std::array<float, kSymbolsPerBit> step_symbols(unsigned state, unsigned bit) {
    std::array<float, kSymbolsPerBit> symbols{};
    for (std::size_t i = 0; i < kGenerators.size(); ++i) {
        symbols[i] = parity_symbol(((bit << kMemory) | state) & kGenerators[i]);
    }
    return symbols;
}

unsigned next_state(unsigned state, unsigned bit) {
    return ((bit << kMemory) | state) >> 1U;
}

/// The payload's bit at a step; the highest comes first.
unsigned bit_at(std::uint64_t bits, int step) {
    return static_cast<unsigned>((bits >> (kPayloadBits - 1 - step)) & 1U);
}

}  // namespace

CodeSymbols encode_payload(std::uint64_t bits) {
    unsigned state = 0;
    // The last bits come before the first: the code has no beginning.
    for (int step = kPayloadBits - static_cast<int>(kMemory); step < kPayloadBits; ++step) {
        state = next_state(state, bit_at(bits, step));
    }
    CodeSymbols symbols{};
    for (int step = 0; step < kPayloadBits; ++step) {
        const unsigned bit = bit_at(bits, step);
        const auto sent = step_symbols(state, bit);
        std::copy(sent.begin(), sent.end(), symbols.begin() + step * kSymbolsPerBit);
        state = next_state(state, bit);
    }
    return symbols;
}

std::uint64_t decode_payload(const CodeSymbols& symbols) {
    std::array<float, kNumStates> metrics{};
    std::array<std::array<std::array<float, kSymbolsPerBit>, 2>, kNumStates> sent{};
    for (unsigned state = 0; state < kNumStates; ++state) {
        sent[state] = {step_symbols(state, 0), step_symbols(state, 1)};
    }
    // A state is reached from two others, which differ in their lowest bit.
    std::vector<std::array<std::uint8_t, kNumStates>> low_bits(kTurns * kPayloadBits);
    for (std::size_t step = 0; step < low_bits.size(); ++step) {
        const float* measured = symbols.data() + step % kPayloadBits * kSymbolsPerBit;
        std::array<float, kNumStates> next{};
        for (unsigned state = 0; state < kNumStates; ++state) {
            const unsigned bit = state >> (kMemory - 1);
            std::array<float, 2> candidates{};
            for (unsigned low = 0; low < 2; ++low) {
                const unsigned before = ((state << 1U) & (kNumStates - 1)) | low;
                candidates[low] = metrics[before];
                for (std::size_t i = 0; i < kGenerators.size(); ++i) {
                    candidates[low] += sent[before][bit][i] * measured[i];
                }
            }
            const bool is_high = candidates[1] > candidates[0];
            next[state] = candidates[is_high ? 1 : 0];
            low_bits[step][state] = is_high ? 1 : 0;
        }
        metrics = next;
    }
    auto state = static_cast<unsigned>(
        std::distance(metrics.begin(), std::max_element(metrics.begin(), metrics.end())));
    std::uint64_t bits = 0;
    for (std::size_t step = low_bits.size(); step-- > kPayloadBits;) {
        if (step < 2 * kPayloadBits) {
            const std::uint64_t bit = state >> (kMemory - 1);
            bits |= bit << (2 * kPayloadBits - 1 - step);
        }
        state = ((state << 1U) & (kNumStates - 1)) | low_bits[step][state];
    }
    return bits;
}

}  // namespace vasa::marks
