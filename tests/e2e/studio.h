// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "program.h"

#include "vasa/core/image.h"
#include "vasa/motion/motion_clip.h"

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vasa::test {

/// Renders and scores clips of one portrait, in one folder.
class Studio {
  public:
    explicit Studio(std::string portrait) : portrait_(std::move(portrait)) {}

    std::string path(const std::string& name) const { return folder_.path(name); }

    /// Renders the frames of a motion clip, by geometry, to the folder of that name.
    void render(const std::string& name, const motion::MotionClip& motion);

    /// Copies a clip's frames and changes each.
    void change(const std::string& from,
                const std::string& name,
                const std::function<void(core::ImageU8&)>& change);

    /// The output of `vasa eval --json` for a clip's frames.
    nlohmann::json score(const std::string& name, const std::vector<std::string>& more = {});

  private:
    std::string portrait_;
    TemporaryFolder folder_;
};

/// A score in the result of Studio::score(); the test fails without it.
double value(const nlohmann::json& result, const std::string& score);

}  // namespace vasa::test
