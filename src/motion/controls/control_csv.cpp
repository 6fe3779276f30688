// SPDX-License-Identifier: Apache-2.0
#include "controls/control_files.h"
#include "files/csv_columns.h"

#include <algorithm>
#include <optional>

namespace vasa::motion {
namespace {

/// More than the number of controls. A longer line is refused whatever it holds.
constexpr std::size_t kMaxCells = 100;

struct Cell {
    std::string_view text;
    std::size_t offset;  ///< in the file
};

/// Cells of a line, at most kMaxCells + 1.
std::vector<Cell> split(std::string_view line, std::size_t line_offset) {
    std::vector<Cell> cells;
    for (std::size_t begin = 0;;) {
        const std::size_t comma = std::min(line.find(',', begin), line.size());
        const std::string_view whole = line.substr(begin, comma - begin);
        const std::string_view text = trim(whole);
        const std::size_t blanks =
            text.empty() ? 0 : static_cast<std::size_t>(text.data() - whole.data());
        cells.push_back({text, line_offset + begin + blanks});
        if (comma == line.size() || cells.size() > kMaxCells) {
            return cells;
        }
        begin = comma + 1;
    }
}

struct Header {
    std::vector<std::string> columns;
    std::optional<std::size_t> time, interpolation;
};

Header read_header(const ControlFile& file, const std::vector<Cell>& cells) {
    Header header;
    for (const Cell& cell : cells) {
        const std::string name(cell.text);
        if (std::find(header.columns.begin(), header.columns.end(), name) != header.columns.end()) {
            file.refuse(cell.offset, "column '" + name.substr(0, 40) + "' appears twice");
        }
        if (name == "time") {
            header.time = header.columns.size();
        } else if (name == "interpolation") {
            header.interpolation = header.columns.size();
        } else {
            KeyframeList::find(file, cell.offset, name);
        }
        header.columns.push_back(name);
    }
    if (!header.time) {
        file.refuse(cells.front().offset, "no column 'time'");
    }
    return header;
}

void read_row(const ControlFile& file,
              const Header& header,
              const std::vector<Cell>& cells,
              std::optional<double>& last_time_s,
              KeyframeList& keys) {
    if (cells.size() != header.columns.size()) {
        file.refuse(cells.back().offset,
                    std::to_string(cells.size()) + (cells.size() > kMaxCells ? " or more" : "") +
                        " cells, expected " + std::to_string(header.columns.size()));
    }
    Keyframe key;
    const Cell& time = cells[*header.time];
    key.time_s = read_control_number(file, time.offset, time.text);
    if (last_time_s && key.time_s <= *last_time_s) {
        file.refuse(time.offset, "rows are not in order of time");
    }
    last_time_s = key.time_s;
    if (header.interpolation && !cells[*header.interpolation].text.empty()) {
        const Cell& cell = cells[*header.interpolation];
        key.to_next = read_interpolation(file, cell.offset, cell.text);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i != *header.time && i != header.interpolation && !cells[i].text.empty()) {
            key.value =
                static_cast<float>(read_control_number(file, cells[i].offset, cells[i].text));
            keys.add(file, cells[i].offset, header.columns[i], key);
        }
    }
}

}  // namespace

KeyframeList parse_controls_csv(const ControlFile& file) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const std::string_view text = file.text;
    std::size_t begin =
        text.substr(0, kByteOrderMark.size()) == kByteOrderMark ? kByteOrderMark.size() : 0;
    std::optional<Header> header;
    std::optional<double> last_time_s;
    KeyframeList keys;
    int num_rows = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        if (!trim(line).empty() && trim(line).front() != '#') {
            const std::vector<Cell> cells = split(line, begin);
            if (header) {
                read_row(file, *header, cells, last_time_s, keys);
                ++num_rows;
            } else {
                header = read_header(file, cells);
            }
        }
        begin = end + 1;
    }
    if (num_rows == 0) {
        file.refuse(text.size(), "no rows");
    }
    return keys;
}

}  // namespace vasa::motion
