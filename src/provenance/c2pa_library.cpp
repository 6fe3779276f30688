// SPDX-License-Identifier: Apache-2.0
#include "c2pa_library.h"

#include "vasa/core/error.h"
#include "vasa/provenance/manifest.h"

#include <cstdlib>
#include <filesystem>

#include <dlfcn.h>

namespace vasa::provenance {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

constexpr const char* kLibraryFile = "libc2pa_c.so";

/// Path of the program or library that holds this code; empty if unknown.
fs::path own_file() {
    std::error_code error;
    Dl_info info{};
    const bool is_known = dladdr(reinterpret_cast<const void*>(&own_file), &info) != 0;
    // For a program, dladdr() gives the name it was called by.
    const bool is_path =
        is_known && info.dli_fname != nullptr && fs::path(info.dli_fname).is_absolute();
    const fs::path own = fs::canonical(is_path ? info.dli_fname : "/proc/self/exe", error);
    return error ? fs::path() : own;
}

std::string find_file() {
    const char* const asked = std::getenv("VASA_C2PA_LIBRARY");
    if (asked != nullptr && *asked != '\0') {
        return asked;
    }
    const fs::path own = own_file();
    std::error_code error;
    // In the build folder, installed, and for libvasa.so beside its own file.
    for (const char* folder : {"../lib", "../" VASA_INSTALLED_LIB_FOLDER, "vasa", "."}) {
        const fs::path path = own.parent_path() / folder / kLibraryFile;
        if (!own.empty() && fs::exists(path, error)) {
            return path.string();
        }
    }
    return kLibraryFile;
}

}  // namespace

/// The library or why there is none.
struct LoadedLibrary {
    C2paLibrary library;
    std::string problem;

    LoadedLibrary() {
        const std::string path = find_file();
        void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (handle == nullptr) {
            const char* const error = dlerror();
            problem =
                "no C2PA library (" + std::string(error != nullptr ? error : path.c_str()) + ")";
            return;
        }
        C2paLibrary& l = library;
        bind(handle, l.version, "c2pa_version");
        bind(handle, l.error, "c2pa_error");
        bind(handle, l.release, "c2pa_free");
        bind(handle, l.settings_new, "c2pa_settings_new");
        bind(handle, l.settings_update, "c2pa_settings_update_from_string");
        bind(handle, l.context_builder_new, "c2pa_context_builder_new");
        bind(handle, l.context_builder_set_settings, "c2pa_context_builder_set_settings");
        bind(handle, l.context_build, "c2pa_context_builder_build");
        bind(handle, l.stream_new, "c2pa_create_stream");
        bind(handle, l.stream_release, "c2pa_release_stream");
        bind(handle, l.signer_new, "c2pa_signer_create");
        bind(handle, l.builder_new, "c2pa_builder_from_context");
        bind(handle, l.builder_define, "c2pa_builder_with_definition");
        bind(handle, l.builder_set_no_embed, "c2pa_builder_set_no_embed");
        bind(handle, l.builder_add_ingredient, "c2pa_builder_add_ingredient_from_stream");
        bind(handle, l.builder_sign, "c2pa_builder_sign");
        bind(handle, l.reader_new, "c2pa_reader_from_context");
        bind(handle, l.reader_read, "c2pa_reader_with_stream");
        bind(handle, l.reader_read_sidecar, "c2pa_reader_with_manifest_data_and_stream");
        bind(handle, l.reader_json, "c2pa_reader_json");
        if (!problem.empty()) {
            problem = "'" + path + "' is not a C2PA library of the expected version: " + problem;
        }
    }

  private:
    template <typename Function>
    void bind(void* handle, Function& function, const char* name) {
        function = reinterpret_cast<Function>(dlsym(handle, name));  // NOLINT
        if (function == nullptr && problem.empty()) {
            problem = std::string("no function '") + name + "'";
        }
    }
};

namespace {

const LoadedLibrary& loaded() {
    // Never unloaded: its threads may still run while the program ends.
    static const auto* const instance = new LoadedLibrary;
    return *instance;
}

}  // namespace

const C2paLibrary* C2paLibrary::find() {
    return loaded().problem.empty() ? &loaded().library : nullptr;
}

const C2paLibrary& C2paLibrary::require() {
    if (!loaded().problem.empty()) {
        throw Error(ErrorKind::Resource,
                    loaded().problem,
                    "scripts/setup.sh installs it; VASA_C2PA_LIBRARY names another file");
    }
    return loaded().library;
}

std::string C2paLibrary::take_text(char* text) const {
    if (text == nullptr) {
        return "";
    }
    std::string copy = text;
    release(text);
    return copy;
}

std::string C2paLibrary::last_error() const {
    return take_text(error());
}

std::string c2pa_problem() {
    return loaded().problem;
}

std::string c2pa_version() {
    const C2paLibrary* const library = C2paLibrary::find();
    if (library == nullptr) {
        return "";
    }
    // "c2pa-c-ffi/0.91.3 c2pa-rs/0.91.3"
    const std::string text = library->take_text(library->version());
    return text.substr(text.rfind('/') + 1);
}

C2paPtr<C2paContext> make_context(const C2paLibrary& library, const std::string& settings) {
    const C2paPtr<C2paSettings> parsed(library.settings_new());
    C2paPtr<C2paContextBuilder> builder(library.context_builder_new());
    if (!parsed || !builder ||
        library.settings_update(parsed.get(), settings.c_str(), "json") != 0 ||
        library.context_builder_set_settings(builder.get(), parsed.get()) != 0) {
        throw Error(ErrorKind::Internal, "C2PA settings are refused: " + library.last_error());
    }
    C2paPtr<C2paContext> context(library.context_build(builder.release()));
    if (!context) {
        throw Error(ErrorKind::Internal, "C2PA cannot be set up: " + library.last_error());
    }
    return context;
}

}  // namespace vasa::provenance
