// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/clip_scores.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace vasa::eval {

/// A score of a case over the case's clips, which differ by their seed only.
struct QualityValue {
    double value = 0;             ///< mean
    double spread = 0;            ///< standard deviation of the clips, 0 of a single one
    double tolerance = 0;         ///< of `value`; see set_tolerances()
    bool is_set_by_hand = false;  ///< the tolerance
    int version = 1;              ///< ScoreField::version
    int num_clips = 0;            ///< that have the score
};

/// What a case was made from and what it scored.
struct QualityCase {
    std::map<std::string, std::string> options;  ///< by name, as text; compared word for word
    std::map<std::string, QualityValue> values;  ///< by name of the score
};

/// Cases by name: a baseline, or what is held against one.
using QualityCases = std::map<std::string, QualityCase>;

/// The scores of a case's clips, tolerances at ScoreField::least_change.
QualityCase summarize_case(std::map<std::string, std::string> options,
                           const std::vector<ClipScores>& clips);

/// Tolerances that other random numbers of the same quality stay within: four standard errors of
/// the mean, by the case's own spread or the usual one of the score over all cases (three clips
/// tell little of theirs), whichever is larger, and at least ScoreField::least_change.
void set_tolerances(QualityCases& cases);

/// @throws Error(Input) naming the file and what is wrong with it.
QualityCases load_baseline(const std::string& path);

/// As load_baseline() reads it: keys in alphabetical order, numbers rounded to four digits, so that
/// a new baseline can be reviewed as a difference of lines.
std::string baseline_text(const QualityCases& cases);

/// Takes tolerances that were set by hand over from an older baseline.
void keep_tolerances_set_by_hand(const QualityCases& old, QualityCases& cases);

enum class Verdict {
    Same,           ///< within the tolerance
    Better,         ///< beyond it, for the better
    Worse,          ///< beyond it, for the worse
    Changed,        ///< beyond it, of a score that is good near a range
    NotInBaseline,  ///< case or score
    NotScored,      ///< case or score of the baseline, or fewer clips than there have it
    OtherVersion,   ///< of the formula: cannot be compared
    OtherOptions,   ///< the case is made in another way: cannot be compared
};
/// "same", "better", "worse", "changed", "not in baseline", "not scored", "other version",
/// "other options"
const char* verdict_name(Verdict verdict);
/// All but Same and Better fail.
bool is_failure(Verdict verdict);

/// One comparison. Numbers that are not known are NaN: those of a side without the score, and all
/// of a whole case (NotInBaseline, NotScored, OtherOptions), whose `score` is empty.
struct QualityRow {
    std::string test;   ///< name of the case
    std::string score;  ///< name of the score
    double value = 0, baseline = 0, tolerance = 0;
    Verdict verdict = Verdict::Same;
    std::string text;  ///< of failures: what is wrong, and what to do where it is no regression
};

/// Rows of all scores of all cases of both, in the order of cases and score_fields().
std::vector<QualityRow> compare_quality(const QualityCases& baseline, const QualityCases& cases);

std::size_t count_failures(const std::vector<QualityRow>& rows);

/// Rows as JUnit XML: a suite a case, a test a score.
/// @param seconds  spent on each case
std::string junit_text(const std::string& name,
                       const std::vector<QualityRow>& rows,
                       const std::map<std::string, double>& seconds);

}  // namespace vasa::eval
