// SPDX-License-Identifier: Apache-2.0
// Fuzz target: an accepted baseline can be written and reads the same again; an accepted suite has
// cases.
#include "fuzz.h"

#include "vasa/eval/quality_gate.h"
#include "vasa/report/quality_suite.h"

using namespace vasa;
using core::ErrorKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file(".json");
    file.write(data, size);
    fuzz::is_accepted({ErrorKind::Input, ErrorKind::Usage}, [&] {
        fuzz::require(!report::load_suite(file.path(), "/nonexistent", "models").empty(),
                      "a suite has cases");
    });
    fuzz::is_accepted({ErrorKind::Input}, [&] {
        const std::string text = eval::baseline_text(eval::load_baseline(file.path()));
        file.write(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        fuzz::require(eval::baseline_text(eval::load_baseline(file.path())) == text,
                      "written the same twice");
    });
    return 0;
}
