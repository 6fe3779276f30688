// SPDX-License-Identifier: Apache-2.0
#include "frame_sink.h"

#include "vasa/core/error.h"

#include <exception>
#include <string>
#include <utility>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;

class CallbackSink : public FrameSink {
  public:
    CallbackSink(FrameFn on_frame, const core::Rational& fps)
        : on_frame_(std::move(on_frame)), fps_(fps) {}

    bool wants_yuv() const override { return false; }

    void write(const FrameItem& item) override {
        VideoFrame frame;
        frame.index = item.index;
        frame.time_s = static_cast<double>(item.index) / fps_.value();
        frame.width_px = item.rgb.width;
        frame.height_px = item.rgb.height;
        frame.rgb = item.rgb.data.data();
        if (!call(frame)) {
            throw Error(ErrorKind::Interrupted,
                        "stopped by the frame callback at frame " + std::to_string(frame.index));
        }
    }

    void finish() override {}

  private:
    bool call(const VideoFrame& frame) const {
        const std::string failure =
            "frame callback failed at frame " + std::to_string(frame.index) + ": ";
        try {
            return on_frame_(frame);
        } catch (const Error&) {
            throw;
        } catch (const std::exception& error) {
            throw Error(ErrorKind::Output, failure + error.what());
        } catch (...) {
            throw Error(ErrorKind::Output, failure + "unknown exception");
        }
    }

    const FrameFn on_frame_;
    const core::Rational fps_;
};

}  // namespace

std::unique_ptr<FrameSink> make_callback_sink(FrameFn on_frame, const core::Rational& fps) {
    return std::make_unique<CallbackSink>(std::move(on_frame), fps);
}

}  // namespace vasa::render
