// SPDX-License-Identifier: Apache-2.0
// Fuzz target: every array of an accepted archive can be read as numbers or text, or is refused.
#include "data/npz.h"

#include "fuzz.h"

#include <cstdint>
#include <vector>

using namespace vasa;
using core::ErrorKind;

namespace {

void read_all(const train::Npz& npz) {
    for (const std::string& name : npz.names()) {
        std::vector<std::int64_t> shape;
        fuzz::is_accepted({ErrorKind::Input}, [&] {
            std::int64_t count = 1;
            const auto values = npz.integers(name, shape);
            for (const std::int64_t size : shape) {
                count *= size;
            }
            fuzz::require(static_cast<std::int64_t>(values.size()) == count,
                          "as many values as elements");
        });
        fuzz::is_accepted({ErrorKind::Input}, [&] { npz.floats(name, shape); });
        fuzz::is_accepted({ErrorKind::Input}, [&] { npz.texts(name); });
        fuzz::is_accepted({ErrorKind::Input}, [&] { npz.integer(name); });
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::is_accepted({ErrorKind::Input}, [&] {
        read_all(train::Npz::parse(std::vector<std::uint8_t>(data, data + size), "input"));
    });
    return 0;
}
