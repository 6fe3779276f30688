// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/model_files.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace vasa::models {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

std::string frame_decoder_file(const std::string& config) {
    return "decoder_" + config + ".safetensors";
}

std::string vision_dir(const std::string& model_dir) {
    return model_dir + "/vision";
}

std::vector<ModelFile> list_models(const std::string& model_dir) {
    std::error_code ec;
    if (!fs::is_directory(model_dir, ec)) {
        throw Error(ErrorKind::Model,
                    "model folder '" + model_dir + "' does not exist",
                    "give it with --models or VASA_MODELS");
    }
    std::vector<ModelFile> models;
    fs::recursive_directory_iterator it(model_dir, ec);
    for (const fs::recursive_directory_iterator end; !ec && it != end; it.increment(ec)) {
        const fs::path& path = it->path();
        const bool is_model = path.extension() == ".safetensors" || path.extension() == ".onnx";
        std::error_code entry_error;
        if (!is_model || !it->is_regular_file(entry_error)) {
            continue;
        }
        ModelFile model;
        model.name = path.lexically_relative(model_dir).generic_string();
        model.num_bytes = it->file_size(entry_error);
        try {
            model.sha256 = core::sha256_file(path.string());
        } catch (const Error& error) {
            throw Error(ErrorKind::Model, error.what(), error.hint());
        }
        models.push_back(std::move(model));
    }
    if (ec) {
        throw Error(ErrorKind::Model,
                    "cannot read model folder '" + model_dir + "': " + ec.message());
    }
    std::sort(models.begin(), models.end(), [](const ModelFile& a, const ModelFile& b) {
        return a.name < b.name;
    });
    return models;
}

}  // namespace vasa::models
