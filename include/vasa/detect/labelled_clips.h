// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/detect/clip_features.h"

#include <map>
#include <string>
#include <vector>

namespace vasa::detect {

/// A clip of known origin. Its file is named PERSON__CLIP__ENCODING.mp4.
struct LabelledClip {
    std::string name;      ///< of the file, without its extension
    std::string person;    ///< up to the first "__": clips of one person are never divided
    std::string encoding;  ///< from the last "__"; empty without one
    bool is_rendered = false;
    std::vector<FeatureValues> parts;
};

/// Measured clips by name, kept in a file: measuring takes longer than anything else.
class FeatureTable {
  public:
    /// @param path  empty: nothing is kept; a file that does not exist yet is made by save()
    /// @throws Error(Input) if the file is damaged or holds other features
    explicit FeatureTable(std::string path);

    /// Null if the clip is not in the table.
    const std::vector<FeatureValues>* find(const std::string& name) const;
    void add(const std::string& name, std::vector<FeatureValues> parts);
    /// @throws Error(Output)
    void save() const;

  private:
    std::string path_;
    std::map<std::string, std::vector<FeatureValues>> clips_;
};

/// The clips of a folder in the order of their names, those without a part that can be judged left
/// out. Clips that are not in the table are measured and added to it.
/// @throws Error(Input) if the folder or a clip cannot be read, or if no clip can be judged
std::vector<LabelledClip> labelled_clips(const std::string& folder,
                                         bool is_rendered,
                                         const std::string& model_dir,
                                         FeatureTable& table,
                                         const core::ProgressFn& progress,
                                         const core::StopToken& stop);

}  // namespace vasa::detect
