// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::core {

/// A file that appears under its final name only when it is complete.
///
/// The bytes go to temporary_path() beside the target, which the constructor creates empty.
/// commit() renames it; the destructor removes it if commit() was never called. A target that is a
/// symbolic link stays one: the file that it points to is replaced. remove_all_temporaries(), which
/// signal handling calls before the program ends, also removes temporaries of live objects.
class AtomicFile {
  public:
    /// @param overwrite  false: an existing target is an Output error, here and at commit()
    /// @throws Error(Output) if the folder does not exist or cannot be written, or if the target is
    ///         a folder or a device.
    AtomicFile(const std::string& target, bool overwrite);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    const std::string& target() const { return target_; }
    const std::string& temporary_path() const { return temporary_; }
    /// Flushes the file to disk and renames it. @throws Error(Output)
    void commit();

    static void remove_all_temporaries();

    /// Removes temporaries of a target that killed processes of this machine left: files and
    /// folders named by temporary_name() whose process no longer exists. Never throws.
    static void remove_stale_temporaries(const std::string& target);

    /// A temporary name that is unique across processes: ".NAME.PID.COUNT.part".
    static std::string temporary_name(const std::string& name);

  private:
    std::string target_;
    std::string resolved_;  ///< the target with symbolic links followed
    std::string temporary_;
    bool overwrite_;
    bool committed_ = false;
};

/// Why a path cannot be read as a file ("no such file", "it is a folder", "it is a pipe or device,
/// ..."); empty if it can. Never waits for the other end of a pipe.
std::string unreadable_cause(const std::string& path);

/// Reads a whole regular file.
/// @param max_bytes  larger files are refused before anything is allocated
/// @throws Error(Input) naming the file; callers for which it is not input rethrow their own kind.
std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t max_bytes);

/// Writes a whole file atomically. @throws Error(Output)
void write_file_atomic(const std::string& path, const std::string& bytes, bool overwrite);

}  // namespace vasa::core
