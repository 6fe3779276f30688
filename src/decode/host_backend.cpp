// SPDX-License-Identifier: Apache-2.0
#include "batch_backend.h"
#include "frame_maker.h"

#include "vasa/core/parallel.h"
#include "vasa/core/yuv420.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace vasa::decode {
namespace {

/// Threads that make frames at the same time. More would wait for the encoder, and each needs some
/// megabytes.
constexpr int kMaxThreads = 32;

/// Interleaves the chromas of a frame in PixelLayout::Yuv420.
void interleave_chroma(std::vector<std::uint8_t>& yuv) {
    constexpr auto kArea = static_cast<std::size_t>(kFramePixels);
    const std::vector<std::uint8_t> planes(yuv.begin() + kFramePixels, yuv.end());
    for (std::size_t i = 0; i < kArea / 4; ++i) {
        yuv[kArea + 2 * i] = planes[i];
        yuv[kArea + 2 * i + 1] = planes[kArea / 4 + i];
    }
}

class HostBackend : public BatchBackend {
  public:
    HostBackend(const head::HeadModel& model,
                const head::FaceCode& code,
                const BatchDecoderOptions& options)
        : portrait_(model, code, options.folds, scene_params(options.eye_colour)),
          network_(options.network),
          batch_size_(options.batch_size) {}

    int batch_size() const override { return batch_size_; }
    int num_threads() const override { return std::min(core::num_threads(), kMaxThreads); }

    void decode(const std::vector<FaceState>& states,
                PixelLayout layout,
                std::vector<std::vector<std::uint8_t>>& frames) override {
        core::parallel_for(static_cast<int>(states.size()), [&](int i) {
            const auto index = static_cast<std::size_t>(i);
            std::unique_ptr<FrameMaker> maker = take_maker();
            maker->render(portrait_, states[index], network_ != nullptr);
            if (network_) {
                maker->paint(portrait_, *network_->host);
            }
            std::vector<std::uint8_t>& frame = frames[index];
            if (layout == PixelLayout::Rgb) {
                frame = maker->rgb.data;
            } else {
                core::rgb_to_yuv420(maker->rgb, frame);
                if (layout == PixelLayout::Nv12) {
                    interleave_chroma(frame);
                }
            }
            keep_maker(std::move(maker));
        });
    }

  private:
    std::unique_ptr<FrameMaker> take_maker() {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!makers_.empty()) {
                std::unique_ptr<FrameMaker> maker = std::move(makers_.back());
                makers_.pop_back();
                return maker;
            }
        }
        return std::make_unique<FrameMaker>();
    }

    void keep_maker(std::unique_ptr<FrameMaker> maker) {
        const std::lock_guard<std::mutex> lock(mutex_);
        makers_.push_back(std::move(maker));
    }

    const PortraitScene portrait_;
    const BatchNetwork network_;
    const int batch_size_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<FrameMaker>> makers_;  ///< idle ones
};

}  // namespace

std::unique_ptr<BatchBackend> make_host_backend(const head::HeadModel& model,
                                                const head::FaceCode& code,
                                                const BatchDecoderOptions& options) {
    return std::make_unique<HostBackend>(model, code, options);
}

}  // namespace vasa::decode
