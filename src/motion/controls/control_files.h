// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vasa::motion {

/// A control file's text, for messages that give the position.
struct ControlFile {
    std::string name;
    std::string text;

    /// @throws Error(Input) with line and column of the byte at `offset`
    [[noreturn]] void refuse(std::size_t offset, const std::string& what) const;
};

/// Keyframes read so far, by control.
class KeyframeList {
  public:
    /// Checks name, order and range. @throws Error(Input)
    void add(const ControlFile& file,
             std::size_t offset,
             const std::string& control,
             const Keyframe& key);
    /// Index of a control. @throws Error(Input) if the name is unknown.
    static std::size_t find(const ControlFile& file,
                            std::size_t offset,
                            const std::string& control);
    Controls over(const Controls& base) const;

  private:
    std::map<std::size_t, std::vector<Keyframe>> keys_;  ///< by index into control_fields()
};

/// @throws Error(Input) if `text` is not a finite number
double read_control_number(const ControlFile& file, std::size_t offset, std::string_view text);
/// "linear" or "smooth". @throws Error(Input)
Interpolation read_interpolation(const ControlFile& file,
                                 std::size_t offset,
                                 std::string_view text);

/// `{"amplitude": 1.2, "gaze_yaw": [{"time": 0, "value": 0, "interpolation": "smooth"}, ...]}`
/// @param begin  where the object begins
KeyframeList parse_controls_json(const ControlFile& file, std::size_t begin);
/// Header `time,amplitude,...[,interpolation]`, one row per moment; empty cells set no keyframe.
KeyframeList parse_controls_csv(const ControlFile& file);

}  // namespace vasa::motion
