// SPDX-License-Identifier: Apache-2.0
#include "frame_sink.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/media/image_file.h"
#include "vasa/provenance/manifest.h"

#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

namespace vasa::render {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

std::mutex g_mutex;
std::set<std::string>& live_folders() {
    static std::set<std::string> folders;
    return folders;
}

class PngSink : public FrameSink {
  public:
    PngSink(const FramePattern& pattern,
            std::int64_t num_frames,
            bool overwrite,
            SidecarMaker make_sidecar)
        : pattern_(pattern),
          num_frames_(num_frames),
          overwrite_(overwrite),
          make_sidecar_(std::move(make_sidecar)) {
        std::error_code ec;
        if (!fs::is_directory(pattern.folder(), ec)) {
            throw Error(ErrorKind::Output,
                        "cannot write '" + pattern.path(0) + "': folder '" + pattern.folder() +
                            "' does not exist");
        }
        check_targets();
        temporary_ = (fs::path(pattern.folder()) / core::AtomicFile::temporary_name(pattern.name()))
                         .string();
        if (!fs::create_directory(temporary_, ec)) {
            throw Error(ErrorKind::Output,
                        "cannot write to folder '" + pattern.folder() + "': " + ec.message());
        }
        const std::lock_guard<std::mutex> lock(g_mutex);
        live_folders().insert(temporary_);
    }

    ~PngSink() override {
        std::error_code ec;
        fs::remove_all(temporary_, ec);
        const std::lock_guard<std::mutex> lock(g_mutex);
        live_folders().erase(temporary_);
    }

    bool wants_yuv() const override { return false; }

    void write(const FrameItem& item) override {
        const std::string temporary = temporary_path(item.index);
        try {
            media::save_png(temporary, item.rgb, false);
        } catch (const Error& error) {
            // The message names the requested file.
            std::string message = error.what();
            const std::size_t at = message.find(temporary);
            if (at != std::string::npos) {
                message.replace(at, temporary.size(), pattern_.path(item.index));
            }
            throw Error(error.kind(), message, error.hint());
        }
    }

    void finish() override {
        check_targets();
        write_sidecar();
        std::int64_t num_done = 0;
        std::error_code ec;
        while (num_done < num_files() && !ec) {
            fs::rename(temporary_path(num_done), target_path(num_done), ec);
            num_done += ec ? 0 : 1;
        }
        if (ec) {
            const std::string message =
                "cannot write '" + target_path(num_done) + "': " + ec.message();
            for (std::int64_t i = 0; i < num_done; ++i) {
                fs::remove(target_path(i), ec);
            }
            throw Error(ErrorKind::Output, message);
        }
        if (!make_sidecar_ && fs::remove(sidecar_of(pattern_.path(0)), ec)) {
            core::log_info("removed '" + sidecar_of(pattern_.path(0)) +
                           "', which described the frames that were replaced");
        }
        if (fs::exists(pattern_.path(num_frames_), ec)) {
            core::log_warning("frames of a longer sequence follow from '" +
                              pattern_.path(num_frames_) + "' on");
        }
    }

  private:
    static std::string sidecar_of(const std::string& path) {
        return provenance::sidecar_path(path);
    }

    /// The frames and, last, the sidecar.
    std::int64_t num_files() const { return num_frames_ + (make_sidecar_ ? 1 : 0); }

    std::string target_path(std::int64_t index) const {
        return index < num_frames_ ? pattern_.path(index) : sidecar_of(pattern_.path(0));
    }

    std::string temporary_path(std::int64_t index) const {
        const std::string frame =
            (fs::path(temporary_) / pattern_.file_name(index < num_frames_ ? index : 0)).string();
        return index < num_frames_ ? frame : sidecar_of(frame);
    }

    void write_sidecar() const {
        if (!make_sidecar_) {
            return;
        }
        std::map<std::string, std::string> frames;
        for (std::int64_t i = 0; i < num_frames_; ++i) {
            frames[pattern_.file_name(i)] = core::sha256_file(temporary_path(i));
        }
        core::write_file_atomic(
            temporary_path(num_frames_), make_sidecar_(temporary_path(0), std::move(frames)), true);
    }

    void check_targets() const {
        std::error_code ec;
        for (std::int64_t i = 0; i < num_files(); ++i) {
            const std::string path = target_path(i);
            const fs::file_status status = fs::symlink_status(path, ec);
            if (fs::is_directory(status)) {
                throw Error(ErrorKind::Output, "cannot write '" + path + "': it is a folder");
            }
            if (!overwrite_ && fs::exists(status)) {
                throw Error(ErrorKind::Output,
                            "output '" + path + "' exists already",
                            "give another name, or --force to replace it");
            }
        }
    }

    const FramePattern pattern_;
    const std::int64_t num_frames_;
    const bool overwrite_;
    const SidecarMaker make_sidecar_;
    std::string temporary_;
};

}  // namespace

std::unique_ptr<FrameSink> make_png_sink(const FramePattern& pattern,
                                         std::int64_t num_frames,
                                         bool overwrite,
                                         SidecarMaker make_sidecar) {
    return std::make_unique<PngSink>(pattern, num_frames, overwrite, std::move(make_sidecar));
}

void remove_png_temporaries() {
    const std::lock_guard<std::mutex> lock(g_mutex);
    for (const std::string& folder : live_folders()) {
        std::error_code ec;
        fs::remove_all(folder, ec);
    }
    live_folders().clear();
}

}  // namespace vasa::render
