// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/decoder_figures.h"

#include "image_metrics.h"
#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/psnr.h"
#include "vasa/core/rng.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/face/face_encoder.h"
#include "vasa/head/face_measures.h"
#include "vasa/media/image_file.h"
#include "vasa/pairs/mouth_agreement.h"
#include "vasa/pairs/pseudo_source.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

namespace vasa::eval {
namespace {

using core::ImageU8;
using decode::FaceState;
using decode::GeometryBuffers;
using head::Part;

constexpr int kSize = head::kFrameSize_px;

/// One portrait with all that is needed to render it.
class Subject {
  public:
    Subject(const head::HeadModel& model, head::FaceCode code, const decode::BatchNetwork& network)
        : code_(std::move(code)), renderer_(model, code_) {
        if (network) {
            decode::BatchDecoderOptions options;
            options.network = network;
            decoder_.emplace(model, code_, options);
        }
    }

    const head::FaceCode& code() const { return code_; }
    decode::GeometryRenderer& renderer() { return renderer_; }

    /// The geometry's frame and the painted frame.
    void frames(const FaceState& state, ImageU8& geometry, ImageU8& painted) {
        renderer_.render(state.pose, state.actions, geometry);
        painted = decoder_ ? decoder_->decode_rgb(state) : geometry;
    }

    GeometryBuffers buffers(const FaceState& state) {
        GeometryBuffers buffers;
        ImageU8 frame;
        renderer_.render(state.pose, state.actions, frame, &buffers);
        return buffers;
    }

  private:
    head::FaceCode code_;
    decode::GeometryRenderer renderer_;
    std::optional<decode::BatchDecoder> decoder_;
};

/// Region of a pixel that the portrait did not show; nothing for all others.
std::optional<LostRegion> region_of(const GeometryBuffers& buffers,
                                    const head::FaceCode& code,
                                    int x,
                                    int y) {
    constexpr float kEyeReach = 0.22F;  // relative to the outer eye corner distance
    const int part = *buffers.part.at(x, y);
    if (decode::is_mouth_value(part)) {
        return LostRegion::Mouth;
    }
    const bool is_hidden = *buffers.visibility.at(x, y) < 0.5F;
    const bool is_eye =
        part == decode::part_value(Part::EyeLeft) || part == decode::part_value(Part::EyeRight);
    if (!is_hidden || (part != decode::part_value(Part::Skin) && !is_eye)) {
        return std::nullopt;
    }
    for (int eye = 0; eye < 2; ++eye) {
        const core::Vec2f at = head::eye_middle(code.landmarks, eye);
        const float d = std::hypot(static_cast<float>(x) - at.x, static_cast<float>(y) - at.y);
        if (d < kEyeReach * code.eye_distance_px()) {
            return LostRegion::Eyes;
        }
    }
    return is_eye ? std::nullopt : std::optional(LostRegion::Skin);
}

/// pairs::mark_agreement() for a whole frame.
std::vector<std::uint8_t> mouth_agreement(const ImageU8& frame,
                                          const GeometryBuffers& buffers,
                                          const ImageU8& photo) {
    constexpr std::size_t kCount = static_cast<std::size_t>(kSize) * kSize;
    std::vector<decode::PixelRecord> records(kCount);
    decode::record_pixels(frame, buffers, {0, 0, kSize, kSize}, records.data());
    std::vector<std::array<std::uint8_t, 3>> picture(kCount);
    for (std::size_t i = 0; i < kCount; ++i) {
        std::copy_n(photo.data.data() + 3 * i, 3, picture[i].begin());
    }
    std::vector<std::uint8_t> agreement(kCount);
    pairs::mark_agreement(
        records.data(), picture.data(), static_cast<int>(kCount), agreement.data());
    return agreement;
}

struct Sums {
    std::array<LostFigures, kNumLostRegions> lost;
    std::array<double, kNumLostRegions> photo_detail{};
    std::vector<double> self_psnr;
    double self_detail = 0, crop_detail = 0;
    double ramp_geometry = 0, ramp_painted = 0;
    double ramp_deep_geometry = 0, ramp_deep_painted = 0;
    double ramp_geometry_detail = 0, ramp_painted_detail = 0;
    double background = 0;
    std::int64_t num_background = 0;
    int repeat_difference = 0;
    std::int64_t num_ramp_deep = 0;
};

/// Hides parts of the portrait and paints them again.
void measure_lost(const head::HeadModel& model,
                  Subject& subject,
                  const decode::BatchNetwork& network,
                  core::Rng& rng,
                  Sums& sums) {
    const head::FaceCode& code = subject.code();
    const FaceState other = pairs::sample_other_state(code, rng);
    Subject pseudo(
        model, pairs::make_pseudo_source(model, code, subject.renderer(), other, other), network);
    const FaceState own{code.pose, code.actions};
    ImageU8 geometry, painted;
    pseudo.frames(own, geometry, painted);
    const GeometryBuffers buffers = pseudo.buffers(own);
    const ImageU8& photo = code.appearance.crop;
    const std::vector<std::uint8_t> agreement = mouth_agreement(geometry, buffers, photo);
    const auto add = [&](LostRegion region, int x, int y) {
        LostFigures& f = sums.lost[static_cast<std::size_t>(region)];
        ++f.num_pixels;
        f.geometry += difference(geometry, photo, x, y);
        f.painted += difference(painted, photo, x, y);
        f.geometry_gradient += gradient_difference(geometry, photo, x, y);
        f.painted_gradient += gradient_difference(painted, photo, x, y);
        f.geometry_detail += gradient(geometry, x, y);
        f.painted_detail += gradient(painted, x, y);
        sums.photo_detail[static_cast<std::size_t>(region)] += gradient(photo, x, y);
    };
    for (int y = 0; y + 1 < kSize; ++y) {
        for (int x = 0; x + 1 < kSize; ++x) {
            const std::optional<LostRegion> region = region_of(buffers, code, x, y);
            if (region) {
                add(*region, x, y);
            }
            if (region == LostRegion::Mouth &&
                agreement[static_cast<std::size_t>(y) * kSize + x] != 0) {
                add(LostRegion::FittedMouth, x, y);
            }
        }
    }
}

void measure_unmoved(Subject& subject, Sums& sums) {
    const head::FaceCode& code = subject.code();
    ImageU8 geometry, painted;
    subject.frames({code.pose, code.actions}, geometry, painted);
    sums.self_psnr.push_back(core::psnr(painted, code.appearance.crop));
    for (int y = 0; y + 1 < kSize; ++y) {
        for (int x = 0; x + 1 < kSize; ++x) {
            sums.self_detail += gradient(painted, x, y);
            sums.crop_detail += gradient(code.appearance.crop, x, y);
        }
    }
}

/// 1 where two frames show the inside of the mouth, 2 where all pixels around do as well: the soft
/// edge of a moving lip extends a few pixels inwards.
std::vector<char> inside_mouth(const GeometryBuffers& a, const GeometryBuffers& b) {
    constexpr int kLipEdge_px = 3;
    std::vector<char> inside(static_cast<std::size_t>(kSize) * kSize, 0);
    const auto at = [&](int x, int y) -> char& {
        return inside[static_cast<std::size_t>(y) * kSize + x];
    };
    for (int y = 0; y + 1 < kSize; ++y) {
        for (int x = 0; x + 1 < kSize; ++x) {
            at(x, y) = static_cast<char>(decode::is_mouth_value(*a.part.at(x, y)) &&
                                         decode::is_mouth_value(*b.part.at(x, y)));
        }
    }
    for (int y = kLipEdge_px; y + kLipEdge_px < kSize; ++y) {
        for (int x = kLipEdge_px; x + kLipEdge_px < kSize; ++x) {
            bool is_deep = at(x, y) != 0;
            for (int v = y - kLipEdge_px; v <= y + kLipEdge_px && is_deep; ++v) {
                for (int u = x - kLipEdge_px; u <= x + kLipEdge_px && is_deep; ++u) {
                    is_deep = at(u, v) != 0;
                }
            }
            if (is_deep) {
                at(x, y) = 2;
            }
        }
    }
    return inside;
}

/// Opens the jaw slowly: teeth must not change.
void measure_jaw_ramp(Subject& subject, Sums& sums) {
    constexpr int kFrames = 21;
    constexpr float kFrom = 0.15F, kTo = 0.55F;
    FaceState state{subject.code().pose, subject.code().actions};
    ImageU8 geometry, painted, last_geometry, last_painted;
    GeometryBuffers last_buffers;
    for (int i = 0; i < kFrames; ++i) {
        state.actions[head::Action::JawOpen] =
            kFrom + (kTo - kFrom) * static_cast<float>(i) / (kFrames - 1);
        subject.frames(state, geometry, painted);
        GeometryBuffers buffers = subject.buffers(state);
        if (i > 0) {
            const std::vector<char> inside = inside_mouth(buffers, last_buffers);
            for (std::size_t k = 0; k < inside.size(); ++k) {
                if (inside[k] == 0) {
                    continue;
                }
                const auto x = static_cast<int>(k % kSize), y = static_cast<int>(k / kSize);
                const double of_geometry = difference(geometry, last_geometry, x, y);
                const double of_painted = difference(painted, last_painted, x, y);
                sums.ramp_geometry += of_geometry;
                sums.ramp_painted += of_painted;
                sums.ramp_geometry_detail += gradient(geometry, x, y);
                sums.ramp_painted_detail += gradient(painted, x, y);
                sums.ramp_deep_geometry += inside[k] == 2 ? of_geometry : 0.0;
                sums.ramp_deep_painted += inside[k] == 2 ? of_painted : 0.0;
                sums.num_ramp_deep += inside[k] == 2 ? 1 : 0;
            }
        }
        std::swap(geometry, last_geometry);
        std::swap(painted, last_painted);
        std::swap(buffers, last_buffers);
    }
}

/// Turns the head both ways and back to where it was.
void measure_turn(Subject& subject, Sums& sums) {
    constexpr int kFrames = 9;
    constexpr float kTurn_rad = 0.2F;
    std::vector<ImageU8> frames(kFrames);
    ImageU8 geometry;
    std::vector<char> is_background(static_cast<std::size_t>(kSize) * kSize, 1);
    for (int i = 0; i < kFrames; ++i) {
        const float phase = 2.0F * static_cast<float>(M_PI) * static_cast<float>(i) / (kFrames - 1);
        FaceState state{subject.code().pose, subject.code().actions};
        state.pose.yaw_rad += i + 1 < kFrames ? kTurn_rad * std::sin(phase) : 0.0F;
        subject.frames(state, geometry, frames[i]);
        const GeometryBuffers buffers = subject.buffers(state);
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                if (*buffers.alpha.at(x, y) != 0.0F) {
                    is_background[static_cast<std::size_t>(y) * kSize + x] = 0;
                }
            }
        }
    }
    for (std::size_t i = 0; i < frames[0].data.size(); ++i) {
        sums.repeat_difference = std::max(sums.repeat_difference,
                                          std::abs(frames.front().data[i] - frames.back().data[i]));
    }
    for (int i = 1; i < kFrames; ++i) {
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                if (is_background[static_cast<std::size_t>(y) * kSize + x] != 0) {
                    sums.background += difference(frames[i], frames[i - 1], x, y);
                    ++sums.num_background;
                }
            }
        }
    }
}

DecoderFigures figures_of(Sums& sums, int num_portraits) {
    DecoderFigures figures;
    figures.num_portraits = num_portraits;
    figures.lost = sums.lost;
    for (int r = 0; r < kNumLostRegions; ++r) {
        LostFigures& f = figures.lost[r];
        const auto count = static_cast<double>(std::max<std::int64_t>(f.num_pixels, 1));
        const double detail = std::max(sums.photo_detail[r], 1e-9);
        f.geometry /= count;
        f.painted /= count;
        f.geometry_gradient /= count;
        f.painted_gradient /= count;
        f.geometry_detail /= detail;
        f.painted_detail /= detail;
    }
    figures.self_psnr_median = quantile_of(sums.self_psnr, 0.5);
    figures.self_psnr_p05 = quantile_of(sums.self_psnr, 0.05);
    figures.self_detail = sums.self_detail / std::max(sums.crop_detail, 1e-9);
    figures.ramp_change = sums.ramp_painted / std::max(sums.ramp_geometry, 1e-9);
    const auto num_deep = static_cast<double>(std::max<std::int64_t>(sums.num_ramp_deep, 1));
    figures.ramp_deep_geometry = sums.ramp_deep_geometry / num_deep;
    figures.ramp_deep_painted = sums.ramp_deep_painted / num_deep;
    figures.ramp_detail = sums.ramp_painted_detail / std::max(sums.ramp_geometry_detail, 1e-9);
    figures.repeat_difference = sums.repeat_difference;
    figures.background_change =
        sums.background / static_cast<double>(std::max<std::int64_t>(sums.num_background, 1));
    return figures;
}

}  // namespace

DecoderFigures measure_decoder(const std::string& model_dir,
                               const std::vector<std::string>& portraits,
                               const decode::BatchNetwork& network,
                               int num_pairs,
                               std::uint64_t seed,
                               const core::ProgressFn& progress,
                               const core::StopToken& stop) {
    face::FaceEncoder encoder(model_dir);
    Sums sums;
    int num_used = 0;
    for (std::size_t i = 0; i < portraits.size(); ++i) {
        stop.throw_if_stopped();
        try {
            Subject subject(encoder.head_model(),
                            encoder.encode(media::load_image(portraits[i]), portraits[i]),
                            network);
            core::Rng rng = core::Rng(seed).fork(i + 1);
            for (int k = 0; k < num_pairs; ++k) {
                measure_lost(encoder.head_model(), subject, network, rng, sums);
            }
            measure_unmoved(subject, sums);
            measure_jaw_ramp(subject, sums);
            measure_turn(subject, sums);
            ++num_used;
        } catch (const core::Error& error) {
            if (error.kind() != core::ErrorKind::Input) {
                throw;
            }
            core::log_warning(portraits[i] + ": " + error.what());
        }
        if (progress) {
            progress(static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(portraits.size()));
        }
    }
    if (num_used == 0) {
        throw core::Error(core::ErrorKind::Input, "no portrait could be used");
    }
    return figures_of(sums, num_used);
}

}  // namespace vasa::eval
