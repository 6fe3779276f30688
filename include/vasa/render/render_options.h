// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/export.h"
#include "vasa/core/rational.h"
#include "vasa/decode/eye_colour.h"
#include "vasa/decode/precision.h"
#include "vasa/drive/speech_motion_options.h"

#include <string>

namespace vasa::render {

/// What paints frames.
enum class Decoder {
    Auto,      ///< the best one available for the device
    Fast,      ///< the network of that name in the model folder
    Full,      ///< the network of that name in the model folder
    Geometry,  ///< no network
};
/// "auto", "fast", "full", "geometry"
const char* decoder_name(Decoder decoder);
/// @throws Error(Usage) for another name
Decoder find_decoder(const std::string& name);

/// Maximum number of threads.
constexpr int kMaxThreads = 1024;

/// What to render and how. Needs neither torch nor OpenCV nor JSON.
struct RenderOptions {
    std::string image;   ///< portrait; this or `face`
    std::string face;    ///< FaceCode file
    int face_index = 0;  ///< index of the face in the portrait, largest first
    std::string audio;   ///< speech; may be empty if motion files are given (clip without sound)
    /// An MP4 file, or a PNG sequence: a pattern such as dir/%05d.png, numbered from 1, no sound.
    std::string out;

    core::Rational fps{25, 1};
    std::string codec = "libx264";
    int crf = 18;  ///< media::kMinCrf..kMaxCrf
    std::string preset = "veryfast";

    drive::SpeechMotionOptions drive;  ///< how speech becomes motion; its device also paints frames

    /// File from which the curves of `drive.controls` were read, if any. A render does not read it;
    /// set_option() and motion::load_controls() do.
    std::string controls_file;

    /// Share of the portrait's expression that stays in motion made from speech, 0..1. The rest
    /// fades in the first moments of the clip.
    float keep_expression = 0.15F;

    /// Colour of irises that the portrait does not show, as its eyes are shut.
    decode::EyeColour eye_colour = decode::EyeColour::Auto;

    Decoder decoder = Decoder::Auto;
    decode::Precision precision = decode::Precision::Auto;  ///< of the decoder's network

    std::string motion;         ///< motion file; empty: driven by the speech
    std::string pose_from;      ///< motion file whose head pose is used instead
    std::string dynamics_from;  ///< motion file whose actions (with gaze) are used instead
    float motion_scale = 1.0F;  ///< of motion files, 0..motion::kMaxMotionScale
    bool loop = false;          ///< repeat motion files that are too short

    /// Key of the watermark in the frames; empty: the public key, with which anyone finds it.
    std::string watermark_key;
    bool label = false;     ///< draw a badge "AI generated" into the frames
    bool no_marks = false;  ///< neither tags, manifest, watermark nor label; needs i_understand
    bool i_understand = false;
    /// PEM certificate chain and private key that sign the clip's manifest; both empty: those of
    /// this installation, whose issuer nobody has verified.
    std::string sign_cert, sign_key;
    std::string timestamp_url;  ///< time stamp authority (RFC 3161); empty: no time stamp

    bool force = false;       ///< replace existing output
    bool allow_long = false;  ///< speech over kMaxSpeech_s
    /// 0..kMaxThreads; 0 = one for each CPU core. Set for the whole process at the start of each
    /// render, encode and animate.
    int threads = 0;
    std::string model_dir;

    /// @param has_out  false if the frames go to a function instead of to `out`
    /// @throws Error(Usage) naming the option, its range and its value.
    VASA_API void check(bool has_out = true) const;
};

}  // namespace vasa::render
