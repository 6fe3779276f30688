// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vasa::speech {

/// Sample rate of all speech that is analysed, encoded, driven from and measured; mono.
constexpr int kSpeechRate_hz = 16000;

}  // namespace vasa::speech
