// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "face_cache.h"
#include "frame_painting.h"
#include "input_checks.h"

#include "vasa/drive/speech_motion.h"
#include "vasa/face/face_encoder.h"
#include "vasa/head/head_model.h"
#include "vasa/render/render.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vasa::render {

/// Data that all renders of a process share. Constant except for the faces and checks, which lock.
struct SharedModels {
    std::string model_dir;
    std::vector<models::ModelFile> models;
    head::HeadModel head;
    FaceCache faces;
    InputChecks checks;

    SharedModels(std::string dir, std::size_t max_faces);

    /// The named file; null if the folder does not have it.
    const models::ModelFile* find_model(const std::string& name) const;
};

/// The networks of successive renders, loaded when first needed.
struct Networks {
    std::shared_ptr<SharedModels> shared;
    bool are_kept = true;  ///< false: released after use, to save memory
    std::optional<face::FaceEncoder> encoder;
    drive::SpeechDriver driver;
    NetworkCache decoders;

    explicit Networks(std::shared_ptr<SharedModels> models);

    face::FaceEncoder& face_encoder();
    /// The face code of RenderOptions::image. @throws Error as face::FaceEncoder and load_image()
    head::FaceCode encode(const RenderOptions& options);
};

}  // namespace vasa::render
