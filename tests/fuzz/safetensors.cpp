// SPDX-License-Identifier: Apache-2.0
// Fuzz target: an accepted file can be read completely and is the same when written again.
#include "vasa/core/safetensors.h"

#include "fuzz.h"

#include <vector>

using namespace vasa;
using core::ErrorKind;
using core::SafetensorsFile;

namespace {

void read_all(const SafetensorsFile& file) {
    for (const std::string& name : file.tensor_names()) {
        const core::TensorView view = file.tensor(name);
        const auto count = static_cast<std::size_t>(view.num_elements());
        fuzz::require(view.num_bytes == count * core::dtype_size(view.dtype),
                      "a tensor has the bytes of its shape");
        fuzz::is_accepted({ErrorKind::Input}, [&] {
            fuzz::require(file.floats(name).size() == count, "as many values as elements");
        });
        fuzz::is_accepted({ErrorKind::Input}, [&] {
            fuzz::require(file.ints(name).size() == count, "as many values as elements");
        });
        fuzz::is_accepted({ErrorKind::Input}, [&] { file.bytes(name); });
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::is_accepted({ErrorKind::Input}, [&] {
        read_all(SafetensorsFile::parse(
            std::vector<std::uint8_t>(data, data + size), "input", ErrorKind::Input));
    });
    return 0;
}
