// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/atomic_file.h"

#include "file_util.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vasa::core {
namespace {

struct Registry {
    std::mutex mutex;
    std::set<std::string> temporaries;
};

/// Never destroyed: remove_all_temporaries() may run while the program ends.
Registry& registry() {
    static auto* instance = new Registry;
    return *instance;
}

[[noreturn]] void throw_output(const std::string& target, const std::string& cause) {
    throw Error(ErrorKind::Output, "cannot write '" + target + "': " + cause);
}

[[noreturn]] void throw_exists(const std::string& target) {
    throw Error(ErrorKind::Output,
                "output '" + target + "' exists already",
                "give another name, or --force to replace it");
}

/// Follows symbolic links, so that a link is kept and its target is replaced.
std::string resolve_links(const std::string& target) {
    std::string path = target;
    for (int hops = 0; hops < 40; ++hops) {
        std::error_code error;
        const std::filesystem::path link = std::filesystem::read_symlink(path, error);
        if (error) {
            return path;
        }
        path = (std::filesystem::path(path).parent_path() / link).string();
    }
    throw_output(target, "too many symbolic links");
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

void check_folder(const std::string& target, const std::string& folder) {
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) {
        throw_output(target,
                     errno == ENOENT ? "folder '" + folder + "' does not exist"
                                     : "folder '" + folder + "': " + errno_text(errno));
    }
    if (!S_ISDIR(status.st_mode)) {
        throw_output(target, "'" + folder + "' is not a folder");
    }
}

void check_target(const std::string& target, const std::string& resolved, bool overwrite) {
    struct stat status {};
    if (lstat(resolved.c_str(), &status) != 0) {
        return;
    }
    if (S_ISDIR(status.st_mode)) {
        throw_output(target, "it is a folder");
    }
    // Renaming would replace a device or a pipe by a file.
    if (!S_ISREG(status.st_mode)) {
        throw_output(target, "it is a device or pipe, expected a file");
    }
    if (!overwrite) {
        throw_exists(target);
    }
}

/// Prefix of the names of a target's temporaries.
std::string temporary_prefix(const std::string& name) {
    // File systems allow 255 bytes per name.
    return "." + name.substr(0, 200) + ".";
}

/// The process in "PID.COUNT.part", a temporary's name without its prefix; 0 for other names.
pid_t process_of(const std::string& rest) {
    int process = 0;
    unsigned count = 0;
    int length = 0;
    const bool is_read =
        std::sscanf(rest.c_str(), "%9d.%9u.part%n", &process, &count, &length) == 2;
    return is_read && length == static_cast<int>(rest.size()) && process > 0 ? process : 0;
}

/// Makes an empty hidden file beside the target. @return its path
std::string make_temporary(const std::string& target, const std::string& resolved) {
    const std::size_t slash = resolved.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : resolved.substr(0, slash + 1);
    for (;;) {
        std::string path = folder + AtomicFile::temporary_name(resolved.substr(folder.size()));
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0) {
            close(file);
            return path;
        }
        if (errno != EEXIST) {
            throw_output(target, errno_text(errno));
        }
    }
}

/// Flushes a file or folder. @return 0 or an errno value.
int sync_path(const std::string& path, int flags) {
    const int file = open(path.c_str(), flags | O_CLOEXEC);
    if (file < 0) {
        return errno;
    }
    const int result = fsync(file) == 0 ? 0 : errno;
    close(file);
    // Some file systems cannot flush.
    return result == EINVAL || result == EROFS ? 0 : result;
}

/// @return 0 or an errno value; EEXIST if the target exists and !overwrite.
int rename_to(const std::string& from, const std::string& to, bool overwrite) {
    if (overwrite) {
        return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
    }
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return errno;
    }
    if (access(to.c_str(), F_OK) == 0) {
        return EEXIST;
    }
    return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

[[noreturn]] void throw_input(const std::string& path, const std::string& cause) {
    throw Error(ErrorKind::Input, "cannot read '" + path + "': " + cause);
}

/// @return why it cannot be opened; empty if it was opened
std::string open_file(const std::string& path, FilePtr& file) {
    if (path.find('\0') != std::string::npos) {
        return "its name contains a zero byte";
    }
    // Without O_NONBLOCK this would wait until a process writes to a pipe.
    const int descriptor = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return errno == ENOENT ? "no such file" : errno_text(errno);
    }
    struct stat status {};
    file.reset(fdopen(descriptor, "rb"));
    if (!file || fstat(descriptor, &status) != 0) {
        const int error = errno;
        if (!file) {
            close(descriptor);
        }
        return errno_text(error);
    }
    if (S_ISDIR(status.st_mode)) {
        return "it is a folder";
    }
    return S_ISREG(status.st_mode) ? "" : "it is a pipe or device, expected a file";
}

}  // namespace

std::string errno_text(int error_number) {
    std::string text = std::generic_category().message(error_number);
    if (!text.empty()) {
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    }
    return text;
}

AtomicFile::AtomicFile(const std::string& target, bool overwrite)
    : target_(target), overwrite_(overwrite) {
    if (target.empty() || target.find('\0') != std::string::npos) {
        throw Error(ErrorKind::Output, "cannot write: the output path is empty");
    }
    resolved_ = resolve_links(target);
    check_target(target, resolved_, overwrite);
    check_folder(target, folder_of(resolved_));
    // Under the lock, so that remove_all_temporaries() misses no file that exists.
    const std::lock_guard<std::mutex> lock(registry().mutex);
    temporary_ = make_temporary(target, resolved_);
    registry().temporaries.insert(temporary_);
}

AtomicFile::~AtomicFile() {
    const std::lock_guard<std::mutex> lock(registry().mutex);
    registry().temporaries.erase(temporary_);
    if (!committed_) {
        unlink(temporary_.c_str());
    }
}

void AtomicFile::commit() {
    if (committed_) {
        throw Error(ErrorKind::Internal, "'" + target_ + "': put in place twice");
    }
    if (const int error = sync_path(temporary_, O_RDONLY)) {
        throw_output(target_, errno_text(error));
    }
    const std::lock_guard<std::mutex> lock(registry().mutex);
    const int error = rename_to(temporary_, resolved_, overwrite_);
    if (error == EEXIST) {
        throw_exists(target_);
    }
    if (error != 0) {
        throw_output(target_, errno_text(error));
    }
    committed_ = true;
    registry().temporaries.erase(temporary_);
    sync_path(folder_of(resolved_), O_RDONLY | O_DIRECTORY);  // best effort: the file is renamed
}

void AtomicFile::remove_all_temporaries() {
    const std::lock_guard<std::mutex> lock(registry().mutex);
    for (const std::string& path : registry().temporaries) {
        unlink(path.c_str());
    }
    registry().temporaries.clear();
}

FilePtr open_regular_file(const std::string& path) {
    FilePtr file;
    const std::string cause = open_file(path, file);
    if (!cause.empty()) {
        throw_input(path, cause);
    }
    return file;
}

std::string AtomicFile::temporary_name(const std::string& name) {
    static std::atomic<unsigned> counter{0};
    return temporary_prefix(name) + std::to_string(getpid()) + "." +
           std::to_string(counter.fetch_add(1)) + ".part";
}

void AtomicFile::remove_stale_temporaries(const std::string& target) {
    try {
        const std::filesystem::path resolved = resolve_links(target);
        const std::string prefix = temporary_prefix(resolved.filename().string());
        for (const auto& entry :
             std::filesystem::directory_iterator(folder_of(resolved.string()))) {
            const std::string name = entry.path().filename().string();
            const pid_t process = name.compare(0, prefix.size(), prefix) == 0
                                      ? process_of(name.substr(prefix.size()))
                                      : 0;
            if (process > 0 && kill(process, 0) != 0 && errno == ESRCH) {
                std::filesystem::remove_all(entry.path());
            }
        }
    } catch (const std::exception&) {
        // Remaining files are hidden and harmless.
    }
}

std::string unreadable_cause(const std::string& path) {
    FilePtr file;
    return open_file(path, file);
}

std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t max_bytes) {
    const FilePtr file = open_regular_file(path);
    struct stat status {};
    if (fstat(fileno(file.get()), &status) != 0) {
        throw_input(path, errno_text(errno));
    }
    const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
    if (size > max_bytes) {
        throw_input(path,
                    std::to_string(size) + " bytes, expected at most " + std::to_string(max_bytes));
    }
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
        throw_input(path, std::ferror(file.get()) != 0 ? errno_text(errno) : "it became shorter");
    }
    return bytes;
}

void write_file_atomic(const std::string& path, const std::string& bytes, bool overwrite) {
    AtomicFile atomic(path, overwrite);
    FilePtr file(std::fopen(atomic.temporary_path().c_str(), "wbe"));
    if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() ||
        std::fclose(file.release()) != 0) {
        throw_output(path, errno_text(errno));
    }
    atomic.commit();
}

}  // namespace vasa::core
