// SPDX-License-Identifier: Apache-2.0
#include "c2pa_library.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace vasa::provenance {
namespace {

using core::Error;
using core::ErrorKind;

std::FILE* file_of(void* context) {
    return static_cast<std::FILE*>(context);
}

ssize_t read_stream(void* context, std::uint8_t* data, ssize_t num_bytes) {
    if (num_bytes < 0) {
        return -1;
    }
    std::FILE* const file = file_of(context);
    const std::size_t count = std::fread(data, 1, static_cast<std::size_t>(num_bytes), file);
    return count == 0 && std::ferror(file) != 0 ? -1 : static_cast<ssize_t>(count);
}

ssize_t seek_stream(void* context, ssize_t offset, int whence) {
    constexpr int kWhence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    if (whence < 0 || whence > 2 || fseeko(file_of(context), offset, kWhence[whence]) != 0) {
        return -1;
    }
    return ftello(file_of(context));
}

ssize_t write_stream(void* context, const std::uint8_t* data, ssize_t num_bytes) {
    if (num_bytes < 0) {
        return -1;
    }
    const auto size = static_cast<std::size_t>(num_bytes);
    return std::fwrite(data, 1, size, file_of(context)) == size ? num_bytes : -1;
}

ssize_t flush_stream(void* context) {
    return std::fflush(file_of(context)) == 0 ? 0 : -1;
}

}  // namespace

struct FileStream::State {
    std::FILE* file = nullptr;
    C2paPtr<C2paStream> stream;

    void open(const C2paLibrary& library) {
        stream.reset(
            library.stream_new(file, read_stream, seek_stream, write_stream, flush_stream));
        if (!stream) {
            throw Error(ErrorKind::Resource, "cannot make a C2PA stream: " + library.last_error());
        }
    }

    ~State() {
        stream.reset();
        if (file != nullptr) {
            std::fclose(file);
        }
    }
};

FileStream::FileStream(const C2paLibrary& library, const std::string& path, Mode mode)
    : state_(std::make_unique<State>()) {
    const bool is_read = mode == Mode::Read;
    if (is_read) {
        const std::string cause = core::unreadable_cause(path);
        if (!cause.empty()) {
            throw Error(ErrorKind::Input, "cannot read '" + path + "': " + cause);
        }
    }
    state_->file = std::fopen(path.c_str(), is_read ? "rbe" : "w+be");
    if (state_->file == nullptr) {
        throw Error(is_read ? ErrorKind::Input : ErrorKind::Output,
                    std::string("cannot ") + (is_read ? "read" : "write") + " '" + path +
                        "': " + std::strerror(errno));
    }
    state_->open(library);
}

FileStream::FileStream(const C2paLibrary& library, const std::string& bytes)
    : state_(std::make_unique<State>()) {
    state_->file = std::tmpfile();
    if (state_->file == nullptr ||
        std::fwrite(bytes.data(), 1, bytes.size(), state_->file) != bytes.size()) {
        throw Error(ErrorKind::Resource,
                    std::string("cannot make a temporary file: ") + std::strerror(errno));
    }
    std::rewind(state_->file);
    state_->open(library);
}

FileStream::~FileStream() = default;

C2paStream* FileStream::get() const {
    return state_->stream.get();
}

int FileStream::close() {
    state_->stream.reset();
    std::FILE* const file = state_->file;
    state_->file = nullptr;
    return file == nullptr || std::fclose(file) == 0 ? 0 : errno;
}

}  // namespace vasa::provenance
