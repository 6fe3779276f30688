// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/parallel.h"
#include "vasa/media/video_file.h"
#include "vasa/models/model_description.h"
#include "vasa/models/model_files.h"
#include "vasa/provenance/manifest.h"
#include "vasa/render/render.h"

#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <opencv2/core/utility.hpp>

#ifdef VASA_WITH_TORCH
#include "vasa/decode/batch_decoder.h"
#include "vasa/tensor/device.h"
#endif

namespace vasa::app {
namespace {

std::string torch_version() {
#ifdef VASA_WITH_TORCH
    return tensor::torch_version();
#else
    return "not in this build";
#endif
}

/// The device that "auto" selects, and why it is not a GPU.
nlohmann::json device_facts() {
#ifdef VASA_WITH_TORCH
    const tensor::Device device = tensor::choose_device("auto");
    return {{"name", device.to_string()}, {"gpu", device.gpu}, {"reason", device.reason}};
#else
    return {{"name", "cpu"}, {"reason", "built without libtorch"}};
#endif
}

/// Whether frames can be decoded on a GPU, if there is one.
std::string gpu_kernels() {
#ifdef VASA_WITH_TORCH
    const std::string problem = decode::cuda_module_problem();
    return problem.empty() ? "there" : problem;
#else
    return "not in this build";
#endif
}

std::string c2pa() {
    const std::string problem = provenance::c2pa_problem();
    return problem.empty() ? provenance::c2pa_version() : problem;
}

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.compare(0, 10, "model name") == 0 && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "unknown";
}

/// "a: b" lines, deeper objects indented.
void write_text(const nlohmann::json& object, const std::string& indent, std::ostream& out) {
    for (const auto& [key, value] : object.items()) {
        out << indent << key << ":";
        if (value.is_object()) {
            out << "\n";
            write_text(value, indent + "  ", out);
        } else {
            out << " " << (value.is_string() ? printable(value) : value.dump()) << "\n";
        }
    }
}

/// A model file and its own description.
nlohmann::json describe_file(const models::ModelFile& model, const std::string& folder) {
    nlohmann::json out = {{"bytes", model.num_bytes}, {"sha256", model.sha256}};
    try {
        const auto description = models::describe_model(folder + "/" + model.name);
        if (!description) {
            return out;
        }
        out["kind"] = models::file_format(description->marker.kind).name;
        out["version"] = description->marker.version;
        if (!description->licence.empty()) {
            out["licence"] = description->licence;
        }
        if (description->training) {
            out["training"] = nlohmann::json::parse(description->training->to_json());
        }
    } catch (const core::Error& error) {
        core::log_warning(error.what());
    }
    return out;
}

nlohmann::json describe_program(const Context& context) {
    const media::CodecInfo codecs = media::codec_info();
    nlohmann::json models = nlohmann::json::object();
    try {
        for (const models::ModelFile& model : models::list_models(context.model_dir)) {
            models[model.name] = describe_file(model, context.model_dir);
        }
    } catch (const core::Error& error) {
        // Missing models are information here, not a failure.
        core::log_warning(error.what());
    }
    return {{"version", render::version()},
            {"build", {{"type", VASA_BUILD_TYPE}, {"compiler", VASA_COMPILER}}},
            {"libav", codecs.libav_version},
            {"opencv", cv::getVersionString()},
            {"c2pa", c2pa()},
            {"torch", torch_version()},
            {"device", device_facts()},
            {"gpu_kernels", gpu_kernels()},
            {"processor", processor_name()},
            {"threads", core::num_threads()},
            {"h264_encoders", codecs.h264_encoders},
            {"model_folder", context.model_dir},
            {"models", models}};
}

nlohmann::json describe_clip(const std::string& path) {
    const media::VideoInfo info = media::probe_video(path);
    nlohmann::json tags = nlohmann::json::object();
    for (const auto& [key, value] : info.metadata) {
        const bool is_ours = key.compare(0, 9, "com.vasa.") == 0 ||
                             key.compare(0, 9, "com.iptc.") == 0 || key == "comment";
        if (is_ours) {
            tags[key] = value;
        }
    }
    const bool is_made_here = tags.contains("com.vasa.version");
    return {{"file", path},
            {"width", info.width},
            {"height", info.height},
            {"fps", core::to_string(info.fps)},
            {"duration_s", info.duration_s},
            {"audio_duration_s", info.audio_duration_s},
            {"video_codec", info.video_codec},
            {"audio_codec", info.audio_codec},
            {"made_by_vasa", is_made_here},
            {"metadata", tags}};
}

void run_info(const std::string& clip, Context& context) {
    const nlohmann::json result = clip.empty() ? describe_program(context) : describe_clip(clip);
    std::ostringstream text;
    write_text(result, "", text);
    context.print_result(result, text.str());
}

}  // namespace

void add_info_command(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("info", "The program, its libraries and models; or how a clip was made");
    const auto clip = std::make_shared<std::string>();
    command->add_option("clip", *clip, "A clip, to read its com.vasa.* metadata");
    command->callback(
        [clip, &context] { context.action = [clip, &context] { run_info(*clip, context); }; });
}

}  // namespace vasa::app
