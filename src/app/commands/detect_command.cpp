// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "marks_finding.h"

#include "vasa/detect/clip_detector.h"
#include "vasa/models/model_files.h"
#include "vasa/render/render.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

struct DetectArguments {
    std::vector<std::string> paths;
    MarksArguments marks;
};

/// What the detector says of a clip.
struct Judgement {
    detect::ClipParts clip;
    double log_odds = 0;  ///< if there are parts
    detect::FeatureValues contributions{};

    bool is_examined() const { return !clip.parts.empty(); }
    double probability() const { return detect::probability_of(log_odds); }
    bool is_likely() const { return is_examined() && probability() >= detect::kLikely; }
    const char* state() const {
        return !is_examined()                        ? "not examined"
               : is_likely()                         ? "likely"
               : probability() > 1 - detect::kLikely ? "unclear"
                                                     : "none";
    }
};

/// Judges files one after another.
class Judge {
  public:
    explicit Judge(const std::string& model_dir)
        : detector_(detect::ClipDetector::load(model_dir + "/" + models::kClipDetectorFile)),
          follower_(model_dir) {}

    Judgement judge(const std::string& path, const core::StopToken& stop) {
        Judgement result;
        try {
            result.clip = detect::measure_clip(path, follower_, stop);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input) {
                throw;
            }
            // Marks may have been read all the same, and pictures have no video.
            result.clip.obstacle = error.what();
        }
        if (result.is_examined()) {
            result.log_odds = detector_.log_odds(result.clip.parts);
            result.contributions = detector_.contributions(result.clip.parts);
        }
        return result;
    }

  private:
    detect::ClipDetector detector_;
    detect::FaceFollower follower_;
};

json judgement_json(const Judgement& judgement) {
    json result = {{"state", judgement.state()}};
    if (!judgement.is_examined()) {
        result["obstacle"] = judgement.clip.obstacle;
        return result;
    }
    result["probability"] = judgement.probability();
    result["log_odds"] = judgement.log_odds;
    result["examined_s"] = judgement.clip.examined_s;
    result["parts"] = judgement.clip.parts.size();
    for (std::size_t i = 0; i < detect::kNumFeatures; ++i) {
        result["contributions"][detect::kFeatureNames[i]] = judgement.contributions[i];
    }
    return result;
}

std::string judgement_text(const Judgement& judgement) {
    if (!judgement.is_examined()) {
        return "; not examined for traces of rendering: " + printable(judgement.clip.obstacle);
    }
    char text[128];
    std::snprintf(text,
                  sizeof text,
                  "; traces of rendering: %s (probability %.2f, %.0f s examined)",
                  judgement.state(),
                  judgement.probability(),
                  judgement.clip.examined_s);
    return text;
}

/// The error that the findings amount to. Traces stand in for marks that are missing.
std::optional<Error> outcome(std::vector<MarksFinding> findings,
                             const std::vector<Judgement>& judgements) {
    const auto is_unmarked = [](const MarksFinding& finding) {
        return finding.report && finding.report->verdict == provenance::Verdict::Unmarked;
    };
    const bool is_single = findings.size() == 1;
    const std::string name = is_single ? "'" + findings.front().path + "'" : "";
    const std::size_t num_files = findings.size();
    std::size_t num_without = 0;
    std::vector<MarksFinding> others;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (is_unmarked(findings[i])) {
            num_without += judgements[i].is_likely() ? 0 : 1;
        } else {
            others.push_back(std::move(findings[i]));
        }
    }
    if (auto error = marks_outcome(others, num_files)) {
        return error;
    }
    if (num_without > 0) {
        return Error(ErrorKind::Unmarked,
                     (is_single ? name
                                : std::to_string(num_without) + " of " + std::to_string(num_files) +
                                      " files") +
                         ": neither marks nor clear traces of rendering");
    }
    return std::nullopt;
}

void run_detect(const DetectArguments& arguments, Context& context) {
    render::set_num_threads(context.threads);
    const provenance::MarksOptions options = marks_options(arguments.marks);
    Judge judge(context.model_dir);
    std::vector<MarksFinding> findings;
    std::vector<Judgement> judgements;
    json results = json::array();
    std::string text;
    const auto add = [&](MarksFinding finding) {
        json result = finding_json(finding);
        std::string line = finding.path + ": " + finding_text(finding);
        Judgement judgement;
        if (finding.report) {
            judgement = judge.judge(finding.path, context.stop);
            result["traces"] = judgement_json(judgement);
            line += judgement_text(judgement);
        }
        results.push_back(std::move(result));
        text += line + "\n";
        findings.push_back(std::move(finding));
        judgements.push_back(std::move(judgement));
    };
    find_marks(arguments.paths, options, context.stop, add);
    print_findings(std::move(results), text, outcome(std::move(findings), judgements), context);
}

}  // namespace

void add_detect_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand(
        "detect", "Checks marks, then whether frames look rendered by this program without them");
    const auto arguments = std::make_shared<DetectArguments>();
    command->add_option("files", arguments->paths, "Videos, folders of them")->required();
    add_marks_options(*command, arguments->marks);
    command->footer(
        "Exit codes: 0 marks found and intact, or likely rendered (probability of 0.9 and more),\n"
        "1 marks are contradictory or tampered with, 3 unreadable, 6 a manifest cannot be checked\n"
        "without the C2PA library, 8 neither marks nor clear traces. A probability is no proof, "
        "and\n"
        "without traces a clip need not be real: docs/detection.md.");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_detect(*arguments, context); };
    });
}

}  // namespace vasa::app
