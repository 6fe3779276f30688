// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/clip_scores.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace vasa::eval {

/// A score of a case over the case's clips, which differ only by their seed.
struct QualityValue {
    double value = 0;             ///< mean
    double spread = 0;            ///< standard deviation of the clips, 0 for a single one
    double tolerance = 0;         ///< of `value`; see set_tolerances()
    bool is_set_by_hand = false;  ///< whether the tolerance was set by hand
    int version = 1;              ///< ScoreField::version
    int num_clips = 0;            ///< clips that have the score
};

/// Options that a case was made with, and its scores.
struct QualityCase {
    std::map<std::string, std::string> options;  ///< by name, as text; compared literally
    std::map<std::string, QualityValue> values;  ///< by name of the score
};

/// Cases by name: a baseline or what is compared with it.
using QualityCases = std::map<std::string, QualityCase>;

/// Summarises the scores of a case's clips, with tolerances of ScoreField::least_change.
QualityCase summarize_case(std::map<std::string, std::string> options,
                           const std::vector<ClipScores>& clips);

/// Sets tolerances that runs of equal quality with other random numbers stay within: four standard
/// errors of the mean, and at least ScoreField::least_change. The spread is the case's own or the
/// score's usual one over all cases (three clips give a poor estimate), whichever is larger.
void set_tolerances(QualityCases& cases);

/// @throws Error(Input) naming the file and what is wrong with it.
QualityCases load_baseline(const std::string& path);

/// Text for load_baseline(): keys in alphabetical order, numbers rounded to four digits, so that a
/// new baseline can be reviewed as a line diff.
std::string baseline_text(const QualityCases& cases);

/// Copies tolerances that were set by hand from an older baseline.
void keep_tolerances_set_by_hand(const QualityCases& old, QualityCases& cases);

enum class Verdict {
    Same,           ///< within the tolerance
    Better,         ///< outside the tolerance, better
    Worse,          ///< outside the tolerance, worse
    Changed,        ///< outside the tolerance, for a score that is good near a range
    NotInBaseline,  ///< the baseline lacks the case or score
    NotScored,      ///< the case or score is missing, or fewer clips have it than in the baseline
    OtherVersion,   ///< other version of the formula: not comparable
    OtherOptions,   ///< the case is made with other options: not comparable
};
/// "same", "better", "worse", "changed", "not in baseline", "not scored", "other version",
/// "other options"
const char* verdict_name(Verdict verdict);
/// All but Same and Better fail.
bool is_failure(Verdict verdict);

/// One comparison. Unknown numbers are NaN: those of a side without the score, and all in rows of a
/// whole case (NotInBaseline, NotScored, OtherOptions), whose `score` is empty.
struct QualityRow {
    std::string test;   ///< name of the case
    std::string score;  ///< name of the score
    double value = 0, baseline = 0, tolerance = 0;
    Verdict verdict = Verdict::Same;
    std::string text;  ///< for failures: what is wrong, and what to do if it is not a regression
};

/// Rows for all scores of all cases on both sides, in the order of cases and score_fields().
std::vector<QualityRow> compare_quality(const QualityCases& baseline, const QualityCases& cases);

std::size_t count_failures(const std::vector<QualityRow>& rows);

/// Rows as JUnit XML: one suite per case, one test per score.
/// @param seconds  time spent on each case
std::string junit_text(const std::string& name,
                       const std::vector<QualityRow>& rows,
                       const std::map<std::string, double>& seconds);

}  // namespace vasa::eval
