// SPDX-License-Identifier: Apache-2.0
#include "live/live_face.h"

#include "batched_frames.h"
#include "result_notes.h"

#include "vasa/core/parallel.h"
#include "vasa/drive/portrait_motion.h"
#include "vasa/models/model_files.h"
#include "vasa/render/default_seed.h"

#include <utility>

namespace vasa::render {

LiveFace::LiveFace(const SharedModels& shared,
                   const RenderOptions& options,
                   FaceCache::Code code,
                   const std::string& portrait_sha256,
                   NetworkCache& cache)
    : options_(options),
      code_(std::move(code)),
      covered_(face::find_covered_parts(code_->appearance.crop, code_->landmarks)),
      decoder_(load_frame_decoder(options_, shared.head, *code_, cache)),
      marks_(options_, facts_) {
    facts_.portrait_sha256 = portrait_sha256;
    facts_.seed = options.drive.seed.value_or(default_seed(code_->source_hash, ""));
    facts_.driver = "live";
    facts_.decoder = decoder_.name.empty() ? "geometry" : decoder_.name;
    add_model(facts_, shared, models::kHeadModelFile);
    add_model(facts_, shared, models::frame_decoder_file(decoder_.name));
    marks_.begin(core::num_threads());
}

void LiveFace::draw(const motion::MotionFrame& motion,
                    std::int64_t index,
                    bool is_yuv,
                    FrameItem& item) const {
    item.motion = drive::put_on_portrait(
        motion, index, options_.fps, {code_->pose, code_->actions}, options_.keep_expression);
    face::close_covered_parts(item.motion.actions, covered_);
    decode_frame(decoder_, is_yuv, item);
    marks_.draw(item);
}

std::map<std::string, std::string> LiveFace::tags() const {
    media::VideoOptions video;
    marks_.add_to(video);
    return video.metadata;
}

}  // namespace vasa::render
