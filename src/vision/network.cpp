// SPDX-License-Identifier: Apache-2.0
#include "network.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/media/opencv_error.h"
#include "vasa/models/model_files.h"
#include "vasa/vision/opencv_threads.h"

#include <cstdint>
#include <filesystem>
#include <numeric>
#include <utility>

#include <opencv2/dnn.hpp>

namespace vasa::vision {
namespace {

constexpr std::uint64_t kMaxModelBytes = 64U << 20U;
const char* const kHint = "restore the folder models/vision from the release";

struct KnownFile {
    const char* name;
    const char* sha256;
};
constexpr KnownFile kKnownFiles[] = {
    {models::kMeshFile, "3129127b737437949d8bf54fee52f5791069b827255b82d68ebfe1853716931c"},
    {models::kLeftEyeFile, "cd842f7cd46594f720bf141a47bda90e9d20bac5bf33f54cb3637b910c13da14"},
    {models::kRightEyeFile, "c150e0af41cb1857b580605f1edeffa9e445fc3948f91581abeace9bdeaf6e99"},
    {models::kLipsFile, "73df4c7f639821143ac0faf4a4e5bffcaccd21cb0470260ab21a84e167196e1a"},
    {models::kFarFaceFile, "102e662faa5e09dfdf4cdbed06d1749b36d9460566e6e8f21c0dd91a13ee0732"},
    {models::kNearFaceFile, "7ef7d82375499941c649b0500c5ae939138b78a1e28a289dd9487e5eeb831507"},
    {models::kPersonFile, "5eca848c35424ecd3261598af30d5f89e6836d546884432eee19b09d5238d329"},
};

const char* expected_hash(const std::string& file) {
    for (const KnownFile& known : kKnownFiles) {
        if (file == known.name) {
            return known.sha256;
        }
    }
    return nullptr;
}

std::vector<std::uint8_t> read_model(const std::string& path, const std::string& file) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        throw core::Error(core::ErrorKind::Model,
                          "cannot read model '" + path + "': expected a file, found none",
                          "point the model folder at one that holds the networks of models/vision");
    }
    std::vector<std::uint8_t> bytes;
    try {
        bytes = core::read_file(path, kMaxModelBytes);
    } catch (const core::Error& error) {
        throw core::Error(
            core::ErrorKind::Model, "cannot read model '" + path + "': " + error.what(), kHint);
    }
    const char* expected = expected_hash(file);
    if (expected == nullptr) {
        throw core::Error(core::ErrorKind::Model,
                          "cannot use model '" + path + "': its name is not known");
    }
    core::Sha256 sha;
    sha.update(bytes.data(), bytes.size());
    const std::string found = sha.finish();
    if (found != expected) {
        throw core::Error(core::ErrorKind::Model,
                          "model '" + path + "' is damaged: expected sha-256 " +
                              std::string(expected, 12) + "..., found " + found.substr(0, 12) +
                              "... in " + std::to_string(bytes.size()) + " bytes",
                          kHint);
    }
    return bytes;
}

}  // namespace

struct Network::State {
    std::string path;
    cv::dnn::Net net;
};

Network::Network(const std::string& model_dir, const std::string& file)
    : state_(std::make_unique<State>()) {
    use_program_threads();
    state_->path = (std::filesystem::path(model_dir) / file).string();
    const std::vector<std::uint8_t> bytes = read_model(state_->path, file);
    try {
        state_->net =
            cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        state_->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        state_->net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    } catch (const cv::Exception& error) {
        throw core::Error(media::kind_of(error, core::ErrorKind::Model),
                          "cannot parse model '" + state_->path + "': " + error.err);
    }
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;

std::vector<std::vector<float>> Network::run(const Blob& input,
                                             const std::vector<OutputSpec>& outputs) {
    const std::size_t expected = std::accumulate(
        input.shape.begin(), input.shape.end(), std::size_t{1}, [](std::size_t n, int size) {
            return n * static_cast<std::size_t>(size);
        });
    if (expected != input.values.size()) {
        throw core::Error(core::ErrorKind::Internal,
                          "input of model '" + state_->path + "': expected " +
                              std::to_string(expected) + " values, found " +
                              std::to_string(input.values.size()));
    }
    std::vector<cv::String> names;
    for (const OutputSpec& output : outputs) {
        names.emplace_back(output.name);
    }
    std::vector<std::vector<float>> results;
    try {
        // The cast only satisfies cv::Mat's constructor: setInput copies the values.
        const cv::Mat blob(input.shape, CV_32F, const_cast<float*>(input.values.data()));
        state_->net.setInput(blob);
        std::vector<cv::Mat> mats;
        state_->net.forward(mats, names);
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const cv::Mat flat = mats.at(i).isContinuous() ? mats[i] : mats[i].clone();
            if (flat.type() != CV_32F || flat.total() != outputs[i].num_values) {
                throw core::Error(core::ErrorKind::Internal,
                                  "output '" + names[i] + "' of model '" + state_->path +
                                      "': expected " + std::to_string(outputs[i].num_values) +
                                      " values, found " + std::to_string(flat.total()));
            }
            const auto* values = flat.ptr<float>();
            results.emplace_back(values, values + flat.total());
        }
    } catch (const cv::Exception& error) {
        throw core::Error(media::kind_of(error, core::ErrorKind::Internal),
                          "cannot run model '" + state_->path + "': " + error.err);
    }
    return results;
}

}  // namespace vasa::vision
