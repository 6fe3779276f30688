// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::models {

// Names of the files in the model folder.
constexpr const char* kHeadModelFile = "head_model.safetensors";
constexpr const char* kSpeechEncoderFile = "speech_encoder.safetensors";
constexpr const char* kMotionFile = "motion.safetensors";
constexpr const char* kSyncExpertFile = "sync_expert.safetensors";
constexpr const char* kHeadExpertFile = "head_expert.safetensors";
constexpr const char* kClipDetectorFile = "clip_detector.safetensors";
constexpr const char* kSkinFoldsFile = "skin_folds.safetensors";

/// Name of a frame decoder network. @param config  "fast" or "full"
std::string frame_decoder_file(const std::string& config);

/// Folder of the vision networks in a model folder, and the files in it.
std::string vision_dir(const std::string& model_dir);
constexpr const char* kMeshFile = "attention_base.onnx";
constexpr const char* kLipsFile = "attention_lips.onnx";
constexpr const char* kRightEyeFile = "attention_eye_right.onnx";
constexpr const char* kLeftEyeFile = "attention_eye_left.onnx";
constexpr const char* kNearFaceFile = "face_detection_short_range.onnx";
constexpr const char* kFarFaceFile = "face_detection_full_range.onnx";
constexpr const char* kPersonFile = "selfie_segmentation.onnx";

/// One file of the model folder.
struct ModelFile {
    std::string name;  ///< relative to the folder, e.g. "vision/attention_base.onnx"
    std::uint64_t num_bytes = 0;
    std::string sha256;
};

/// The model files (.safetensors, .onnx) in a folder and below, sorted by name.
/// @throws Error(Model) if the folder does not exist or a file cannot be read.
std::vector<ModelFile> list_models(const std::string& model_dir);

}  // namespace vasa::models
