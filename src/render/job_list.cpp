// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/job_list.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/json_text.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

constexpr std::uint64_t kMaxListBytes = 256U << 20U;
constexpr std::size_t kMaxLines = 1'000'000;
/// More than the number of options.
constexpr std::size_t kMaxCells = 1000;

/// A line of a list; lines are numbered from 1.
struct Line {
    int number = 0;
    std::string text;
};

std::vector<Line> split_lines(const std::string& text, const std::string& name) {
    std::vector<Line> lines;
    std::size_t at = text.compare(0, 3, "\xEF\xBB\xBF") == 0 ? 3 : 0;
    for (int number = 1; at < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        at = end + 1;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
            line.pop_back();
        }
        const std::size_t first = line.find_first_not_of(" \t");
        if (first != std::string::npos && line[first] != '#') {
            if (lines.size() == kMaxLines) {
                throw Error(ErrorKind::Input,
                            "job list '" + name + "' has more than " + std::to_string(kMaxLines) +
                                " lines");
            }
            lines.push_back({number, std::move(line)});
        }
    }
    return lines;
}

/// The name in the spelling of option_fields().
std::string option_name(std::string name) {
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

/// A JSON value as an option's text; numbers keep their digits.
std::string text_of(const std::string& name, const json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_number()) {
        return value.dump();
    }
    if (value.is_array()) {
        std::string text;
        for (const json& item : value) {
            if (!item.is_number()) {
                throw Error(ErrorKind::Input, core::quote(name) + ": a list may hold numbers only");
            }
            text += (text.empty() ? "" : ",") + item.dump();
        }
        return text;
    }
    throw Error(
        ErrorKind::Input,
        core::quote(name) + " is " + value.type_name() + ", expected a string, number or flag");
}

}  // namespace

OptionTexts option_texts(const json& object) {
    if (!object.is_object()) {
        throw Error(ErrorKind::Input,
                    std::string("a job is an object, found ") + object.type_name());
    }
    OptionTexts texts;
    for (const auto& [name, value] : object.items()) {
        if (value.is_null()) {
            continue;
        }
        if (value.is_boolean()) {
            texts.emplace_back(option_name(name), value.get<bool>() ? "true" : "false");
        } else {
            texts.emplace_back(option_name(name), text_of(name, value));
        }
    }
    return texts;
}

namespace {

OptionTexts texts_of_json(const std::string& text) {
    return option_texts(core::parse_json(text));
}

/// Cells of a line; a cell in double quotes may hold commas and doubled quotes.
std::vector<std::string> split_cells(const std::string& line) {
    std::vector<std::string> cells(1);
    bool is_quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            if (is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
                cells.back().push_back('"');
                ++i;
            } else {
                is_quoted = !is_quoted;
            }
        } else if (line[i] == ',' && !is_quoted) {
            if (cells.size() == kMaxCells) {
                throw Error(ErrorKind::Input, "more than " + std::to_string(kMaxCells) + " cells");
            }
            cells.emplace_back();
        } else {
            cells.back().push_back(line[i]);
        }
    }
    if (is_quoted) {
        throw Error(ErrorKind::Input, "a quote is not closed");
    }
    return cells;
}

OptionTexts texts_of_csv(const std::vector<std::string>& names, const std::string& text) {
    const std::vector<std::string> cells = split_cells(text);
    if (cells.size() != names.size()) {
        throw Error(ErrorKind::Input,
                    std::to_string(cells.size()) + " cells, expected " +
                        std::to_string(names.size()) + " as in the header");
    }
    OptionTexts texts;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        texts.emplace_back(names[i], cells[i]);
    }
    return texts;
}

/// A number that depends on the job, not on its place in the list; JSON represents it exactly.
std::uint64_t seed_of(const RenderOptions& options, std::uint64_t seed) {
    const std::string text = std::to_string(seed) + "\n" + options.image + "\n" + options.face +
                             "\n" + options.audio + "\n" + options.out;
    return std::stoull(core::sha256_text(text).substr(0, 12), nullptr, 16);
}

}  // namespace

RenderOptions options_of_job(const OptionTexts& texts, std::optional<std::uint64_t> seed) {
    OptionTexts given;
    for (const auto& [name, text] : texts) {
        const OptionField* field = find_option(name);
        if (field != nullptr && field->is_program_wide) {
            throw Error(ErrorKind::Usage,
                        "unknown option " + core::quote(name) + " of a job",
                        "--" + field->name + " holds for all jobs of a list");
        }
        // Unknown names are refused whether or not they have a value.
        if (!text.empty() || field == nullptr) {
            given.emplace_back(name, text);
        }
    }
    RenderOptions options;
    set_options(options, given);
    if (seed && !options.drive.seed) {
        options.drive.seed = seed_of(options, *seed);
    }
    return options;
}

namespace {

std::string out_of(const OptionTexts& texts) {
    const auto it = std::find_if(
        texts.begin(), texts.end(), [](const auto& option) { return option.first == "out"; });
    return it == texts.end() ? "" : it->second;
}

/// Names in a CSV header.
std::vector<std::string> header_names(const std::string& list, const std::string& line) {
    std::vector<std::string> names;
    try {
        for (const std::string& cell : split_cells(line)) {
            names.push_back(option_name(cell));
        }
    } catch (const Error& error) {
        throw Error(ErrorKind::Input, "job list '" + list + "': header: " + error.what());
    }
    if (std::find(names.begin(), names.end(), "out") == names.end()) {
        throw Error(ErrorKind::Input,
                    "job list '" + list + "': the first line is neither a JSON object nor a " +
                        "CSV header with 'out'");
    }
    return names;
}

}  // namespace

std::vector<BatchJob> parse_jobs(const std::string& text,
                                 const std::string& name,
                                 std::optional<std::uint64_t> seed) {
    std::vector<Line> lines = split_lines(text, name);
    if (lines.empty()) {
        throw Error(ErrorKind::Input, "job list '" + name + "' is empty");
    }
    const bool is_json = lines[0].text[lines[0].text.find_first_not_of(" \t")] == '{';
    std::vector<std::string> names;
    if (!is_json) {
        names = header_names(name, lines[0].text);
        lines.erase(lines.begin());
    }
    std::vector<BatchJob> jobs;
    jobs.reserve(lines.size());
    for (const Line& line : lines) {
        BatchJob job;
        job.line = line.number;
        try {
            const OptionTexts texts =
                is_json ? texts_of_json(line.text) : texts_of_csv(names, line.text);
            job.options.out = out_of(texts);
            job.options = options_of_job(texts, seed);
        } catch (const Error& error) {
            job.error = error;
        }
        jobs.push_back(std::move(job));
    }
    if (jobs.empty()) {
        throw Error(ErrorKind::Input, "job list '" + name + "' has no job");
    }
    return jobs;
}

std::vector<BatchJob> load_jobs(const std::string& path, std::optional<std::uint64_t> seed) {
    if (path != "-") {
        const std::vector<std::uint8_t> bytes = core::read_file(path, kMaxListBytes);
        return parse_jobs(std::string(bytes.begin(), bytes.end()), path, seed);
    }
    std::string text;
    char buffer[1 << 16];
    std::size_t count = 0;
    while ((count = std::fread(buffer, 1, sizeof buffer, stdin)) > 0) {
        text.append(buffer, count);
        if (text.size() > kMaxListBytes) {
            throw Error(ErrorKind::Input,
                        "job list on standard input is over " +
                            std::to_string(kMaxListBytes >> 20U) + " MiB");
        }
    }
    return parse_jobs(text, "standard input", seed);
}

}  // namespace vasa::render
