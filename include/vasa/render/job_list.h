// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/batch.h"
#include "vasa/render/option_fields.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vasa::render {

/// The options in a JSON object; `_` in their names becomes `-`. Strings stay as they are, numbers
/// and flags become text, lists of numbers are separated by commas; nulls are left out.
/// @throws Error(Input) if it is not an object, or holds objects or lists of values other than
///         numbers.
OptionTexts option_texts(const nlohmann::json& object);

/// The options of one job, named as in option_fields(). An empty text counts as missing.
/// @param seed  as in load_jobs()
/// @throws Error(Usage) for options that a job does not have or values that they do not accept,
///         Error(Input) for a control file.
RenderOptions options_of_job(const OptionTexts& texts, std::optional<std::uint64_t> seed);

/// Reads a list of render jobs: JSON lines (one object per line) or CSV (a header of names). Names
/// are those of option_fields(), with `_` and `-` equivalent; empty lines and lines that begin with
/// `#` are skipped. docs/bulk.md has the details.
///
/// A line that is not a job becomes a BatchJob with an error and does not affect the others. If
/// `seed` is given, a job without a seed gets one from it and the names of its inputs and its
/// output, so that the order of the lines does not matter.
/// @param path  "-" = standard input
/// @throws Error(Input) if the list cannot be read at all, or has no header or no job.
std::vector<BatchJob> load_jobs(const std::string& path, std::optional<std::uint64_t> seed);

/// The same for the text of a list. @param name  the list's name, for messages
std::vector<BatchJob> parse_jobs(const std::string& text,
                                 const std::string& name,
                                 std::optional<std::uint64_t> seed);

}  // namespace vasa::render
