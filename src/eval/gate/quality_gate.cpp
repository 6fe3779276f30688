// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/quality_gate.h"

#include "gate/quality_numbers.h"
#include "statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace vasa::eval {
namespace {

constexpr const char* kUpdateHint = "; if this is meant, update the baseline";

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string difference_of(const std::map<std::string, std::string>& baseline,
                          const std::map<std::string, std::string>& now) {
    std::set<std::string> names;
    for (const auto* options : {&baseline, &now}) {
        for (const auto& [name, value] : *options) {
            names.insert(name);
        }
    }
    const auto text_of = [](const auto& options, const std::string& name) {
        const auto it = options.find(name);
        return it == options.end() ? std::string("not given") : "'" + it->second + "'";
    };
    std::string text;
    for (const std::string& name : names) {
        const std::string before = text_of(baseline, name), after = text_of(now, name);
        if (before != after) {
            text +=
                (text.empty() ? "" : ", ") + name + " is " + after + ", in the baseline " + before;
        }
    }
    return text;
}

Verdict judge(const ScoreField& field, double change, double tolerance) {
    // A small margin for rounding errors in sums.
    if (std::fabs(change) <= tolerance * (1 + 1e-9) + 1e-12) {
        return Verdict::Same;
    }
    if (field.better == Better::Near) {
        return Verdict::Changed;
    }
    return (change > 0) == (field.better == Better::High) ? Verdict::Better : Verdict::Worse;
}

class Comparison {
  public:
    void add_case(const std::string& name, const QualityCase* baseline, const QualityCase* now) {
        test_ = name;
        if (baseline == nullptr) {
            add({}, Verdict::NotInBaseline, "the baseline does not have this case; update it");
        } else if (now == nullptr) {
            add({},
                Verdict::NotScored,
                std::string("a case of the baseline that was not run") + kUpdateHint);
        } else if (baseline->options != now->options) {
            add({},
                Verdict::OtherOptions,
                "made in another way: " + difference_of(baseline->options, now->options) +
                    "; update the baseline");
        } else {
            add_scores(*baseline, *now);
        }
    }
    std::vector<QualityRow> take() { return std::move(rows_); }

  private:
    QualityRow& add(const std::string& score, Verdict verdict, const std::string& text) {
        rows_.push_back({test_, score, kNoValue, kNoValue, kNoValue, verdict, text});
        return rows_.back();
    }

    void add_scores(const QualityCase& baseline, const QualityCase& now) {
        std::set<std::string> known;
        for (const ScoreField& field : score_fields()) {
            known.insert(field.name);
            const auto before = baseline.values.find(field.name);
            const auto after = now.values.find(field.name);
            add_score(field,
                      before == baseline.values.end() ? nullptr : &before->second,
                      after == now.values.end() ? nullptr : &after->second);
        }
        for (const auto& [score, value] : baseline.values) {
            if (known.count(score) == 0) {
                add(score, Verdict::NotScored, "unknown score; update the baseline").baseline =
                    value.value;
            }
        }
    }

    void add_score(const ScoreField& field, const QualityValue* before, const QualityValue* after) {
        if (before == nullptr && after == nullptr) {
            return;
        }
        QualityRow& row = add(field.name, Verdict::Same, "");
        if (after != nullptr) {
            row.value = rounded(after->value);
        }
        if (before != nullptr) {
            row.baseline = rounded(before->value);
            row.tolerance = before->tolerance;
        }
        if (before == nullptr) {
            row.verdict = Verdict::NotInBaseline;
            row.text = "the baseline does not have this score; update it";
        } else if (after == nullptr || after->num_clips < before->num_clips) {
            row.verdict = Verdict::NotScored;
            row.text = std::to_string(after == nullptr ? 0 : after->num_clips) +
                       " clips have this score, in the baseline " +
                       std::to_string(before->num_clips) + kUpdateHint;
        } else if (before->version != after->version) {
            row.verdict = Verdict::OtherVersion;
            row.text = "version " + std::to_string(after->version) + " of the formula, the " +
                       "baseline has " + std::to_string(before->version) +
                       ": not comparable; update the baseline";
        } else {
            row.verdict = judge(field, row.value - row.baseline, row.tolerance);
            if (is_failure(row.verdict)) {
                row.text = number(row.value) + ", in the baseline " + number(row.baseline) +
                           " with a tolerance of " + number(row.tolerance) + " (" + field.text +
                           ")" + kUpdateHint;
            }
        }
    }

    std::string test_;
    std::vector<QualityRow> rows_;
};

}  // namespace

const char* verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::Same:
            return "same";
        case Verdict::Better:
            return "better";
        case Verdict::Worse:
            return "worse";
        case Verdict::Changed:
            return "changed";
        case Verdict::NotInBaseline:
            return "not in baseline";
        case Verdict::NotScored:
            return "not scored";
        case Verdict::OtherVersion:
            return "other version";
        case Verdict::OtherOptions:
            break;
    }
    return "other options";
}

bool is_failure(Verdict verdict) {
    return verdict != Verdict::Same && verdict != Verdict::Better;
}

std::vector<QualityRow> compare_quality(const QualityCases& baseline, const QualityCases& cases) {
    std::set<std::string> names;
    for (const QualityCases* side : {&baseline, &cases}) {
        for (const auto& [name, one] : *side) {
            names.insert(name);
        }
    }
    Comparison comparison;
    for (const std::string& name : names) {
        const auto before = baseline.find(name), now = cases.find(name);
        comparison.add_case(name,
                            before == baseline.end() ? nullptr : &before->second,
                            now == cases.end() ? nullptr : &now->second);
    }
    return comparison.take();
}

std::size_t count_failures(const std::vector<QualityRow>& rows) {
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [](const QualityRow& row) { return is_failure(row.verdict); }));
}

}  // namespace vasa::eval
