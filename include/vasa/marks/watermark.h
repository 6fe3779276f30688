// SPDX-License-Identifier: Apache-2.0
// An invisible watermark in the luma of frames (docs/watermark.md).
#pragma once

#include "vasa/core/image.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace vasa::marks {

/// What a watermark tells, packed into 64 bits: 4 of format version, 8 of generator, 40 of the
/// job's hash, 12 of CRC.
struct WatermarkPayload {
    int format_version = 1;      ///< 0..15
    int generator_id = 1;        ///< 0..255; kVasaGenerator is this program
    std::uint64_t job_hash = 0;  ///< first 40 bits of a SHA-256 that identifies the render

    bool operator==(const WatermarkPayload& other) const {
        return format_version == other.format_version && generator_id == other.generator_id &&
               job_hash == other.job_hash;
    }
};
constexpr int kWatermarkFormat = 1;
constexpr int kVasaGenerator = 1;

/// @throws Error(Internal) for a value out of its range
std::uint64_t pack_payload(const WatermarkPayload& payload);
/// Empty if the CRC does not match.
std::optional<WatermarkPayload> unpack_payload(std::uint64_t bits);
/// The first 40 bits of a hexadecimal hash. @throws Error(Internal) for fewer than 10 hex digits
std::uint64_t job_hash_of(const std::string& sha256);

/// Selects the pattern: only who has the key finds the watermark, or can remove it exactly.
struct WatermarkKey {
    std::array<std::uint8_t, 32> bytes{};

    /// The default key, known to everyone: anybody can find the marks of this program.
    static WatermarkKey public_key();
};
/// Parses a key: 64 hexadecimal digits, white space around them is ignored.
/// @param name  for messages
/// @throws Error(Input)
WatermarkKey parse_watermark_key(const std::string& text, const std::string& name);
/// Reads a key file. @throws Error(Input)
WatermarkKey load_watermark_key(const std::string& path);

/// How strong a mark is. Values are standard deviations of the mark's luma, of 255.
struct MarkStrengthParams {
    /// In flat areas: most pixels change by 1 or not at all.
    float flat = 0.6F;
    /// More for each unit of the picture's own standard deviation, which hides the mark.
    float per_deviation = 0.12F;
    float max = 2.0F;
    /// Limit of a whole frame's mean square, which keeps PSNR over 46 dB also in RGB, where the
    /// mark is 255/219 as strong.
    float max_rms = 1.05F;
};

/// Marks the frames of one clip. The pattern is the same in every frame, its strength follows what
/// each frame shows. Threads may share one.
class WatermarkEmbedder {
  public:
    /// @param payload  of pack_payload()
    WatermarkEmbedder(const WatermarkKey& key,
                      std::uint64_t payload,
                      const MarkStrengthParams& strength = {});
    ~WatermarkEmbedder();
    WatermarkEmbedder(const WatermarkEmbedder&) = delete;
    WatermarkEmbedder& operator=(const WatermarkEmbedder&) = delete;

    /// Marks luma of limited range (16..235) in place, rows without padding. Any size.
    void mark_luma(std::uint8_t* luma, int width, int height) const;
    /// Marks an RGB frame in place: the same change of luma, colour differences kept.
    void mark_rgb(core::ImageU8& rgb) const;

  private:
    struct State;
    std::unique_ptr<const State> state_;
};

/// What a detector found.
struct WatermarkFinding {
    /// Whether there is a watermark: the CRC matches and `false_positive` is at most
    /// kMaxFalsePositive.
    bool is_found = false;
    std::uint64_t bits = 0;    ///< as decoded, also if nothing was found
    WatermarkPayload payload;  ///< of the bits; only if found
    /// Share of the code's symbols that agree with the bits: about 0.6 by chance, 1 at best.
    double confidence = 0;
    /// Upper bound of the probability that a clip without a watermark gives a score as high at any
    /// of the positions and scales tried, together with a matching CRC.
    double false_positive = 1;
    double score = 0;  ///< height of the synchronisation peak, in standard deviations
    /// Geometry found: pixels of the examined frames per pixel of the marked ones.
    double scale_x = 0, scale_y = 0;
    /// Where the pattern's tile begins in the examined frames.
    double offset_x_px = 0, offset_y_px = 0;
    std::int64_t num_frames = 0;  ///< examined
    double duration_s = 0;        ///< from the first frame examined to the last
};
constexpr double kMaxFalsePositive = 1e-6;

/// Looks for a watermark in frames of one size; each frame raises the certainty.
class WatermarkDetector {
  public:
    explicit WatermarkDetector(const WatermarkKey& key);
    ~WatermarkDetector();
    WatermarkDetector(const WatermarkDetector&) = delete;
    WatermarkDetector& operator=(const WatermarkDetector&) = delete;

    /// @param rgb  at least 64×64
    /// @throws Error(Internal) for a smaller frame or one of another size than the first
    void push(const core::ImageU8& rgb, double time_s);
    /// Searches positions and scales in what was pushed so far.
    WatermarkFinding find() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::marks
