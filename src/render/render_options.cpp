// SPDX-License-Identifier: Apache-2.0
#include "derived_options.h"
#include "frame_sink.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/render/option_fields.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace vasa::render {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

void check_inputs(const RenderOptions& options) {
    if (options.image.empty() == options.face.empty()) {
        throw Error(ErrorKind::Usage,
                    options.image.empty() ? "no portrait: give --image or --face"
                                          : "both --image and --face given, expected one");
    }
    if (options.audio.empty() && needs_speech(options)) {
        throw Error(ErrorKind::Usage, "no speech: give --audio (or --motion for a silent clip)");
    }
    if (!options.motion.empty() && !options.pose_from.empty() && !options.dynamics_from.empty()) {
        throw Error(
            ErrorKind::Usage,
            "--motion, --pose-from and --dynamics-from given: --motion would have no effect");
    }
    if (options.model_dir.empty()) {
        throw Error(ErrorKind::Usage, "no model folder: give --models");
    }
}

void check_output(const RenderOptions& options) {
    if (options.out.empty()) {
        throw Error(ErrorKind::Usage, "no output: give --out");
    }
    if (FramePattern::is_pattern(options.out)) {
        FramePattern pattern(options.out);
        return;
    }
    const std::string extension = core::extension_of(options.out);
    if (extension != ".mp4") {
        throw Error(ErrorKind::Usage,
                    "output '" + options.out + "' ends in '" + extension +
                        "', expected .mp4, or a PNG sequence such as dir/%05d.png");
    }
    for (const OptionField& field : option_fields()) {
        const std::string input =
            field.kind == FieldKind::InputFile ? field.get(options) : std::string();
        std::error_code ec;
        if (!input.empty() && fs::equivalent(input, options.out, ec)) {
            throw Error(ErrorKind::Usage, "output '" + options.out + "' is also an input");
        }
    }
}

void check_marks(const RenderOptions& options) {
    if (options.no_marks && !options.i_understand) {
        throw Error(ErrorKind::Usage,
                    "--no-marks needs --i-understand: the clip would not say that it is generated",
                    "in the EU, clips for others must say so (AI Act, article 50)");
    }
    if (options.sign_cert.empty() != options.sign_key.empty()) {
        throw Error(ErrorKind::Usage,
                    options.sign_key.empty() ? "--sign-cert without --sign-key, expected both"
                                             : "--sign-key without --sign-cert, expected both");
    }
    if (options.no_marks && (options.label || !options.sign_cert.empty() ||
                             !options.timestamp_url.empty() || !options.watermark_key.empty())) {
        throw Error(ErrorKind::Usage, "--no-marks given beside an option that asks for a mark");
    }
    const std::string& url = options.timestamp_url;
    if (!url.empty() && url.rfind("http://", 0) != 0 && url.rfind("https://", 0) != 0) {
        throw Error(ErrorKind::Usage,
                    "--timestamp-url is '" + url + "', expected http://... or https://...");
    }
}

constexpr std::pair<const char*, Decoder> kDecoders[] = {{"auto", Decoder::Auto},
                                                         {"fast", Decoder::Fast},
                                                         {"full", Decoder::Full},
                                                         {"geometry", Decoder::Geometry}};

}  // namespace

const char* decoder_name(Decoder decoder) {
    for (const auto& [name, known] : kDecoders) {
        if (decoder == known) {
            return name;
        }
    }
    return "auto";
}

Decoder find_decoder(const std::string& name) {
    for (const auto& [known, decoder] : kDecoders) {
        if (name == known) {
            return decoder;
        }
    }
    throw Error(ErrorKind::Usage,
                "decoder is '" + name + "', expected auto, fast, full or geometry");
}

media::VideoOptions video_options(const RenderOptions& options) {
    media::VideoOptions video;
    video.fps = options.fps;
    video.codec = options.codec;
    video.crf = options.crf;
    video.preset = options.preset;
    video.overwrite = options.force;
    return video;
}

bool needs_speech(const RenderOptions& options) {
    return options.motion.empty() && (options.pose_from.empty() || options.dynamics_from.empty());
}

motion::RetargetOptions retarget_options(const RenderOptions& options) {
    motion::RetargetOptions retarget;
    retarget.motion_scale = options.motion_scale;
    retarget.loop = options.loop;
    return retarget;
}

void RenderOptions::check(bool has_out) const {
    check_inputs(*this);
    if (has_out) {
        check_output(*this);
    }
    check_option_ranges(*this);
    check_marks(*this);
    video_options(*this).check();
    drive.check();
    retarget_options(*this).check();
}

}  // namespace vasa::render
