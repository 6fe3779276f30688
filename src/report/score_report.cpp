// SPDX-License-Identifier: Apache-2.0
#include "vasa/report/score_report.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/markup.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <vector>

#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

namespace vasa::report {
namespace {

using Curve = std::vector<double>;

struct NamedCurve {
    const char* name;
    std::array<int, 3> rgb;
    Curve values;
};

struct Panel {
    const char* title;
    std::vector<NamedCurve> curves;
};

/// Loudness, scaled to the peak of the mouth opening.
Curve scaled_like(const Curve& loudness, const Curve& like) {
    const auto largest = [](const Curve& c) {
        return c.empty() ? 0.0 : *std::max_element(c.begin(), c.end());
    };
    const double scale = largest(like) / std::max(largest(loudness), 1e-9);
    Curve out(loudness);
    for (double& v : out) {
        v *= scale;
    }
    return out;
}

std::vector<Panel> panels_of(const eval::ClipCurves& c) {
    std::vector<Panel> panels = {
        {"mouth opening / distance of the eyes", {{"mouth", {200, 60, 50}, c.mouth_opening}}},
        {"head, degrees",
         {{"yaw", {40, 90, 200}, c.yaw_deg},
          {"pitch", {40, 150, 70}, c.pitch_deg},
          {"roll", {200, 130, 30}, c.roll_deg}}},
        {"lid gap / eye width: blinks are dips", {{"eyes", {120, 60, 160}, c.eye_opening}}}};
    if (!c.loudness.empty()) {
        panels[0].curves.insert(
            panels[0].curves.begin(),
            {"loudness, scaled", {170, 170, 170}, scaled_like(c.loudness, c.mouth_opening)});
    }
    return panels;
}

struct Range {
    double low = 0, high = 1;
};

Range range_of(const Panel& panel) {
    Range range{1e9, -1e9};
    for (const NamedCurve& curve : panel.curves) {
        for (const double v : curve.values) {
            range.low = std::min(range.low, v);
            range.high = std::max(range.high, v);
        }
    }
    if (!(range.high > range.low)) {
        range.high = range.low + 1;
    }
    return range;
}

/// A curve's line in a panel: x and y from 0 to 1, y upwards.
std::vector<std::array<double, 2>> line_of(const Curve& values, const Range& range) {
    std::vector<std::array<double, 2>> line;
    const double last = std::max(1.0, static_cast<double>(values.size()) - 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
        line.push_back(
            {static_cast<double>(i) / last, (values[i] - range.low) / (range.high - range.low)});
    }
    return line;
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, std::fabs(value) < 1 && value != 0 ? "%.3f" : "%.2f", value);
    return text;
}

void write(cv::Mat& canvas, const std::string& text, int x, int y, const cv::Scalar& colour) {
    cv::putText(canvas, text, {x, y}, cv::FONT_HERSHEY_SIMPLEX, 0.42, colour, 1, cv::LINE_AA);
}

void draw_panel(cv::Mat& canvas, const Panel& panel, const cv::Rect& area) {
    const cv::Scalar grey(225, 225, 225), black(30, 30, 30);
    const Range range = range_of(panel);
    cv::rectangle(canvas, area, grey, 1);
    write(canvas, panel.title, area.x, area.y - 8, black);
    write(canvas, number(range.high), area.x - 52, area.y + 8, black);
    write(canvas, number(range.low), area.x - 52, area.y + area.height, black);
    int name_x = area.x + area.width / 2;
    for (const NamedCurve& curve : panel.curves) {
        const cv::Scalar colour(curve.rgb[0], curve.rgb[1], curve.rgb[2]);
        write(canvas, curve.name, name_x, area.y - 8, colour);
        name_x += 20 + 8 * static_cast<int>(std::string(curve.name).size());
        std::vector<cv::Point> line;
        for (const auto& [x, y] : line_of(curve.values, range)) {
            line.emplace_back(area.x + static_cast<int>(x * area.width),
                              area.y + area.height - static_cast<int>(y * area.height));
        }
        cv::polylines(canvas, line, false, colour, 1, cv::LINE_AA);
    }
}

std::string panel_svg(const Panel& panel) {
    constexpr double kWidth = 900, kHeight = 140;
    const Range range = range_of(panel);
    char text[160];
    std::string svg = "<h3>" + core::escape_markup(panel.title) + "</h3>\n<p class=\"legend\">" +
                      number(range.low) + " to " + number(range.high);
    for (const NamedCurve& curve : panel.curves) {
        std::snprintf(text,
                      sizeof text,
                      " <span style=\"color:rgb(%d,%d,%d)\">%s</span>",
                      curve.rgb[0],
                      curve.rgb[1],
                      curve.rgb[2],
                      curve.name);
        svg += text;
    }
    std::snprintf(text,
                  sizeof text,
                  "</p>\n<svg viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\">\n",
                  kWidth,
                  kHeight);
    svg += text;
    for (const NamedCurve& curve : panel.curves) {
        std::snprintf(text,
                      sizeof text,
                      "<polyline fill=\"none\" stroke=\"rgb(%d,%d,%d)\" stroke-width=\"1.5\" "
                      "points=\"",
                      curve.rgb[0],
                      curve.rgb[1],
                      curve.rgb[2]);
        svg += text;
        for (const auto& [x, y] : line_of(curve.values, range)) {
            std::snprintf(text, sizeof text, "%.1f,%.1f ", x * kWidth, kHeight * (1 - y));
            svg += text;
        }
        svg += "\"/>\n";
    }
    return svg + "</svg>\n";
}

/// VASA-1's value of a score, empty if unknown.
std::string vasa1_text(const eval::Score& score) {
    return std::isnan(score.field->vasa1) ? "" : number(score.field->vasa1);
}

std::string facts(const eval::ClipScores& scores) {
    return std::to_string(scores.num_frames) + " frames at " + core::to_string(scores.fps) +
           " fps, " + std::to_string(scores.num_lost) + " without a face";
}

}  // namespace

nlohmann::json scores_as_json(const std::string& name, const eval::ClipScores& scores) {
    nlohmann::json result = {{"clip", name},
                             {"frames", scores.num_frames},
                             {"frames_without_face", scores.num_lost},
                             {"fps", core::to_string(scores.fps)},
                             {"frame_hash", scores.frame_hash}};
    for (const eval::Score& score : scores.scores) {
        result["scores"][score.field->name] = {{"value", score.value},
                                               {"version", score.field->version}};
    }
    for (const eval::MissingScores& missing : scores.missing) {
        for (const std::string& score : missing.names) {
            result["missing"][score] = missing.cause;
        }
    }
    return result;
}

std::string score_table(const eval::ClipScores& scores) {
    std::string text = facts(scores) + "\n";
    char line[160];
    std::snprintf(line, sizeof line, "%-24s %10s %8s  %s\n", "", "value", "VASA-1", "what it is");
    text += line;
    for (const eval::Score& score : scores.scores) {
        std::snprintf(line,
                      sizeof line,
                      "%-24s %10s %8s  %s\n",
                      score.field->name,
                      number(score.value).c_str(),
                      vasa1_text(score).c_str(),
                      score.field->text);
        text += line;
    }
    for (const eval::MissingScores& missing : scores.missing) {
        text += "without";
        for (const std::string& score : missing.names) {
            text += " " + score;
        }
        text += ": " + missing.cause + "\n";
    }
    return text + "frames sha256 " + scores.frame_hash + "\n";
}

core::ImageU8 score_plot(const std::string& name, const eval::ClipScores& scores) {
    constexpr int kWidth = 1000, kPanel = 150, kGap = 44, kLeft = 70, kRow = 20;
    const std::vector<Panel> panels = panels_of(scores.curves);
    const auto num_panels = static_cast<int>(panels.size());
    const int num_rows = (static_cast<int>(scores.scores.size()) + 1) / 2;
    const int table_top = 50 + num_panels * (kPanel + kGap);
    core::ImageU8 image(kWidth, table_top + kRow * (num_rows + 1), 3, 255);
    cv::Mat canvas(image.height, image.width, CV_8UC3, image.data.data());
    const cv::Scalar black(30, 30, 30);
    const double duration_s =
        static_cast<double>(scores.curves.mouth_opening.size()) / eval::kMetricRate_hz;
    write(canvas, name + ": " + facts(scores) + ", " + number(duration_s) + " s", kLeft, 20, black);
    for (int i = 0; i < num_panels; ++i) {
        draw_panel(canvas,
                   panels[static_cast<std::size_t>(i)],
                   {kLeft, 50 + i * (kPanel + kGap), kWidth - kLeft - 20, kPanel});
    }
    for (std::size_t i = 0; i < scores.scores.size(); ++i) {
        const eval::Score& score = scores.scores[i];
        const int x = kLeft + (static_cast<int>(i) / num_rows) * (kWidth - kLeft) / 2;
        const int y = table_top + kRow * (static_cast<int>(i) % num_rows) + 8;
        write(canvas, score.field->name, x, y, black);
        write(canvas, number(score.value), x + 210, y, black);
        if (!std::isnan(score.field->vasa1)) {
            write(canvas, "VASA-1 " + number(score.field->vasa1), x + 290, y, {130, 130, 130});
        }
    }
    return image;
}

void save_score_report(const std::string& folder,
                       const std::string& name,
                       const eval::ClipScores& scores,
                       bool overwrite) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw core::Error(core::ErrorKind::Output,
                          "cannot make folder '" + folder + "': " + error.message());
    }
    // Done first, so that an existing report is refused before anything is written.
    const std::string page = folder + "/index.html";
    { const core::AtomicFile probe(page, overwrite); }
    std::string html =
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>" +
        core::escape_markup(name) +
        "</title>\n<style>body{font:15px sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
        "svg{width:100%;height:140px;border:1px solid #ddd}table{border-collapse:collapse}"
        "td,th{padding:.2em .8em;border-bottom:1px solid #eee;text-align:left}"
        "td.n{text-align:right}.frames img{width:24%}.legend{margin:0;color:#666}</style>\n<h1>" +
        core::escape_markup(name) + "</h1>\n<p>" + facts(scores) + "</p>\n<p class=\"frames\">\n";
    for (std::size_t i = 0; i < scores.samples.size(); ++i) {
        const std::string file = "frame_" + std::to_string(i + 1) + ".png";
        media::save_png(folder + "/" + file, scores.samples[i], true);
        html += "<img src=\"" + file + "\" alt=\"frame " + std::to_string(i + 1) + "\">\n";
    }
    html += "</p>\n";
    for (const Panel& panel : panels_of(scores.curves)) {
        html += panel_svg(panel);
    }
    html += "<h3>scores</h3>\n<table><tr><th>score<th>value<th>VASA-1<th>what it is</tr>\n";
    for (const eval::Score& score : scores.scores) {
        html += std::string("<tr><td>") + score.field->name + "<td class=\"n\">" +
                number(score.value) + "<td class=\"n\">" + vasa1_text(score) + "<td>" +
                core::escape_markup(score.field->text) + "</tr>\n";
    }
    html += "</table>\n<p>Frames' SHA-256: <code>" + scores.frame_hash + "</code></p>\n</html>\n";
    core::write_file_atomic(page, html, overwrite);
}

}  // namespace vasa::report
