// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/option_fields.h"

#include "derived_options.h"
#include "option_bindings.h"

#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"

#include <utility>

namespace vasa::render {
namespace {

using decode::EyeColour;
using decode::Precision;

/// Collects the fields.
class FieldList {
  public:
    void begin_group(std::string name) { group_ = std::move(name); }

    /// @return the new field; valid until the next one is added
    OptionField& add(const char* name, FieldKind kind, const char* placeholder, const char* help) {
        OptionField& field = fields_.emplace_back();
        field.name = name;
        field.group = group_;
        field.kind = kind;
        field.placeholder = placeholder;
        field.help = help;
        return field;
    }

    std::vector<OptionField> take() { return std::move(fields_); }

  private:
    std::vector<OptionField> fields_;
    std::string group_;
};

/// Marks the field's value as affecting the result.
OptionField& shows(OptionField& field, bool (*matters)(const RenderOptions&) = nullptr) {
    field.record = FieldRecord::Setting;
    field.is_tag = true;
    field.matters = matters;
    return field;
}

OptionField& shows_in_speech_motion(OptionField& field,
                                    bool (*matters)(const RenderOptions&) = needs_speech) {
    field.is_speech_motion = true;
    return shows(field, matters);
}

OptionField& add_input_file(FieldList& list, const char* name, const char* help) {
    OptionField& field = list.add(name, FieldKind::InputFile, "FILE", help);
    field.record = FieldRecord::Input;
    return field;
}

void add_inputs(FieldList& list) {
    list.begin_group("Input");
    bind_text(
        add_input_file(list, "image", "Portrait: PNG, JPEG, WebP, TIFF, BMP, HEIC, AVIF"),
        [](auto& o) -> auto& { return o.image; });
    bind_text(
        add_input_file(list, "face", "Face code made by vasa encode, in place of --image"),
        [](auto& o) -> auto& { return o.face; });
    shows(
        bind_integer(
            list.add(
                "face-index", FieldKind::Integer, "N", "Which face of the portrait, largest first"),
            0,
            std::nullopt,
            [](auto& o) -> auto& { return o.face_index; }),
        [](const RenderOptions& o) { return o.face.empty(); });
    bind_text(
        add_input_file(
            list, "audio", "Speech: WAV, FLAC, OGG, MP3, M4A, Opus, the sound of a video"),
        [](auto& o) -> auto& { return o.audio; })
        .is_speech_motion = true;
    bind_flag(
        list.add("allow-long", FieldKind::Flag, "", "Accept speech over 60 s"),
        [](auto& o) -> auto& { return o.allow_long; })
        .is_speech_motion = true;
}

void add_video(FieldList& list) {
    list.begin_group("Output");
    bind_text(
        list.add("out",
                 FieldKind::OutputFile,
                 "FILE",
                 "Result: an .mp4 file, or a PNG sequence such as dir/%05d.png (from 1)"),
        [](auto& o) -> auto& { return o.out; })
        .is_required = true;
    shows_in_speech_motion(bind_rate(list.add("fps", FieldKind::Text, "RATE", "Frame rate")),
                           nullptr);
    shows(bind_text(
        list.add("codec", FieldKind::Text, "NAME", "H.264 encoder: libx264, h264_nvenc, ..."),
        [](auto& o) -> auto& { return o.codec; }));
    shows(bind_integer(
        list.add("crf", FieldKind::Integer, "N", "Constant rate factor, lower is better"),
        media::kMinCrf,
        media::kMaxCrf,
        [](auto& o) -> auto& { return o.crf; }));
    shows(bind_text(
        list.add("preset", FieldKind::Text, "NAME", "Preset of the encoder"),
        [](auto& o) -> auto& { return o.preset; }));
    bind_flag(
        list.add("force", FieldKind::Flag, "", "Replace existing output"),
        [](auto& o) -> auto& { return o.force; })
        .is_speech_motion = true;
}

void add_frames(FieldList& list) {
    list.begin_group("Frames");
    shows(bind_choice(
        list.add("decoder",
                 FieldKind::Choice,
                 "NAME",
                 "What paints frames: a network, or the geometry alone"),
        std::vector{Decoder::Auto, Decoder::Fast, Decoder::Full, Decoder::Geometry},
        decoder_name,
        [](auto& o) -> auto& { return o.decoder; }));
    shows(bind_choice(
        list.add("precision", FieldKind::Choice, "NAME", "Arithmetic of the decoder's network"),
        std::vector{Precision::Auto, Precision::Fp32, Precision::Bf16, Precision::Fp16},
        decode::precision_name,
        [](auto& o) -> auto& { return o.precision; }));
    shows(bind_choice(
        list.add("eye-colour", FieldKind::Choice, "NAME", "Eyes that the portrait shows shut"),
        std::vector{EyeColour::Auto,
                    EyeColour::Brown,
                    EyeColour::Blue,
                    EyeColour::Green,
                    EyeColour::Grey,
                    EyeColour::Hazel},
        decode::eye_colour_name,
        [](auto& o) -> auto& { return o.eye_colour; }));
    shows_in_speech_motion(bind_device(list.add("device",
                                                FieldKind::Text,
                                                "NAME",
                                                "Where networks run; NVIDIA GPUs of compute "
                                                "capability 8.0 or more")),
                           nullptr);
}

void add_asked_motion(FieldList& list) {
    const auto add = [&](const char* name, const char* help, const char* curve) {
        shows_in_speech_motion(bind_curve(list.add(name, FieldKind::Number, "N", help), curve));
    };
    shows_in_speech_motion(
        bind_gaze(list.add("gaze",
                           FieldKind::List,
                           "YAW,PITCH",
                           "Main direction of the eyes, 0,0 = into the camera")));
    add("distance", "Distance of the head, 1 = as in the portrait", "distance");
    shows_in_speech_motion(bind_emotion(
        list.add("emotion", FieldKind::Text, "NAME[:STRENGTH]", "Emotion of the face")));
    add("amplitude", "Strength of mouth motion", "amplitude");
    add("head-motion", "Strength of head motion", "head_motion");
    add("expression", "Strength of brows, lids and cheeks", "expression");
    add("blink-rate", "Blinks a minute", "blink_rate");
    add("cfg-audio", "Diffusion: guidance by speech", "cfg_audio");
    add("cfg-gaze", "Diffusion: guidance by gaze", "cfg_gaze");
    bind_controls(list.add("controls",
                           FieldKind::InputFile,
                           "FILE",
                           "Curves of the above over time (.json or .csv); options given beside it "
                           "replace theirs"))
        .is_speech_motion = true;
}

bool has_speech_expressions(const RenderOptions& options) {
    return options.motion.empty() && options.dynamics_from.empty();
}

bool is_by_diffusion(const RenderOptions& options) {
    return needs_speech(options) && options.drive.driver == drive::Driver::Diffusion;
}

void add_speech_motion(FieldList& list) {
    list.begin_group("Motion");
    OptionField& driver = bind_choice(
        list.add("driver", FieldKind::Choice, "NAME", "What turns speech into motion"),
        std::vector{drive::Driver::Diffusion, drive::Driver::Rules},
        drive::driver_name,
        [](auto& o) -> auto& { return o.drive.driver; });
    driver.record = FieldRecord::Setting;  // its tag is com.vasa.driver
    driver.is_speech_motion = true;
    add_asked_motion(list);
    OptionField& keep = bind_number(
        list.add("keep-expression",
                 FieldKind::Number,
                 "N",
                 "Share of the portrait's expression that stays; the rest fades at the start"),
        0.0F,
        1.0F,
        [](auto& o) -> auto& { return o.keep_expression; });
    shows(keep, has_speech_expressions);
    shows_in_speech_motion(bind_integer(
                               list.add("steps",
                                        FieldKind::Integer,
                                        "N",
                                        "Diffusion: steps of the sampler, 10 fast, 50 best"),
                               1,
                               drive::kMaxSteps,
                               [](auto& o) -> auto& { return o.drive.steps; }),
                           is_by_diffusion);
    OptionField& seed = bind_seed(list.add("seed", FieldKind::Text, "N", "Random seed"));
    seed.record = FieldRecord::Setting;  // its tag is com.vasa.seed
    seed.is_speech_motion = true;
    seed.default_words = "from portrait and speech";
    shows_in_speech_motion(bind_text(
                               list.add("style",
                                        FieldKind::Text,
                                        "NAME",
                                        "Diffusion: source of the training data to move like"),
                               [](auto& o) -> auto& { return o.drive.style; }),
                           is_by_diffusion);
}

void add_marks(FieldList& list) {
    list.begin_group("Marks");
    bind_text(
        add_input_file(list,
                       "watermark-key",
                       "Key of the frames' watermark (64 hexadecimal digits), so that only its "
                       "owners find it"),
        [](auto& o) -> auto& { return o.watermark_key; })
        .default_words = "public";
    shows(bind_flag(
        list.add("label", FieldKind::Flag, "", "Draw a badge \"AI generated\" into the frames"),
        [](auto& o) -> auto& { return o.label; }));
    bind_text(
        add_input_file(list, "sign-cert", "Certificate chain (PEM) that signs the clip's manifest"),
        [](auto& o) -> auto& { return o.sign_cert; })
        .default_words = "of this installation";
    // Not in job records: a hash of a private key is nobody's business.
    bind_text(
        list.add("sign-key",
                 FieldKind::InputFile,
                 "FILE",
                 "Its private key (PEM, EC P-256 or Ed25519), readable by you alone"),
        [](auto& o) -> auto& { return o.sign_key; });
    bind_text(
        list.add("timestamp-url",
                 FieldKind::Text,
                 "URL",
                 "Authority (RFC 3161) that confirms when the manifest was signed"),
        [](auto& o) -> auto& { return o.timestamp_url; })
        .record = FieldRecord::Setting;
    bind_flag(
        list.add("no-marks",
                 FieldKind::Flag,
                 "",
                 "Leave out every mark of a generated clip; needs --i-understand"),
        [](auto& o) -> auto& { return o.no_marks; })
        .record = FieldRecord::Setting;
    bind_flag(
        list.add("i-understand",
                 FieldKind::Flag,
                 "",
                 "The clip will not say that it is generated, and the law may require it"),
        [](auto& o) -> auto& { return o.i_understand; });
}

bool plays_files(const RenderOptions& options) {
    return !options.motion.empty() || !options.pose_from.empty() || !options.dynamics_from.empty();
}

void add_motion_files(FieldList& list) {
    list.begin_group("Motion files");
    bind_text(
        add_input_file(list, "motion", "Motion file (.csv, .safetensors) to play"),
        [](auto& o) -> auto& { return o.motion; });
    bind_text(
        add_input_file(list, "pose-from", "Motion file whose head pose is used instead"),
        [](auto& o) -> auto& { return o.pose_from; });
    bind_text(
        add_input_file(
            list, "dynamics-from", "Motion file whose expressions and gaze are used instead"),
        [](auto& o) -> auto& { return o.dynamics_from; });
    OptionField& scale = bind_number(
        list.add("motion-scale", FieldKind::Number, "N", "Strength of motion files"),
        0.0F,
        motion::kMaxMotionScale,
        [](auto& o) -> auto& { return o.motion_scale; });
    shows(scale, plays_files);
    shows(bind_flag(
              list.add("loop", FieldKind::Flag, "", "Repeat motion files that are too short"),
              [](auto& o) -> auto& { return o.loop; }),
          plays_files);
}

void add_program_wide(FieldList& list) {
    list.begin_group("Program");
    bind_integer(
        list.add("threads", FieldKind::Integer, "N", "Threads, 0 = one per core"),
        0,
        kMaxThreads,
        [](auto& o) -> auto& { return o.threads; })
        .is_program_wide = true;
    bind_text(
        list.add("models", FieldKind::Text, "DIR", "Model folder"),
        [](auto& o) -> auto& { return o.model_dir; })
        .is_program_wide = true;
}

}  // namespace

const std::vector<OptionField>& option_fields() {
    static const std::vector<OptionField> fields = [] {
        FieldList list;
        add_inputs(list);
        add_video(list);
        add_frames(list);
        add_speech_motion(list);
        add_motion_files(list);
        add_marks(list);
        add_program_wide(list);
        return list.take();
    }();
    return fields;
}

}  // namespace vasa::render
