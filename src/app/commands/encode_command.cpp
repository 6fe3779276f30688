// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/face/face_encoder.h"
#include "vasa/head/face_code.h"
#include "vasa/media/image_file.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct EncodeArguments {
    std::string image, out;
    int face_index = 0;
    bool force = false;
};

nlohmann::json to_json(const std::string& out,
                       const head::FaceCode& code,
                       const face::EncodeTimes& times) {
    nlohmann::json actions = nlohmann::json::object();
    for (int i = 0; i < head::kNumActions; ++i) {
        actions[std::string(head::action_name(static_cast<head::Action>(i)))] =
            code.actions.values[i];
    }
    return {{"out", out},
            {"pose",
             {{"yaw_rad", code.pose.yaw_rad},
              {"pitch_rad", code.pose.pitch_rad},
              {"roll_rad", code.pose.roll_rad},
              {"x_cm", code.pose.x_cm},
              {"y_cm", code.pose.y_cm},
              {"z_cm", code.pose.z_cm}}},
            {"actions", actions},
            {"fit_error", code.fit_error},
            {"face_flag", code.face_flag},
            {"source_scale", code.source_scale},
            {"source_hash", code.source_hash},
            {"head_hash", code.head_hash},
            {"seconds",
             {{"detect", times.detect_s},
              {"landmarks", times.landmarks_s},
              {"fit", times.fit_s},
              {"matte", times.matte_s},
              {"plate", times.plate_s}}}};
}

void run_encode(const EncodeArguments& arguments, Context& context) {
    if (core::extension_of(arguments.out) != ".safetensors") {
        throw core::Error(core::ErrorKind::Usage,
                          "output '" + arguments.out + "': expected a name in .safetensors");
    }
    { const core::AtomicFile probe(arguments.out, arguments.force); }
    const core::ImageU8 image = media::load_image(arguments.image);
    context.stop.throw_if_stopped();
    face::FaceEncoder encoder(context.model_dir);
    face::FaceEncoderOptions options;
    options.face_index = arguments.face_index;
    options.check();
    face::EncodeTimes times;
    const head::FaceCode code = encoder.encode(image, arguments.image, options, &times);
    context.stop.throw_if_stopped();
    head::save_face_code(arguments.out, code, arguments.force);
    char text[128];
    std::snprintf(text,
                  sizeof text,
                  ": fit error %.2f %% of the eye distance, yaw %.1f, pitch %.1f, roll %.1f deg\n",
                  100.0 * static_cast<double>(code.fit_error),
                  static_cast<double>(code.pose.yaw_rad) * 57.29577951,
                  static_cast<double>(code.pose.pitch_rad) * 57.29577951,
                  static_cast<double>(code.pose.roll_rad) * 57.29577951);
    context.print_result(to_json(arguments.out, code, times),
                         context.quiet ? "" : arguments.out + text);
}

}  // namespace

void add_encode_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("encode", "Portrait to a face code file");
    const auto arguments = std::make_shared<EncodeArguments>();
    command->add_option("--image", arguments->image, "Portrait")->required();
    command->add_option("--out", arguments->out, "Face code (.safetensors)")->required();
    command->add_option("--face-index", arguments->face_index, "Which face, largest first")
        ->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_encode(*arguments, context); };
    });
}

}  // namespace vasa::app
