// SPDX-License-Identifier: Apache-2.0
#include "studio.h"

#include "vasa/media/image_file.h"

#include <filesystem>

#include "support/catch.h"

namespace vasa::test {

namespace fs = std::filesystem;
using core::ImageU8;

void Studio::render(const std::string& name, const motion::MotionClip& motion) {
    motion::save_motion(path(name + ".csv"), motion, true);
    fs::create_directory(path(name));
    const RunResult run = run_vasa({"render",
                                    "--image",
                                    portrait_,
                                    "--motion",
                                    path(name + ".csv"),
                                    "--decoder",
                                    "geometry",
                                    "--out",
                                    path(name) + "/%05d.png",
                                    "--models",
                                    VASA_MODEL_DIR});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
}

void Studio::change(const std::string& from,
                    const std::string& name,
                    const std::function<void(ImageU8&)>& change) {
    fs::create_directory(path(name));
    for (const auto& entry : fs::directory_iterator(path(from))) {
        if (entry.path().extension() != ".png") {
            continue;  // the manifest
        }
        ImageU8 frame = media::load_image(entry.path().string());
        change(frame);
        media::save_png(path(name) + "/" + entry.path().filename().string(), frame, true);
    }
}

nlohmann::json Studio::score(const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"eval",
                                          "--frames-dir",
                                          path(name),
                                          "--image",
                                          portrait_,
                                          "--models",
                                          VASA_MODEL_DIR,
                                          "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const RunResult run = run_vasa(arguments);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    return nlohmann::json::parse(run.out);
}

double value(const nlohmann::json& result, const std::string& score) {
    INFO(score);
    REQUIRE(result["scores"].contains(score));
    return result["scores"][score]["value"].get<double>();
}

}  // namespace vasa::test
