// SPDX-License-Identifier: Apache-2.0
#include "clip/clip_frames.h"

#include "clip/frame_source.h"
#include "statistics.h"

#include "vasa/core/hash.h"
#include "vasa/core/parallel.h"

#include <algorithm>
#include <optional>

namespace vasa::eval {
namespace {

constexpr int kNumSamples = 8;

/// Frames passed from one thread to the other.
struct Chunk {
    std::vector<core::ImageU8> frames;
    std::vector<std::optional<vision::FaceLandmarks>> found;
};

/// Fits the head to frames in order and collects their measurements.
class FrameLooker {
  public:
    FrameLooker(const Portrait& portrait, face::FaceTracker& tracker, int num_expected)
        : portrait_(portrait),
          tracker_(tracker),
          sample_step_(std::max(1, num_expected / kNumSamples)) {}

    void look(Chunk& chunk) {
        for (std::size_t i = 0; i < chunk.frames.size(); ++i) {
            const core::ImageU8& frame = chunk.frames[i];
            const std::size_t index = out_.tracked.size();
            out_.tracked.push_back(tracker_.fit(chunk.found[i]));
            const face::TrackedFrame& tracked = out_.tracked.back();
            if (index == 0) {
                out_.first = frame;
                background_.emplace(
                    portrait_.code, portrait_.crop_from_frame, frame.width, frame.height);
            }
            if (tracked.found) {
                const auto energy = gradient_energy(frame, tracked.landmarks);
                for (int r = 0; r < kNumSharpRegions; ++r) {
                    out_.energy[r].push_back(energy[r]);
                }
                out_.mouths.push_back(look_inside(frame, tracked.landmarks));
                if (index > 0) {
                    background_->add(i > 0 ? chunk.frames[i - 1] : last_, frame, tracked.landmarks);
                }
            }
            if (static_cast<int>(index) % sample_step_ == sample_step_ / 2 &&
                static_cast<int>(out_.samples.size()) < kNumSamples) {
                out_.samples.push_back(frame);
                out_.sample_index.push_back(index);
            }
        }
        if (!chunk.frames.empty()) {
            last_ = std::move(chunk.frames.back());
        }
    }

    ClipFrames finish() {
        out_.flicker = background_ ? background_->flicker() : kNoValue;
        return std::move(out_);
    }

  private:
    const Portrait& portrait_;
    face::FaceTracker& tracker_;
    int sample_step_;
    std::optional<StillBackground> background_;
    core::ImageU8 last_;
    ClipFrames out_;
};

}  // namespace

ClipFrames measure_frames(const ClipInput& input,
                          const Portrait& portrait,
                          face::FaceTracker& tracker,
                          const core::ProgressFn& progress,
                          const core::StopToken& stop) {
    constexpr std::size_t kChunk = 24;
    FrameSource source(input);
    core::Sha256 hash;
    FrameLooker looker(portrait, tracker, source.num_expected());
    Chunk reading, fitting;
    std::int64_t done = 0;
    do {
        stop.throw_if_stopped();
        reading = {};
        core::parallel_for(2, [&](int task) {
            if (task == 1) {
                looker.look(fitting);
                return;
            }
            core::ImageU8 frame;
            while (reading.frames.size() < kChunk && source.read(frame)) {
                hash.update(frame.data.data(), frame.data.size());
                reading.found.push_back(tracker.locate(frame));
                reading.frames.push_back(std::move(frame));
            }
        });
        std::swap(reading, fitting);
        done += static_cast<std::int64_t>(fitting.frames.size());
        if (progress && done > 0) {
            progress(done, std::max<std::int64_t>(source.num_expected(), done));
        }
    } while (!fitting.frames.empty());
    ClipFrames frames = looker.finish();
    frames.hash = hash.finish();
    frames.fps = source.fps();
    frames.has_sound = source.has_sound();
    return frames;
}

}  // namespace vasa::eval
