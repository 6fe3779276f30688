// SPDX-License-Identifier: Apache-2.0
// Fuzz target: accepted sound has a rate, whole frames and finite samples.
#include "fuzz.h"

#include "vasa/media/audio_file.h"

#include <cmath>

using namespace vasa;
using core::ErrorKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file(".snd");
    file.write(data, size);
    media::LoadAudioOptions options;
    options.max_duration_s = 2.0;
    fuzz::is_accepted({ErrorKind::Input}, [&] {
        const media::AudioClip clip = media::load_audio(file.path(), options);
        fuzz::require(clip.sample_rate > 0 && clip.channels > 0, "it has a rate and channels");
        fuzz::require(!clip.samples.empty() &&
                          clip.samples.size() % static_cast<std::size_t>(clip.channels) == 0,
                      "it has whole frames");
        for (const float sample : clip.samples) {
            fuzz::require(std::isfinite(sample), "its samples are finite");
        }
    });
    return 0;
}
