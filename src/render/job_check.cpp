// SPDX-License-Identifier: Apache-2.0
#include "job_check.h"

#include "clip_marks.h"
#include "derived_options.h"
#include "frame_painting.h"
#include "frame_sink.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/head/face_code.h"
#include "vasa/models/model_files.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/render/speech_input.h"

namespace vasa::render {
namespace {

void check_portrait(Networks& networks, const RenderOptions& options) {
    SharedModels& shared = *networks.shared;
    if (!options.face.empty()) {
        shared.checks.once("face " + options.face, [&] {
            decode::GeometryRenderer(shared.head, head::load_face_code(options.face));
        });
        return;
    }
    const std::string key = "image " + std::to_string(options.face_index) + " " + options.image;
    shared.checks.once(key, [&] { networks.encode(options); });
}

void check_model(const SharedModels& shared, const std::string& name) {
    if (shared.find_model(name) == nullptr) {
        throw core::Error(core::ErrorKind::Model,
                          "model folder '" + shared.model_dir + "' has no '" + name + "'");
    }
}

void check_models(const SharedModels& shared, const RenderOptions& options) {
    if (needs_speech(options) && options.drive.driver == drive::Driver::Diffusion) {
        check_model(shared, models::kSpeechEncoderFile);
        check_model(shared, models::kMotionFile);
    }
    const std::string decoder = choose_decoder(options);
    if (!decoder.empty()) {
        check_model(shared, models::frame_decoder_file(decoder));
    }
}

void check_output(const RenderOptions& options) {
    if (FramePattern::is_pattern(options.out)) {
        make_png_sink(FramePattern(options.out), 1, options.force);
    } else {
        const core::AtomicFile probe(options.out, options.force);
    }
}

}  // namespace

void check_job(Networks& networks, const RenderOptions& options) {
    InputChecks& checks = networks.shared->checks;
    check_output(options);
    watermark_key_of(options.watermark_key);
    checks.once("certificate " + options.sign_cert, [&] { signing_identity(options); });
    check_models(*networks.shared, options);
    check_portrait(networks, options);
    if (!options.audio.empty()) {
        checks.once((options.allow_long ? "long " : "audio ") + options.audio,
                    [&] { load_speech(options.audio, options.allow_long); });
    }
    for (const std::string* path : {&options.motion, &options.pose_from, &options.dynamics_from}) {
        if (!path->empty()) {
            checks.once("motion " + *path, [&] { motion::load_motion(*path); });
        }
    }
}

}  // namespace vasa::render
