// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace vasa::marks {

constexpr int kPayloadBits = 64;
constexpr int kSymbolsPerBit = 3;
constexpr int kNumSymbols = kPayloadBits * kSymbolsPerBit;

/// A symbol for each place: 1 for a 0, -1 for a 1; or what a detector measured of it.
using CodeSymbols = std::array<float, kNumSymbols>;

/// Tail-biting convolutional code, constraint length 9, rate 1/3, generators 557, 663, 711 (octal).
/// Source: 3GPP TS 25.212, 4.2.3.1 (generators); Ma and Wolf, On tail biting convolutional codes
/// (1986).
CodeSymbols encode_payload(std::uint64_t bits);

/// The bits whose symbols fit best, by the Viterbi algorithm round the circle.
///
/// The code is linear: random signs of the symbols give every payload with the same probability.
std::uint64_t decode_payload(const CodeSymbols& symbols);

}  // namespace vasa::marks
