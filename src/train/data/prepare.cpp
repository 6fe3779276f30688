// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/prepare.h"

#include "data/face_check.h"
#include "data/prepare_input.h"
#include "data/prepare_plan.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/head/head_model.h"
#include "vasa/models/model_files.h"
#include "vasa/train/motion_dataset.h"

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;

void add_to_report(const ShardSummary& summary, bool is_held_out, PrepareReport& report) {
    ++report.num_shards;
    report.num_clips += summary.num_clips;
    report.num_held_out += is_held_out ? summary.num_clips : 0;
    report.num_frames += summary.num_frames;
    for (const auto& [reason, count] : summary.dropped) {
        report.dropped[reason] += count;
    }
}

void make_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!std::filesystem::is_directory(path)) {
        throw Error(ErrorKind::Output, "cannot make folder '" + path + "': " + error.message());
    }
}

/// Everything needed to make a shard.
class ShardMaker {
  public:
    ShardMaker(const PrepareOptions& options,
               const EncodeSpeechFn& encode_speech,
               const core::ProgressFn& progress,
               const core::StopToken& stop,
               std::int64_t num_items)
        : options_(options),
          encode_speech_(encode_speech),
          progress_(progress),
          stop_(stop),
          num_items_(num_items),
          detectors_(options.model_dir) {
        if (options.input == PrepareInput::Silent) {
            head_ = head::HeadModel::load(options.model_dir + "/" + models::kHeadModelFile);
        }
    }

    /// Makes the shard, or reuses the existing one.
    /// @return true if it existed
    bool make(const PlannedShard& planned, ShardSummary& summary) {
        if (const auto there = summarize_shard(planned.path);
            there && there->settings_hash == planned.settings_hash) {
            summary = *there;
            advance(static_cast<std::int64_t>(planned.items.size()));
            return true;
        }
        std::vector<PreparedItem> prepared(planned.items.size());
        core::parallel_for(static_cast<int>(planned.items.size()), [&](int i) {
            stop_.throw_if_stopped();
            const auto index = static_cast<std::size_t>(i);
            prepared[index] = prepare_item(planned.items[index],
                                           options_,
                                           encode_speech_,
                                           detectors_,
                                           head_ ? &*head_ : nullptr,
                                           stop_);
            advance(1);
        });
        stop_.throw_if_stopped();
        MotionShard shard;
        shard.source = options_.source;
        shard.is_held_out = planned.is_held_out;
        shard.settings_hash = planned.settings_hash;
        shard.speech_features = options_.speech_features;
        shard.speech_width = options_.speech_width();
        for (PreparedItem& item : prepared) {
            if (!item.dropped.empty()) {
                ++shard.dropped[item.dropped];
            }
            for (ShardClip& clip : item.clips) {
                ++summary.num_clips;
                summary.num_frames += clip.num_frames();
                shard.clips.push_back(std::move(clip));
            }
        }
        summary.dropped = shard.dropped;
        save_motion_shard(planned.path, shard);
        return false;
    }

  private:
    void advance(std::int64_t count) {
        const std::lock_guard<std::mutex> lock(mutex_);
        num_done_ += count;
        if (progress_) {
            progress_(num_done_, num_items_);
        }
    }

    const PrepareOptions& options_;
    const EncodeSpeechFn& encode_speech_;
    const core::ProgressFn& progress_;
    const core::StopToken& stop_;
    const std::int64_t num_items_;
    DetectorPool detectors_;
    std::optional<head::HeadModel> head_;  ///< for silent recordings
    std::mutex mutex_;
    std::int64_t num_done_ = 0;
};

}  // namespace

PrepareReport prepare_motion_data(const PrepareOptions& options,
                                  const EncodeSpeechFn& encode_speech,
                                  const core::ProgressFn& progress,
                                  const core::StopToken& stop) {
    options.check();
    const std::vector<PrepareItem> items = list_items(options);
    const std::vector<PlannedShard> planned = plan_shards(options, items);
    make_folder(options.out);
    PrepareReport report;
    report.num_inputs = static_cast<int>(items.size());
    ShardMaker maker(options, encode_speech, progress, stop, report.num_inputs);
    for (const PlannedShard& shard : planned) {
        ShardSummary summary;
        report.num_shards_reused += maker.make(shard, summary) ? 1 : 0;
        add_to_report(summary, shard.is_held_out, report);
        report.shards.push_back(shard.path);
    }
    remove_stale_shards(options, planned);
    return report;
}

}  // namespace vasa::train
