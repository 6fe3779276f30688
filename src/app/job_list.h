// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/batch.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vasa::app {

/// Options of one job as they would stand on a command line, names without the dashes.
using JobFields = std::vector<std::pair<std::string, std::string>>;

/// The options in a JSON object; names as in load_jobs(), nulls left out.
/// @throws Error(Input) if it is no object, or holds objects or lists of other than numbers.
JobFields job_fields(const nlohmann::json& object);

/// @param seed  see load_jobs(), for jobs without one
/// @throws Error(Usage) for options that `vasa render` does not have or values it does not take,
///         Error(Input) for a control file.
render::RenderOptions options_of_fields(const JobFields& fields, std::uint64_t seed);

/// Reads a list of render jobs: JSON lines (an object a line) or CSV (a header of names). Names are
/// those of `vasa render`'s options without the dashes, `_` and `-` alike; empty lines and lines
/// that begin with `#` are passed over. docs/bulk.md has the details.
///
/// A line that is no job becomes a BatchJob with an error; the others are not touched by it. A job
/// without a seed gets one from `seed`, its inputs and its output, so that the order of the lines
/// does not matter.
/// @param path  "-" = standard input
/// @throws Error(Input) if the list cannot be read at all, or has no header or no job.
std::vector<render::BatchJob> load_jobs(const std::string& path, std::uint64_t seed);

/// The same for a list's text. @param name  of the list, for messages
std::vector<render::BatchJob> parse_jobs(const std::string& text,
                                         const std::string& name,
                                         std::uint64_t seed);

}  // namespace vasa::app
