// SPDX-License-Identifier: Apache-2.0
// Damaged motion files, face codes and models: rejected with the exit code of their kind.
#include "bad_inputs.h"

#include "vasa/models/model_files.h"
#include "vasa/motion/motion_clip.h"

#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::BadInput;
using test::with_number;

namespace fs = std::filesystem;

namespace {

/// A parsed safetensors file, to be reassembled with a mistake.
struct TensorFile {
    nlohmann::json header;
    std::string data;

    explicit TensorFile(const std::string& bytes) {
        std::uint64_t size = 0;
        std::memcpy(&size, bytes.data(), 8);
        header = nlohmann::json::parse(bytes.substr(8, size));
        data = bytes.substr(8 + size);
    }
    std::string bytes() const {
        const std::string text = header.dump();
        return with_number(std::string(8, '\0'), 0, text.size(), 8) + text + data;
    }
    /// A copy with bytes of a tensor replaced.
    template <typename T>
    TensorFile with(const std::string& tensor, std::size_t index, T value) const {
        TensorFile file = *this;
        const auto begin = header.at(tensor).at("data_offsets").at(0).get<std::size_t>();
        std::memcpy(&file.data.at(begin + index * sizeof(T)), &value, sizeof(T));
        return file;
    }
    TensorFile with_metadata(const std::string& key, const nlohmann::json& value) const {
        TensorFile file = *this;
        file.header["__metadata__"][key] = value;
        return file;
    }
    TensorFile with_member(const std::string& tensor,
                           const std::string& member,
                           const nlohmann::json& value) const {
        TensorFile file = *this;
        file.header[tensor][member] = value;
        return file;
    }
    TensorFile renamed(const std::string& tensor, const std::string& name) const {
        TensorFile file = *this;
        file.header[name] = file.header[tensor];
        file.header.erase(tensor);
        return file;
    }
};

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

void add(std::vector<BadInput>& inputs,
         const BadInput& like,
         const std::string& name,
         const std::string& bytes) {
    inputs.push_back(like);
    inputs.back().name = name;
    inputs.back().bytes = bytes;
}

/// Faults of any safetensors file. @param tensor  name of one of its f32 tensors
/// @param is_thorough  adds the faults that only the shared reader checks
void add_damage(std::vector<BadInput>& inputs,
                const BadInput& like,
                const std::string& tensor,
                bool is_thorough) {
    const std::string& good = like.bytes;
    const TensorFile file(good);
    std::uint64_t header_size = 0;
    std::memcpy(&header_size, good.data(), 8);
    for (const std::size_t size :
         {std::size_t{100}, static_cast<std::size_t>(8 + header_size), good.size() - 1}) {
        add(inputs, like, "cut to " + std::to_string(size) + " bytes", good.substr(0, size));
    }
    add(inputs, like, "header of 2^64 bytes", with_number(good, 0, ~std::uint64_t{0}, 8));
    add(inputs, like, "not a number", file.with(tensor, 0, kNan).bytes());
    add(inputs, like, "a tensor is missing", file.renamed(tensor, "other").bytes());
    add(inputs, like, "another dtype", file.with_member(tensor, "dtype", "I32").bytes());
    nlohmann::json turned = file.header[tensor]["shape"];
    turned.push_back(1);
    add(inputs, like, "another shape", file.with_member(tensor, "shape", turned).bytes());
    if (!is_thorough) {
        return;
    }
    add(inputs, like, "bytes behind its end", good + "x");
    add(inputs, like, "cut to 4 bytes", good.substr(0, 4));
    add(inputs, like, "header of no length", with_number(good, 0, 0, 8));
    add(inputs, like, "header of 2^63 bytes", with_number(good, 0, std::uint64_t{1} << 63, 8));
    add(inputs, like, "header a byte too long", with_number(good, 0, header_size + 1, 8));
    add(inputs, like, "header nested deeply", good.substr(0, 8) + std::string(header_size, '['));
    add(inputs,
        like,
        "infinite",
        file.with(tensor, 1, std::numeric_limits<float>::infinity()).bytes());
    add(inputs, like, "a dtype that is none", file.with_member(tensor, "dtype", "F99").bytes());
    add(inputs,
        like,
        "a shape that wraps around",
        file.with_member(tensor, "shape", {1ULL << 32U, 1ULL << 32U, 4}).bytes());
    add(inputs,
        like,
        "offsets beyond its end",
        file.with_member(tensor, "data_offsets", {0, 1ULL << 62U}).bytes());
    add(inputs, like, "no metadata", [&] {
        TensorFile bare = file;
        bare.header.erase("__metadata__");
        return bare.bytes();
    }());
}

/// A face code of the portrait, made once.
std::optional<std::string> find_face() {
    static const test::TemporaryFolder folder;
    const auto portrait = test::find_portrait();
    std::string path = folder.path("face.safetensors");
    if (!portrait) {
        return std::nullopt;
    }
    if (!fs::exists(path)) {
        const test::RunResult run = test::run_vasa(
            {"encode", "--image", *portrait, "--out", path, "--models", VASA_MODEL_DIR});
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
    }
    return path;
}

motion::MotionClip still_motion() {
    motion::MotionClip clip;
    clip.frames.resize(2);
    for (motion::MotionFrame& frame : clip.frames) {
        frame.pose.z_cm = -100.0F;
    }
    return clip;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// Makes a model folder in which all files are good except the one at `path`.
void link_models(const std::string& path, const std::string& name) {
    const fs::path folder = fs::path(path).parent_path();
    for (const auto& entry : fs::recursive_directory_iterator(VASA_MODEL_DIR)) {
        const fs::path relative = fs::relative(entry.path(), VASA_MODEL_DIR);
        if (entry.is_directory()) {
            fs::create_directories(folder / relative);
        } else if (relative != name) {
            fs::create_symlink(entry.path(), folder / relative);
        }
    }
}

/// Bad models: the run's folder is the model folder, and the input is one of its files.
std::vector<BadInput> of_models(const std::vector<BadInput>& inputs, const std::string& name) {
    std::vector<BadInput> models = inputs;
    for (BadInput& model : models) {
        const auto make = model.make;
        model.make = [make, name, bytes = model.bytes](const std::string& path) {
            link_models(path, name);
            make ? make(path) : test::write_text(path, bytes);
        };
    }
    return models;
}

}  // namespace

TEST_CASE("damaged motion files of both kinds are input errors", "[robust]") {
    const auto face = find_face();
    if (!face) {
        return;
    }
    BadInput like;
    like.out = "o.mp4";
    like.arguments = {"render",
                      "--face",
                      *face,
                      "--motion",
                      "<in>",
                      "--out",
                      "<out>",
                      "--decoder",
                      "geometry",
                      "--models",
                      VASA_MODEL_DIR};
    const test::TemporaryFolder folder;
    motion::save_motion(folder.path("m.safetensors"), still_motion(), false);
    like.file = "m.safetensors";
    like.bytes = test::read_text(folder.path("m.safetensors"));
    std::vector<BadInput> inputs;
    add_damage(inputs, like, "pose", true);
    const TensorFile file(like.bytes);
    add(inputs, like, "another version", file.with_metadata("format_version", "9").bytes());
    add(inputs, like, "0 frames a second", file.with_metadata("fps", "0").bytes());
    add(inputs, like, "names of others", file.with_metadata("names", "a,b").bytes());
    add(inputs, like, "action out of range", file.with("actions", 3, 7.0F).bytes());
    add(inputs, like, "angle out of range", file.with("pose", 0, 1e30F).bytes());

    like.file = "m.csv";
    like.bytes = motion::format_motion_csv(still_motion());
    const std::string& csv = like.bytes;
    for (const BadInput& input : test::folder_and_pipe(like)) {
        inputs.push_back(input);
    }
    for (const std::size_t size : {10, 200, 900}) {
        add(inputs, like, "cut to " + std::to_string(size), csv.substr(0, size));
    }
    add(inputs, like, "cut in the last row", csv.substr(0, csv.size() - 10));
    add(inputs, like, "0 frames a second", replaced(csv, "fps=25", "fps=0"));
    add(inputs, like, "another version", replaced(csv, "motion 1", "motion 2"));
    add(inputs, like, "unknown column", replaced(csv, "JawOpen", "Jaw\x1b[31m"));
    add(inputs, like, "column twice", replaced(csv, "JawOpen", "JawLeft"));
    add(inputs, like, "no timecode", replaced(csv, "Timecode", "HeadYaw"));
    for (const char* value : {"nan", "1e39", "", "9", "-0.2"}) {
        const std::size_t at = csv.find(",61,");
        add(inputs,
            like,
            std::string("value '") + value + "'",
            csv.substr(0, at + 4) + value + csv.substr(csv.find(',', at + 4)));
    }
    add(inputs, like, "commas", std::string(2000000, ','));
    add(inputs, like, "zeros", std::string(100000, '\0'));
    test::check_bad_inputs(inputs, 36);
}

TEST_CASE("damaged face codes are input errors", "[robust]") {
    const auto face = find_face();
    if (!face) {
        return;
    }
    const test::TemporaryFolder folder;
    motion::save_motion(folder.path("m.csv"), still_motion(), false);
    BadInput like;
    like.file = "face.safetensors";
    like.out = "o.mp4";
    like.arguments = {"render",
                      "--face",
                      "<in>",
                      "--motion",
                      folder.path("m.csv"),
                      "--out",
                      "<out>",
                      "--decoder",
                      "geometry",
                      "--models",
                      VASA_MODEL_DIR};
    like.bytes = test::read_text(*face);
    const TensorFile file(like.bytes);
    std::vector<BadInput> inputs = test::no_files(like);
    add_damage(inputs, like, "landmarks", false);
    for (const char* tensor : {"identity", "pose", "actions", "crop_from_image", "quality"}) {
        const float value = inputs.size() % 2 == 0 ? kNan : 1e30F;
        add(inputs, like, std::string("a bad ") + tensor, file.with(tensor, 0, value).bytes());
    }
    add(inputs, like, "behind the camera", file.with("pose", 5, 50.0F).bytes());
    add(inputs, like, "another kind", file.with_metadata("kind", "motion").bytes());
    add(inputs, like, "another version", file.with_metadata("format_version", "2").bytes());
    add(inputs, like, "a hash that is none", file.with_metadata("source_hash", "x\n\x1b").bytes());
    add(inputs, like, "metadata that is not text", file.with_metadata("kind", 1).bytes());
    add(inputs, like, "a motion file", [&] {
        motion::save_motion(folder.path("m.safetensors"), still_motion(), false);
        return test::read_text(folder.path("m.safetensors"));
    }());
    test::check_bad_inputs(inputs, 26);
}

TEST_CASE("damaged models are model errors", "[robust]") {
    const auto face = find_face();
    const auto portrait = test::find_portrait();
    if (!face || !portrait) {
        return;
    }
    const test::TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.3);
    motion::save_motion(folder.path("m.csv"), still_motion(), false);
    const auto like_model = [](const std::string& name, const std::vector<std::string>& words) {
        BadInput like;
        like.exit_code = 4;
        like.file = name;
        like.arguments = words;
        like.arguments.insert(like.arguments.end(), {"--models", "<dir>", "--out", "<out>"});
        like.bytes = test::read_text(std::string(VASA_MODEL_DIR) + "/" + name);
        return like;
    };

    BadInput like = like_model(models::kHeadModelFile, {"encode", "--image", *portrait});
    like.out = "face.safetensors";
    std::vector<BadInput> bad = test::no_files(like);
    add_damage(bad, like, "vertices", false);
    const TensorFile head(like.bytes);
    add(bad, like, "a vertex that is none", head.with("triangles", 5, 1 << 30).bytes());
    add(bad, like, "a vertex below 0", head.with("triangles", 5, -1).bytes());
    add(bad, like, "a landmark nowhere", head.with("landmark_triangle", 0, 1 << 30).bytes());
    add(bad, like, "another version", head.with_metadata("format_version", "9").bytes());
    test::check_bad_inputs(of_models(bad, like.file), static_cast<int>(bad.size()));

    like = like_model(models::kMotionFile, {"animate", "--audio", folder.path("s.wav")});
    like.out = "o.csv";
    bad = test::folder_and_pipe(like);
    const TensorFile network(like.bytes);
    add(bad, like, "cut", like.bytes.substr(0, like.bytes.size() / 2));
    add(bad, like, "header of 2^64 bytes", with_number(like.bytes, 0, ~std::uint64_t{0}, 8));
    for (const char* text : {"", "{", "[]", "{}", R"({"width": -1})", R"({"width": 1e9})"}) {
        add(bad,
            like,
            std::string("configuration ") + text,
            network.with_metadata("config", text).bytes());
    }
    nlohmann::json config =
        nlohmann::json::parse(network.header["__metadata__"]["config"].get<std::string>());
    for (const char* name :
         {"width", "num_layers", "num_heads", "window", "history", "reach", "speech_width"}) {
        nlohmann::json wrong = config;
        wrong[name] = bad.size() % 2 == 0 ? -1 : 1 << 30;
        add(bad,
            like,
            std::string(name) + " of " + wrong[name].dump(),
            network.with_metadata("config", wrong.dump()).bytes());
    }
    add(bad, like, "not a number", network.with("motion.scale", 0, kNan).bytes());
    test::check_bad_inputs(of_models(bad, like.file), static_cast<int>(bad.size()));

    like = like_model(
        models::frame_decoder_file("fast"),
        {"render", "--face", *face, "--motion", folder.path("m.csv"), "--decoder", "fast"});
    like.out = "o.mp4";
    bad = {};
    const TensorFile decoder(like.bytes);
    add(bad, like, "cut", like.bytes.substr(0, like.bytes.size() / 2));
    for (const char* text : {"{",
                             R"({"name": "fast", "channels": [0, 0]})",
                             R"({"name": "fast", "channels": [1024, 1024]})",
                             R"({"name": "fast", "channels": [2147483647, 8]})"}) {
        add(bad,
            like,
            std::string("configuration ") + text,
            decoder.with_metadata("config", text).bytes());
    }
    test::check_bad_inputs(of_models(bad, like.file), static_cast<int>(bad.size()));

    like = like_model(models::kSpeechEncoderFile, {"animate", "--audio", folder.path("s.wav")});
    like.out = "o.csv";
    bad = {};
    add(bad, like, "cut", like.bytes.substr(0, like.bytes.size() / 2));
    add(bad, like, "empty", "");
    test::check_bad_inputs(of_models(bad, like.file), static_cast<int>(bad.size()));
}

TEST_CASE("damaged networks of the face finder are model errors", "[robust]") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    core::Rng rng(5);
    std::vector<BadInput> inputs;
    for (const char* name : {models::kNearFaceFile, models::kMeshFile}) {
        BadInput like;
        like.exit_code = 4;
        like.file = std::string("vision/") + name;
        like.out = "face.safetensors";
        like.arguments = {"encode", "--image", *portrait, "--models", "<dir>", "--out", "<out>"};
        like.bytes = test::read_text(std::string(VASA_MODEL_DIR) + "/" + like.file);
        std::vector<BadInput> bad;
        add(bad, like, "empty", "");
        add(bad, like, "cut", like.bytes.substr(0, like.bytes.size() / 3));
        add(bad, like, "one bit turned", test::flip_bits(like.bytes, 0, like.bytes.size(), 1, rng));
        for (BadInput& input : bad) {
            input.make = [bytes = input.bytes, file = like.file](const std::string& path) {
                link_models(fs::path(path).parent_path().string(), file);
                test::write_text(path, bytes);
            };
            inputs.push_back(input);
        }
    }
    test::check_bad_inputs(inputs, 6);
}
