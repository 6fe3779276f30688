// SPDX-License-Identifier: Apache-2.0
#include "quality_run.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/eval/quality_gate.h"
#include "vasa/render/session.h"
#include "vasa/report/quality_suite.h"
#include "vasa/report/quality_table.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;
using eval::QualityRow;

/// A folder for clips: the requested one, or a temporary one that the destructor removes.
class ClipFolder {
  public:
    explicit ClipFolder(const std::string& wanted) : path_(wanted), is_kept_(!wanted.empty()) {
        std::error_code error;
        if (is_kept_) {
            fs::create_directories(path_, error);
        } else {
            std::string pattern = (fs::temp_directory_path(error) / "vasa-quality-XXXXXX").string();
            if (!error && ::mkdtemp(pattern.data()) == nullptr) {
                error = std::error_code(errno, std::generic_category());
            }
            path_ = pattern;
        }
        if (error) {
            throw Error(ErrorKind::Output, "cannot make a folder for clips: " + error.message());
        }
    }
    ~ClipFolder() {
        if (!is_kept_) {
            remove(path_.string());
        }
    }
    ClipFolder(const ClipFolder&) = delete;
    ClipFolder& operator=(const ClipFolder&) = delete;

    /// Path of a clip; creates a folder for its frames.
    std::string place(const report::SuiteCase& one, std::uint64_t seed) const {
        const fs::path stem = path_ / (one.name + "_" + std::to_string(seed));
        if (!one.is_frames) {
            return stem.string() + ".mp4";
        }
        std::error_code error;
        fs::create_directory(stem, error);
        if (error) {
            throw Error(ErrorKind::Output,
                        "cannot make folder '" + stem.string() + "': " + error.message());
        }
        return stem.string();
    }
    /// Removes a finished clip unless clips are kept.
    void finish(const std::string& clip) const {
        if (!is_kept_) {
            remove(clip);
        }
    }

  private:
    static void remove(const std::string& path) {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }

    fs::path path_;
    bool is_kept_;
};

/// Results of rendering and scoring a suite.
struct QualityRun {
    eval::QualityCases cases;
    std::map<std::string, double> seconds;  ///< by case
};

class Runner {
  public:
    Runner(const QualityArguments& arguments, bool overwrite, int num_clips, Context& context)
        : folder_(arguments.clips),
          overwrite_(overwrite),
          num_clips_(num_clips),
          context_(context),
          session_(std::make_shared<render::RenderCache>(context.model_dir)) {}

    void run_case(const report::SuiteCase& one, QualityRun& run) {
        const auto start = std::chrono::steady_clock::now();
        std::vector<eval::ClipScores> clips;
        for (const std::uint64_t seed : one.seeds) {
            clips.push_back(score(one, seed));
            num_done_ += 1;
        }
        run.cases[one.name] = eval::summarize_case(one.made_from, clips);
        for (const std::string& score : one.ignored) {
            run.cases[one.name].values.erase(score);
        }
        run.seconds[one.name] =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        core::log_info(one.name + ": " + std::to_string(clips.size()) + " clips in " +
                       format_duration(run.seconds[one.name]));
    }

  private:
    /// Progress of one half of a clip's work: rendering, then scoring.
    core::ProgressFn progress(double from) {
        return [this, from](std::int64_t done, std::int64_t total) {
            const double part =
                static_cast<double>(done) / static_cast<double>(std::max<std::int64_t>(total, 1));
            context_.terminal.progress_of(
                num_done_ + from + 0.5 * std::min(part, 1.0), num_clips_, "clips");
        };
    }

    eval::ClipScores score(const report::SuiteCase& one, std::uint64_t seed) {
        const std::string clip = folder_.place(one, seed);
        render::RenderOptions options = one.options;
        options.drive.seed = seed;
        options.out = one.is_frames ? clip + "/%05d.png" : clip;
        options.force = overwrite_;
        options.threads = context_.threads;
        eval::ClipInput input = one.score;
        (one.is_frames ? input.frames_dir : input.clip) = clip;
        try {
            session_.render(options, progress(0.0), context_.stop);
            eval::ClipScores scores = eval::score_clip(input, progress(0.5), context_.stop);
            scores.samples.clear();
            folder_.finish(clip);
            return scores;
        } catch (const Error& error) {
            throw Error(
                error.kind(),
                "case '" + one.name + "', seed " + std::to_string(seed) + ": " + error.what(),
                error.hint());
        }
    }

    ClipFolder folder_;
    bool overwrite_;
    double num_done_ = 0;
    int num_clips_;
    Context& context_;
    render::Session session_;
};

QualityRun run_suite(const std::vector<report::SuiteCase>& suite,
                     const QualityArguments& arguments,
                     bool overwrite,
                     Context& context) {
    std::size_t num_clips = 0;
    for (const report::SuiteCase& one : suite) {
        num_clips += one.seeds.size();
    }
    Runner runner(arguments, overwrite, static_cast<int>(num_clips), context);
    QualityRun run;
    for (const report::SuiteCase& one : suite) {
        runner.run_case(one, run);
    }
    return run;
}

void update_baseline(const QualityArguments& arguments,
                     const eval::QualityCases& old,
                     QualityRun run,
                     Context& context) {
    eval::set_tolerances(run.cases);
    eval::keep_tolerances_set_by_hand(old, run.cases);
    core::write_file_atomic(arguments.baseline, eval::baseline_text(run.cases), true);
    context.print_result(
        {{"baseline", arguments.baseline}, {"cases", run.cases.size()}},
        arguments.baseline + ": " + std::to_string(run.cases.size()) + " cases written\n");
}

}  // namespace

void QualityArguments::check() const {
    if (suite.empty() || baseline.empty()) {
        throw Error(ErrorKind::Usage, "--suite and --baseline go together");
    }
    if (is_update && !junit.empty()) {
        throw Error(ErrorKind::Usage, "--junit cannot be used with --update-baseline");
    }
}

void run_quality(const QualityArguments& arguments, bool overwrite, Context& context) {
    arguments.check();
    const std::vector<report::SuiteCase> suite =
        report::load_suite(arguments.suite, arguments.inputs, context.model_dir);
    // Report unreadable inputs and unwritable outputs before minutes of work.
    std::error_code ignored;
    eval::QualityCases baseline;
    if (!arguments.is_update || fs::exists(arguments.baseline, ignored)) {
        baseline = eval::load_baseline(arguments.baseline);
    }
    if (arguments.is_update) {
        const core::AtomicFile probe(arguments.baseline, true);
    }
    if (!arguments.junit.empty()) {
        const core::AtomicFile probe(arguments.junit, overwrite);
    }
    QualityRun run = run_suite(suite, arguments, overwrite, context);
    if (arguments.is_update) {
        update_baseline(arguments, baseline, std::move(run), context);
        return;
    }
    const std::vector<QualityRow> rows = eval::compare_quality(baseline, run.cases);
    if (!arguments.junit.empty()) {
        core::write_file_atomic(
            arguments.junit, eval::junit_text("vasa quality", rows, run.seconds), overwrite);
    }
    const std::size_t num_failed = eval::count_failures(rows);
    const std::string summary =
        std::to_string(num_failed) + " of " + std::to_string(rows.size()) + " scores failed";
    context.print_result({{"suite", arguments.suite},
                          {"baseline", arguments.baseline},
                          {"failed", num_failed},
                          {"rows", report::quality_rows_json(rows)},
                          {"seconds", run.seconds}},
                         report::quality_table(rows) + summary + "\n");
    if (num_failed > 0) {
        throw Error(ErrorKind::Quality,
                    "quality regressed: " + summary,
                    "if this is intended, run again with --update-baseline and review the "
                    "difference");
    }
}

}  // namespace vasa::app
