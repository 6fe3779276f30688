// SPDX-License-Identifier: Apache-2.0
// The functions of libc2pa_c.so (c2pa-rs) that this program calls, and owners of its objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <sys/types.h>

namespace vasa::provenance {

// The library's types and declarations, version 0.91 of its C interface. Pointers are its own.
struct C2paBuilder;
struct C2paContext;
struct C2paContextBuilder;
struct C2paReader;
struct C2paSettings;
struct C2paSigner;
struct C2paStream;

using StreamRead = ssize_t (*)(void* context, std::uint8_t* data, ssize_t num_bytes);
using StreamSeek = ssize_t (*)(void* context, ssize_t offset, int whence);
using StreamWrite = ssize_t (*)(void* context, const std::uint8_t* data, ssize_t num_bytes);
using StreamFlush = ssize_t (*)(void* context);
using SignerCallback = ssize_t (*)(const void* context,
                                   const unsigned char* data,
                                   std::size_t num_bytes,
                                   unsigned char* signature,
                                   std::size_t max_bytes);
enum C2paAlgorithm : int { kC2paEs256 = 0, kC2paEd25519 = 6 };

/// The loaded library.
class C2paLibrary {
  public:
    /// The library of this process; null if there is none (c2pa_problem() says why).
    static const C2paLibrary* find();
    /// @throws Error(Resource) if there is none
    static const C2paLibrary& require();

    char* (*version)() = nullptr;
    char* (*error)() = nullptr;  ///< text of this thread's last failure; to be released
    int (*release)(const void* object) = nullptr;

    C2paSettings* (*settings_new)() = nullptr;
    int (*settings_update)(C2paSettings*, const char* text, const char* format) = nullptr;
    C2paContextBuilder* (*context_builder_new)() = nullptr;
    int (*context_builder_set_settings)(C2paContextBuilder*, C2paSettings*) = nullptr;
    C2paContext* (*context_build)(C2paContextBuilder*) = nullptr;  ///< takes its argument

    C2paStream* (*stream_new)(void* context, StreamRead, StreamSeek, StreamWrite, StreamFlush) =
        nullptr;
    void (*stream_release)(C2paStream*) = nullptr;

    C2paSigner* (*signer_new)(const void* context,
                              SignerCallback,
                              int algorithm,
                              const char* certificates,
                              const char* timestamp_url) = nullptr;

    C2paBuilder* (*builder_new)(C2paContext*) = nullptr;
    /// Takes its argument, also when it fails.
    C2paBuilder* (*builder_define)(C2paBuilder*, const char* json) = nullptr;
    void (*builder_set_no_embed)(C2paBuilder*) = nullptr;
    int (*builder_add_ingredient)(C2paBuilder*,
                                  const char* json,
                                  const char* format,
                                  C2paStream*) = nullptr;
    std::int64_t (*builder_sign)(C2paBuilder*,
                                 const char* format,
                                 C2paStream* from,
                                 C2paStream* to,
                                 C2paSigner*,
                                 const unsigned char** manifest) = nullptr;

    C2paReader* (*reader_new)(C2paContext*) = nullptr;
    /// These take their reader, also when they fail.
    C2paReader* (*reader_read)(C2paReader*, const char* format, C2paStream*) = nullptr;
    C2paReader* (*reader_read_sidecar)(C2paReader*,
                                       const char* format,
                                       C2paStream*,
                                       const unsigned char* manifest,
                                       std::size_t num_bytes) = nullptr;
    char* (*reader_json)(C2paReader*) = nullptr;

    /// This thread's last failure as text.
    std::string last_error() const;
    /// A text of the library, which is released; "" for null.
    std::string take_text(char* text) const;

  private:
    C2paLibrary() = default;
    friend struct LoadedLibrary;
};

/// Owner of an object of the library.
template <typename T>
struct C2paRelease {
    void operator()(T* object) const { C2paLibrary::require().release(object); }
};
template <>
struct C2paRelease<C2paStream> {
    void operator()(C2paStream* stream) const { C2paLibrary::require().stream_release(stream); }
};
template <typename T>
using C2paPtr = std::unique_ptr<T, C2paRelease<T>>;

/// A context with settings in JSON. @throws Error(Internal) if they are refused
C2paPtr<C2paContext> make_context(const C2paLibrary& library, const std::string& settings);

/// A file as a stream of the library; must outlive what reads it.
class FileStream {
  public:
    enum class Mode { Read, Replace };
    /// @throws Error(Input) or Error(Output) naming the file
    FileStream(const C2paLibrary& library, const std::string& path, Mode mode);
    /// A temporary file without a name that holds `bytes`.
    FileStream(const C2paLibrary& library, const std::string& bytes);
    ~FileStream();
    FileStream(const FileStream&) = delete;
    FileStream& operator=(const FileStream&) = delete;

    C2paStream* get() const;
    /// Writes what is buffered. @return 0 or an errno value
    int close();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::provenance
