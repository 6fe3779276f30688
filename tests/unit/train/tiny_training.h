// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/models/model_files.h"
#include "vasa/pairs/decoder_pairs.h"
#include "vasa/tensor/device.h"
#include "vasa/train/motion_dataset.h"
#include "vasa/train/training_options.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/catch.h"

namespace vasa::train::tiny {

/// A folder for one training on one thread: more threads slow down such small networks.
struct Training {
    TestFolder folder;
    tensor::SingleTorchThread one_thread;
};

/// Grey patches with a dark hole in the middle; its true colour is white.
inline std::vector<pairs::DecoderPatch> holes(std::uint64_t seed) {
    constexpr int kSide = pairs::kStoredPatch_px;
    core::Rng rng(seed);
    std::vector<pairs::DecoderPatch> patches;
    for (const pairs::PatchKind kind :
         {pairs::PatchKind::Mouth, pairs::PatchKind::Eye, pairs::PatchKind::Skin}) {
        pairs::DecoderPatch patch;
        patch.kind = kind;
        for (int i = 0; i < kSide * kSide; ++i) {
            const int x = i % kSide, y = i / kSide;
            const bool is_hole = x > 50 && x < 100 && y > 50 && y < 100;
            const auto grey = static_cast<std::uint8_t>(100 + rng.below(20));
            decode::PixelRecord record;
            record.rgb = {grey, grey, grey};
            record.visibility = is_hole ? 0 : 255;
            record.part = is_hole ? 5 : 1;
            patch.records.push_back(record);
            patch.target.push_back(is_hole ? std::array<std::uint8_t, 3>{230, 230, 230}
                                           : record.rgb);
        }
        patches.push_back(std::move(patch));
    }
    return patches;
}

/// Clips whose jaw follows the first speech feature.
inline MotionShard spoken_shard(bool is_held_out, std::uint64_t seed) {
    constexpr int kFrames = 60;
    MotionShard shard;
    shard.source = "natural";
    shard.is_held_out = is_held_out;
    core::Rng rng(seed);
    for (int c = 0; c < 3; ++c) {
        ShardClip clip;
        clip.name = "clip" + std::to_string(c);
        clip.motion.assign(kFrames * kShardMotionWidth, 0.0F);
        clip.controls.assign(kFrames * kShardControlWidth, 0.0F);
        std::vector<float> speech(kFrames * kShardSpeechWidth, 0.0F);
        const double phase = rng.uniform(0.0, 6.0);
        for (int i = 0; i < kFrames; ++i) {
            const auto wave = static_cast<float>(std::sin(0.7 * i + phase));
            speech[static_cast<std::size_t>(i) * kShardSpeechWidth] = 3.0F * wave;
            clip.motion[static_cast<std::size_t>(i) * kShardMotionWidth + 6 +
                        static_cast<std::size_t>(head::Action::JawOpen)] = 0.3F + 0.2F * wave;
            clip.controls[static_cast<std::size_t>(i) * kShardControlWidth + 2] = 1.0F;
        }
        clip.speech = std::make_shared<const std::vector<float>>(std::move(speech));
        shard.clips.push_back(std::move(clip));
    }
    return shard;
}

/// Writes training and held-out shards into a folder.
inline void save_shards(const TestFolder& folder) {
    save_motion_shard(folder / "train_0.safetensors", spoken_shard(false, 1));
    save_motion_shard(folder / "held_out_0.safetensors", spoken_shard(true, 2));
}

inline std::string bytes_of(const std::string& path) {
    const auto bytes = core::read_file(path, 1 << 26);
    return {bytes.begin(), bytes.end()};
}

/// Whether two files have the same bytes. A failed CHECK of the bytes would print them.
inline bool is_same_file(const std::string& a, const std::string& b) {
    return bytes_of(a) == bytes_of(b);
}

/// Gives a run its own files.
template <class Options>
Options named_run(Options options, const TestFolder& folder, const std::string& run) {
    options.out = folder / (run + ".safetensors");
    options.checkpoint = folder / (run + ".checkpoint");
    options.curves = folder / (run + ".csv");
    return options;
}

/// Options of a run on tiny shards.
template <class Options>
Options shard_options(const TestFolder& folder) {
    save_shards(folder);
    Options options;
    options.shards = folder / "";
    options.head_model = std::string(VASA_SOURCE_DIR) + "/models/" + models::kHeadModelFile;
    return named_run(options, folder, "run");
}

/// Trains for a number of steps and stops there as a signal would.
template <class Options, class Train>
void stop_after(Options options, int num_steps, const Train& train) {
    core::StopToken stop;
    options.stop = stop;
    options.progress = [&](int step, int) {
        if (step == num_steps) {
            stop.request_stop(2);
        }
    };
    CHECK_THROWS_AS(train(options), core::Error);
}

/// Six steps give the same bytes as three, a stop and three more: weights, curves and checkpoint.
template <class Options, class Train>
void check_exact_resume(Options options, const TestFolder& folder, const Train& train) {
    options.num_steps = 6;
    options.validate_every = 2;  // a stop between validations: sums of losses must survive
    const Options whole = named_run(options, folder, "whole");
    train(whole);
    const Options parts = named_run(options, folder, "parts");
    stop_after(parts, 3, train);
    CHECK_FALSE(is_same_file(whole.checkpoint, parts.checkpoint));
    train(parts);
    CHECK(is_same_file(whole.out, parts.out));
    CHECK(is_same_file(whole.curves, parts.curves));
    CHECK(is_same_file(whole.checkpoint, parts.checkpoint));
}

/// A training from weights of `out` itself gives the same bytes as one from a copy, also after a
/// stop, which replaces the file.
template <class Options, class Train>
void check_init_may_be_out(Options options, const TestFolder& folder, const Train& train) {
    const Options first = named_run(options, folder, "first");
    Options once = first;
    once.num_steps = 1;
    train(once);
    options.num_steps = 6;
    options.validate_every = 2;
    options.init = first.out;
    const Options apart = named_run(options, folder, "apart");
    train(apart);
    Options same = named_run(options, folder, "same");
    same.out = first.out;
    stop_after(same, 3, train);
    CHECK_FALSE(is_same_file(same.out, apart.out));
    train(same);
    CHECK(is_same_file(same.out, apart.out));
    CHECK(is_same_file(same.checkpoint, apart.checkpoint));
}

}  // namespace vasa::train::tiny
