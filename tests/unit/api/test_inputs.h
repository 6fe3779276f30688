// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/vasa.h"

#include <optional>
#include <string>

namespace vasa::test {

std::string model_dir();
/// The face code file of a synthetic portrait.
std::string face_file();
/// 16-bit WAV, 16 kHz mono, of a tone that rises and falls four times a second like syllables.
void write_speech(const std::string& path, double seconds);
/// A jaw that opens and closes while the head turns.
Motion nodding(int num_samples);
/// A real portrait from Debian's python-matplotlib-data. Warns visibly if there is none.
std::optional<std::string> find_portrait();
/// Options of a quick render: no network.
RenderOptions quick_options();

}  // namespace vasa::test
