// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/render.h"

#include <map>
#include <string>

namespace vasa::render {

/// MP4 tags that record how a clip was made: `com.vasa.version`, `.models` ("name:first 16 hex
/// digits of SHA-256", comma-separated), `.seed`, `.driver`, `.decoder`, `.settings` (JSON of the
/// tag fields that have an effect), `.source` ("portrait=sha256 speech=sha256 motion=sha256"),
/// `com.iptc.digitalsourcetype` (IPTC's term for media made by a trained algorithm) and a `comment`
/// for people. `com.vasa.job` is RenderResult::job_sha256. No paths, no dates.
/// @param result  its driver, models and hashes are used
std::map<std::string, std::string> provenance_tags(const RenderOptions& options,
                                                   int num_threads,
                                                   const RenderResult& result);

/// The same as a JSON object with whole hashes, for the manifest's assertion com.vasa.generation:
/// "version", "models", "seed", "driver", "decoder", "settings", "source" and "job".
/// @param result  its job_sha256 is used too
std::string generation_json(const RenderOptions& options,
                            int num_threads,
                            const RenderResult& result);

/// SHA-256 of generation_json() without its "job" and the number of threads, on which frames do not
/// depend; the watermark holds its first 40 bits.
std::string job_hash(const RenderOptions& options, const RenderResult& result);

}  // namespace vasa::render
