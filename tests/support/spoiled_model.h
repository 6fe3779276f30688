// SPDX-License-Identifier: Apache-2.0
// Model files with one mistake in their metadata.
#pragma once

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"

#include <functional>
#include <string>

namespace vasa::support {

/// Copies a safetensors file with one metadata entry changed.
inline void copy_with_metadata(const std::string& from,
                               const std::string& to,
                               const std::string& key,
                               const std::function<std::string(const std::string&)>& change) {
    const auto file = core::SafetensorsFile::load(from, core::ErrorKind::Input);
    core::SafetensorsWriter writer;
    for (const auto& [name, value] : file.metadata()) {
        writer.set_metadata(name, name == key ? change(value) : value);
    }
    for (const std::string& name : file.tensor_names()) {
        const core::TensorView view = file.tensor(name);
        writer.add_raw(name, view.dtype, view.shape, {view.data, view.data + view.num_bytes});
    }
    writer.save(to);
}

/// The text with its first `from` replaced.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    return at == std::string::npos ? "nothing to replace" : text.replace(at, from.size(), to);
}

/// A loader's error for a copy of a model with one text replaced in the metadata `key`.
inline std::string error_of_spoiled(const std::string& from,
                                    const std::string& to,
                                    const std::string& key,
                                    const std::string& old_text,
                                    const std::string& new_text,
                                    const std::function<void()>& load) {
    copy_with_metadata(
        from, to, key, [&](const std::string& text) { return replaced(text, old_text, new_text); });
    try {
        load();
    } catch (const core::Error& error) {
        return error.kind() == core::ErrorKind::Model ? error.what() : "not a model error";
    }
    return "loaded";
}

}  // namespace vasa::support
