// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/marks_report.h"

#include <string>

#include "support/catch.h"

using namespace vasa;
using provenance::ManifestState;
using provenance::MarksReport;
using provenance::Verdict;

namespace {

const std::string kJob(64, 'a'), kOtherJob(64, 'b');

/// A clip as this program makes it.
MarksReport own_clip() {
    MarksReport report;
    report.manifest.state = ManifestState::UnknownIssuer;
    report.manifest.generator = "vasa 1";
    report.manifest.issuer = "somebody";
    report.manifest.source_type = "trainedAlgorithmicMedia";
    report.manifest.job_sha256 = kJob;
    report.tags = {{"com.vasa.job", kJob},
                   {"com.iptc.digitalsourcetype", "http://x/trainedAlgorithmicMedia"}};
    report.xmp_source_type = "trainedAlgorithmicMedia";
    report.watermark.is_examined = report.watermark.is_found = true;
    report.watermark.job_prefix = kJob.substr(0, 10);
    return report;
}

Verdict verdict_of(MarksReport report) {
    judge(report);
    CHECK_FALSE(report.summary.empty());
    return report.verdict;
}

}  // namespace

TEST_CASE("marks that agree are marks, those that are lost leave the others") {
    MarksReport report = own_clip();
    CHECK(verdict_of(report) == Verdict::Marked);
    report.manifest.state = ManifestState::Valid;
    CHECK(verdict_of(report) == Verdict::Marked);
    report.manifest = {};
    CHECK(verdict_of(report) == Verdict::Marked);  // tags and watermark
    report.tags.clear();
    report.xmp_source_type.clear();
    CHECK(verdict_of(report) == Verdict::Marked);  // watermark
    report.watermark.is_found = false;
    CHECK(verdict_of(report) == Verdict::Unmarked);
}

TEST_CASE("marks that contradict each other are told, whatever else is intact") {
    const auto changed = [](auto change) {
        MarksReport report = own_clip();
        change(report);
        return verdict_of(report);
    };
    CHECK(changed([](MarksReport& r) { r.manifest.state = ManifestState::Tampered; }) ==
          Verdict::Contradictory);
    CHECK(changed([](MarksReport& r) { r.tags["com.vasa.job"] = kOtherJob; }) ==
          Verdict::Contradictory);
    CHECK(changed([](MarksReport& r) { r.watermark.job_prefix = "bbbbbbbbbb"; }) ==
          Verdict::Contradictory);
    CHECK(changed([](MarksReport& r) { r.manifest.source_type = "digitalCapture"; }) ==
          Verdict::Contradictory);
    // A camera's manifest over pixels of this program.
    CHECK(changed([](MarksReport& r) {
              r.tags.clear();
              r.xmp_source_type.clear();
              r.manifest.job_sha256.clear();
              r.manifest.source_type = "digitalCapture";
          }) == Verdict::Contradictory);
    // Tags and watermark of a re-muxed clip.
    CHECK(changed([](MarksReport& r) {
              r.manifest = {};
              r.tags["com.vasa.job"] = kOtherJob;
          }) == Verdict::Contradictory);
    CHECK(changed([](MarksReport& r) {
              r.manifest = {};
              r.xmp_source_type = "digitalCapture";
          }) == Verdict::Contradictory);
    CHECK(changed([](MarksReport& r) {
              r.manifest = {};
              r.tags = {{"com.iptc.digitalsourcetype", "http://x/digitalCapture"}};
              r.xmp_source_type.clear();
          }) == Verdict::Contradictory);
    // The same without a watermark is a camera's picture.
    CHECK(changed([](MarksReport& r) {
              r.tags.clear();
              r.xmp_source_type.clear();
              r.watermark.is_found = false;
              r.manifest.job_sha256.clear();
              r.manifest.source_type = "digitalCapture";
          }) == Verdict::Marked);
}

TEST_CASE("a manifest that nothing can check is neither intact nor missing") {
    MarksReport report = own_clip();
    report.manifest = {};
    report.manifest.state = ManifestState::Unchecked;
    CHECK(verdict_of(report) == Verdict::Unchecked);
}

TEST_CASE("a watermark of the public key counts beside an owner's") {
    MarksReport report;
    report.watermark.is_examined = true;
    report.public_watermark = report.watermark;
    CHECK(verdict_of(report) == Verdict::Unmarked);
    report.public_watermark->is_found = true;
    report.public_watermark->job_prefix = kJob.substr(0, 10);
    CHECK(verdict_of(report) == Verdict::Marked);
    report.tags["com.vasa.job"] = kOtherJob;
    CHECK(verdict_of(report) == Verdict::Contradictory);
    report.tags = {{"com.iptc.digitalsourcetype", "http://x/digitalCapture"}};
    CHECK(verdict_of(report) == Verdict::Contradictory);
    report.tags.clear();
    report.watermark.is_found = true;
    report.watermark.job_prefix = kOtherJob.substr(0, 10);
    CHECK(verdict_of(report) == Verdict::Contradictory);
}

TEST_CASE("the summary says what is wrong, once") {
    MarksReport report = own_clip();
    report.tags["com.vasa.job"] = kOtherJob;
    judge(report);
    CHECK_THAT(report.summary, Catch::StartsWith("the tag names another job"));
    report = own_clip();
    report.manifest.state = ManifestState::Tampered;
    report.manifest.problem = "a hash differs";
    judge(report);
    CHECK(report.summary == "tampered: a hash differs");
    report.is_cut_short = true;
    judge(report);
    CHECK(report.summary == "the end of the file is missing: a hash differs");
}
