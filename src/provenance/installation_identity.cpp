// SPDX-License-Identifier: Apache-2.0
// The identity that an installation makes for itself.
#include "identity_reader.h"
#include "new_identity.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <system_error>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vasa::provenance {
namespace {

namespace fs = std::filesystem;
using core::Error;
using IdentityPtr = std::shared_ptr<const SigningIdentity>;

bool write_all(int descriptor, const std::string& text) {
    std::size_t num_written = 0;
    while (num_written < text.size()) {
        const ssize_t result =
            ::write(descriptor, text.data() + num_written, text.size() - num_written);
        if (result < 0 && errno != EINTR) {
            return false;
        }
        num_written += static_cast<std::size_t>(result > 0 ? result : 0);
    }
    return ::fsync(descriptor) == 0;
}

/// Puts a new identity in place, or leaves the one that another process has put there meanwhile.
/// @return why not; empty if there is one now
std::string place(const fs::path& path, const std::string& pem) {
    std::error_code error;
    const bool is_new = fs::create_directories(path.parent_path(), error);
    if (error) {
        return "cannot make its folder: " + error.message();
    }
    if (is_new) {
        fs::permissions(path.parent_path(), fs::perms::owner_all, error);
    }
    const std::string temporary = path.string() + "." + std::to_string(::getpid()) + ".part";
    ::unlink(temporary.c_str());  // of a process that had this number and was killed
    const int descriptor =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return std::strerror(errno);
    }
    const bool is_written = write_all(descriptor, pem);
    int cause = is_written ? 0 : errno;
    ::close(descriptor);
    // A link, unlike a rename, replaces nothing.
    if (is_written && ::link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) {
        cause = errno;
    }
    ::unlink(temporary.c_str());
    return cause != 0 ? std::strerror(cause) : "";
}

IdentityPtr parse(std::string pem, const std::string& path) {
    IdentityPtr identity = IdentityReader::parse(pem, path, pem, path);
    OPENSSL_cleanse(pem.data(), pem.size());
    return identity;
}

IdentityPtr temporary_identity(const std::string& cause) {
    core::log_warning("no signing key can be kept (" + cause +
                      "): clips of this run are signed with a key of their own");
    return parse(make_identity_pem(), "new key");
}

IdentityPtr read_or_make() {
    const std::string path = SigningIdentity::installation_path();
    if (path.empty()) {
        return temporary_identity("neither HOME nor XDG_CONFIG_HOME is set");
    }
    std::error_code error;
    if (!fs::exists(fs::status(path, error))) {
        std::string pem = make_identity_pem();
        const std::string problem = place(path, pem);
        OPENSSL_cleanse(pem.data(), pem.size());
        if (!problem.empty()) {
            return temporary_identity("'" + path + "': " + problem);
        }
        core::log_info("made a key to sign clips with: '" + path + "'");
    }
    try {
        return SigningIdentity::load(path, path);
    } catch (const Error& problem) {
        throw Error(
            problem.kind(),
            problem.what(),
            problem.hint().empty() ? "remove the file to have a new one made" : problem.hint());
    }
}

}  // namespace

std::string SigningIdentity::installation_path() {
    const auto variable = [](const char* name) {
        const char* const value = std::getenv(name);
        return std::string(value != nullptr ? value : "");
    };
    const std::string config = variable("XDG_CONFIG_HOME");
    // The XDG base directory specification: relative paths are to be ignored.
    if (!config.empty() && config.front() == '/') {
        return config + "/vasa/signing.pem";
    }
    const std::string home = variable("HOME");
    return home.empty() ? "" : home + "/.config/vasa/signing.pem";
}

std::shared_ptr<const SigningIdentity> SigningIdentity::of_installation() {
    // Workers of a batch must not make one each.
    static std::mutex mutex;
    static IdentityPtr kept;
    static std::string kept_path;
    const std::lock_guard<std::mutex> lock(mutex);
    if (!kept || kept_path != installation_path()) {
        kept = read_or_make();
        kept_path = installation_path();
    }
    return kept;
}

}  // namespace vasa::provenance
