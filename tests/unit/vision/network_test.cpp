// SPDX-License-Identifier: Apache-2.0
#include "network.h"

#include "support/test_folder.h"
#include "vision_test_util.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/models/model_files.h"
#include "vasa/vision/face_detector.h"
#include "vasa/vision/face_landmarker.h"
#include "vasa/vision/person_segmenter.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/catch.h"

namespace fs = std::filesystem;
namespace models = vasa::models;
using vasa::core::Error;
using vasa::core::ErrorKind;
using vasa::test::golden;
using vasa::test::max_difference;
using vasa::vision::Blob;
using vasa::vision::Network;
using vasa::vision::OutputSpec;

namespace {

/// A folder with copies of the networks, removed at the end.
class ModelFolder {
  public:
    ModelFolder() {
        for (const auto& entry : fs::directory_iterator(vasa::test::model_dir())) {
            if (entry.path().extension() == ".onnx") {
                const fs::path copy = folder_.folder() / entry.path().filename();
                fs::copy_file(entry.path(), copy);
                fs::permissions(copy, fs::perms::owner_all);
            }
        }
    }

    std::string path() const { return folder_.folder().string(); }
    std::string read(const std::string& file) const {
        std::ifstream in(folder_ / file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    void write(const std::string& file, const std::string& bytes) const {
        std::ofstream(folder_ / file, std::ios::binary) << bytes;
    }

  private:
    TestFolder folder_;
};

/// The message of the Error(Model) that `make` must throw, empty if it throws none.
template <typename Make>
std::string model_error(const Make& make) {
    try {
        make();
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Model);
        return error.what();
    }
    return {};
}

void check_outputs(const std::string& example,
                   const std::string& file,
                   const std::string& input_name,
                   float scale,
                   float offset,
                   const std::vector<std::string>& names,
                   const std::string& golden_prefix,
                   float tolerance) {
    const vasa::test::NpyArray input = golden(example, input_name);
    Blob blob{input.shape, input.values};
    for (float& value : blob.values) {
        value = value * scale + offset;
    }
    std::vector<vasa::test::NpyArray> expected;
    std::vector<OutputSpec> outputs;
    for (const std::string& name : names) {
        expected.push_back(golden(example, golden_prefix + "__" + name));
        outputs.push_back({name.c_str(), expected.back().values.size()});
    }
    Network network(vasa::test::model_dir(), file);
    const auto found = network.run(blob, outputs);
    for (std::size_t i = 0; i < names.size(); ++i) {
        CAPTURE(example, file, names[i]);
        CHECK(max_difference(found[i], expected[i].values) <= tolerance);
    }
}

}  // namespace

TEST_CASE("a missing network is a model error that names the file") {
    const ModelFolder folder;
    for (const auto& entry : fs::directory_iterator(vasa::test::model_dir())) {
        if (entry.path().extension() != ".onnx") {
            continue;
        }
        const std::string file = entry.path().filename().string();
        fs::remove(fs::path(folder.path()) / file);
        CAPTURE(file);
        const auto make_all = [&] {
            vasa::vision::FaceDetector detector(folder.path());
            vasa::vision::FaceLandmarker landmarker(folder.path());
            vasa::vision::PersonSegmenter segmenter(folder.path());
        };
        CHECK(model_error(make_all).find(file) != std::string::npos);
        fs::copy_file(entry.path(), fs::path(folder.path()) / file);
    }
}

TEST_CASE("a missing model folder and a folder in a network's place are model errors") {
    const ModelFolder folder;
    CHECK_FALSE(model_error([] { vasa::vision::FaceDetector detector("/nonexistent"); }).empty());
    const fs::path file = fs::path(folder.path()) / models::kPersonFile;
    fs::remove(file);
    fs::create_directory(file);
    CHECK_FALSE(
        model_error([&] { vasa::vision::PersonSegmenter segmenter(folder.path()); }).empty());
}

TEST_CASE("a damaged network is a model error that names the file") {
    const ModelFolder folder;
    const std::string file = models::kNearFaceFile;
    const std::string good = folder.read(file);
    const auto make = [&] { vasa::vision::FaceDetector detector(folder.path()); };
    REQUIRE(model_error(make).empty());

    std::vector<std::string> damaged = {"", "not a network", good.substr(0, 1000)};
    damaged.push_back(good.substr(0, good.size() - 1));
    damaged.push_back(good + '\0');
    vasa::core::Rng rng(7);
    for (int i = 0; i < 20; ++i) {
        std::string flipped = good;
        flipped[rng.below(flipped.size())] ^= static_cast<char>(1U << rng.below(8));
        damaged.push_back(flipped);
    }
    damaged.push_back(folder.read(models::kPersonFile));
    for (const std::string& bytes : damaged) {
        folder.write(file, bytes);
        CHECK(model_error(make).find(file) != std::string::npos);
    }
}

TEST_CASE("a network refuses inputs that do not fit and answers again afterwards") {
    Network network(vasa::test::model_dir(), models::kLipsFile);
    const std::vector<OutputSpec> outputs = {{"lips", 160}};
    const Blob good{{1, 32, 16, 16}, std::vector<float>(32 * 16 * 16, 0.5F)};
    const auto first = network.run(good, outputs);
    CHECK_THROWS_AS(network.run(Blob{{1, 32, 16, 16}, std::vector<float>(7)}, outputs), Error);
    CHECK_THROWS_AS(network.run(good, {{"lips", 161}}), Error);
    CHECK_THROWS_AS(network.run(good, {{"no such output", 1}}), Error);
    CHECK(network.run(good, outputs) == first);
}

TEST_CASE("the networks give the reference outputs", "[data]") {
    VASA_NEEDS_DATA();
    for (const std::string& example : vasa::test::example_names()) {
        for (const std::string name : {"face_detection_short_range", "face_detection_full_range"}) {
            check_outputs(example,
                          name + ".onnx",
                          name + "__input_u8",
                          1 / 127.5F,
                          -1.0F,
                          {"regressors", "classificators"},
                          name,
                          5e-4F);
        }
        check_outputs(example,
                      models::kMeshFile,
                      "face_landmark__input_u8",
                      1 / 255.0F,
                      0.0F,
                      {"landmarks", "face_flag"},
                      "attention_base",
                      5e-4F);
        for (const std::string name :
             {"attention_lips", "attention_eye_left", "attention_eye_right"}) {
            const std::vector<std::string> names = name == "attention_lips"
                                                       ? std::vector<std::string>{"lips"}
                                                       : std::vector<std::string>{"eye", "iris"};
            check_outputs(
                example, name + ".onnx", name + "__input", 1.0F, 0.0F, names, name, 5e-4F);
        }
    }
}
