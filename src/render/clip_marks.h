// SPDX-License-Identifier: Apache-2.0
// What a finished clip says about its origin, and how it gets there (docs/provenance.md).
#pragma once

#include "frame_sink.h"
#include "pipeline.h"

#include "vasa/marks/watermark.h"
#include "vasa/provenance/ai_label.h"
#include "vasa/provenance/signing_identity.h"
#include "vasa/render/render.h"

#include <memory>
#include <optional>
#include <string>

namespace vasa::render {

/// The key of RenderOptions::watermark_key; the public one if that is empty.
/// @throws Error(Input)
marks::WatermarkKey watermark_key_of(const std::string& path);

/// The identity that signs a clip of these options; null if it will not be signed: no marks were
/// asked for, or there is no C2PA library, which the log says once.
/// @throws Error(Input) as SigningIdentity; Error(Resource) if a certificate or a time stamp was
/// asked
///         for and there is no C2PA library
std::shared_ptr<const provenance::SigningIdentity> signing_identity(const RenderOptions& options);

/// The marks of one clip. The options and the result must outlive it.
class ClipMarks {
  public:
    /// Loads keys and checks them.
    /// @throws Error as signing_identity(), Error(Input) for the watermark's key
    ClipMarks(const RenderOptions& options, RenderResult& result);

    /// Decides what the marks say, once everything but the frames is known.
    /// @param num_threads  of the encoder
    void begin(int num_threads);

    /// Draws the marks that are in the pixels. Called by several threads.
    void draw(FrameItem& item) const;

    /// Adds tags, XMP and the signature to a video's options.
    void add_to(media::VideoOptions& video) const;
    /// Makes the manifest of a PNG sequence; empty if it is not signed.
    SidecarMaker sidecar_maker() const;

  private:
    const RenderOptions& options_;
    RenderResult& result_;
    int num_threads_ = 0;
    std::shared_ptr<const provenance::SigningIdentity> identity_;
    std::optional<provenance::AiLabel> label_;
    marks::WatermarkKey watermark_key_;
    std::optional<marks::WatermarkEmbedder> watermark_;
};

}  // namespace vasa::render
