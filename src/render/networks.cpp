// SPDX-License-Identifier: Apache-2.0
#include "networks.h"

#include "vasa/media/image_file.h"

#include <algorithm>
#include <utility>

namespace vasa::render {

SharedModels::SharedModels(std::string dir, std::size_t max_faces)
    : model_dir(std::move(dir)),
      models(models::list_models(model_dir)),
      head(head::HeadModel::load(model_dir + "/" + models::kHeadModelFile)),
      faces(max_faces) {}

const models::ModelFile* SharedModels::find_model(const std::string& name) const {
    const auto it = std::find_if(models.begin(), models.end(), [&](const models::ModelFile& model) {
        return model.name == name;
    });
    return it == models.end() ? nullptr : &*it;
}

Networks::Networks(std::shared_ptr<SharedModels> models)
    : shared(std::move(models)), driver(shared->model_dir) {}

face::FaceEncoder& Networks::face_encoder() {
    if (!encoder) {
        encoder.emplace(shared->model_dir);
    }
    return *encoder;
}

head::FaceCode Networks::encode(const RenderOptions& options) {
    face::FaceEncoderOptions encode;
    encode.face_index = options.face_index;
    return face_encoder().encode(media::load_image(options.image), options.image, encode);
}

}  // namespace vasa::render
