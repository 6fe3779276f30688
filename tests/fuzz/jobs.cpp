// SPDX-License-Identifier: Apache-2.0
// Fuzz target: every line of an accepted job list is a job or gives an error.
#include "fuzz.h"

#include "vasa/render/job_list.h"

using namespace vasa;
using core::ErrorKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    // Skipped: control files that a job names are read with the list.
    if (text.find("controls") != std::string::npos) {
        return 0;
    }
    fuzz::is_accepted({ErrorKind::Input}, [&] {
        int last_line = 0;
        for (const render::BatchJob& job : render::parse_jobs(text, "input", 1)) {
            fuzz::require(job.line > last_line, "lines ascend");
            last_line = job.line;
            if (job.error) {
                fuzz::require(
                    job.error->kind() == ErrorKind::Usage || job.error->kind() == ErrorKind::Input,
                    "a line that is not a job is an error of the list");
                continue;
            }
            fuzz::is_accepted({ErrorKind::Usage, ErrorKind::Input}, [&] { job.options.check(); });
        }
    });
    return 0;
}
