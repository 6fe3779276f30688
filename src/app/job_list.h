// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/batch.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::app {

/// Reads a list of render jobs: JSON lines (an object a line) or CSV (a header of names). Names are
/// those of `vasa render`'s options without the dashes, `_` and `-` alike; empty lines and lines
/// that begin with `#` are passed over. docs/formats.md has the details.
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
