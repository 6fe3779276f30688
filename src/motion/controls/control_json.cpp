// SPDX-License-Identifier: Apache-2.0
#include "controls/control_files.h"

#include <cmath>
#include <iterator>
#include <optional>

#include <nlohmann/json.hpp>

namespace vasa::motion {
namespace {

using nlohmann::json;

/// Walks over the text and records how far the parser has read.
class CountingIterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        *reached_ = ++at_;
        return *this;
    }
    CountingIterator operator++(int) {
        CountingIterator old = *this;
        ++*this;
        return old;
    }
    bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
    bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

  private:
    const char* at_;
    const char** reached_;
};

/// Handles the parser's events: {name: number | [{"time", "value", "interpolation"}, ...]}.
class ControlReader : public nlohmann::json_sax<json> {
  public:
    ControlReader(const ControlFile& file, const char** reached) : file_(file), reached_(reached) {}

    KeyframeList take() { return std::move(keys_); }

    bool null() override { refuse("null is not a value"); }
    bool boolean(bool value) override {
        refuse(std::string(value ? "true" : "false") + " is not a value");
    }
    bool binary(binary_t&) override { refuse("binary is not a value"); }
    bool number_integer(number_integer_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return number(value); }

    bool string(string_t& value) override {
        if (depth_ == Depth::Key && field_ == "interpolation") {
            interpolation_ = read_interpolation(file_, token_begin(), value);
            return true;
        }
        refuse("text '" + value.substr(0, 40) + "' where a number is expected");
    }

    bool start_object(std::size_t) override {
        if (depth_ == Depth::Outside) {
            depth_ = Depth::Controls;
            return true;
        }
        if (depth_ != Depth::List) {
            refuse("an object where a number or a list of keyframes is expected");
        }
        depth_ = Depth::Key;
        time_.reset();
        value_.reset();
        interpolation_.reset();
        return true;
    }

    bool key(string_t& name) override {
        if (depth_ == Depth::Controls) {
            KeyframeList::find(file_, token_begin(), name);
            if (!seen_.insert({name, true}).second) {
                refuse("control '" + name + "' appears twice");
            }
            control_ = name;
        } else {
            if (name != "time" && name != "value" && name != "interpolation") {
                refuse("unknown member '" + name.substr(0, 40) +
                       "', expected time, value or interpolation");
            }
            field_ = name;
        }
        return true;
    }

    bool end_object() override {
        if (depth_ == Depth::Key) {
            if (!time_ || !value_) {
                refuse(std::string("keyframe of ") + control_ + " without " +
                       (time_ ? "value" : "time"));
            }
            Keyframe key{*time_,
                         static_cast<float>(*value_),
                         interpolation_.value_or(Interpolation::Linear)};
            keys_.add(file_, value_begin_, control_, key);
            ++num_keys_;
            depth_ = Depth::List;
        } else {
            depth_ = Depth::Outside;
        }
        return true;
    }

    bool start_array(std::size_t) override {
        if (depth_ != Depth::Controls) {
            refuse("a list where an object is expected");
        }
        depth_ = Depth::List;
        num_keys_ = 0;
        return true;
    }

    bool end_array() override {
        if (num_keys_ == 0) {
            refuse(control_ + " has no keyframes");
        }
        depth_ = Depth::Controls;
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const json::exception& error) override {
        std::string text = error.what();
        const std::size_t detail = text.find("syntax error while parsing");
        refuse_at(offset() == 0 ? 0 : offset() - 1,
                  detail == std::string::npos ? text : text.substr(detail));
    }

  private:
    enum class Depth { Outside, Controls, List, Key };

    bool number(double value) {
        switch (depth_) {
            case Depth::Controls:
                keys_.add(file_, token_begin(), control_, {0.0, static_cast<float>(value)});
                return true;
            case Depth::Key:
                if (field_ == "interpolation") {
                    refuse("a number where linear or smooth is expected");
                }
                (field_ == "time" ? time_ : value_) = value;
                value_begin_ = token_begin();
                return true;
            case Depth::List:
                refuse("a number where a keyframe object is expected");
            case Depth::Outside:
                break;
        }
        refuse("a number where an object is expected");
    }

    std::size_t offset() const { return static_cast<std::size_t>(*reached_ - file_.text.data()); }

    /// Start of the token that ends here. Numbers are reported after the next character is read.
    std::size_t token_begin() const {
        const std::string& text = file_.text;
        std::size_t at = offset();
        const auto is_number = [](char c) {
            return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' ||
                   c == 'E';
        };
        if (at > 0 && text[at - 1] == '"') {
            for (--at; at > 0 && (text[at - 1] != '"' || (at > 1 && text[at - 2] == '\\')); --at) {
            }
            return at > 0 ? at - 1 : 0;
        }
        if (at > 0 && !is_number(text[at - 1])) {
            --at;
        }
        while (at > 0 && is_number(text[at - 1])) {
            --at;
        }
        return at;
    }

    [[noreturn]] void refuse(const std::string& what) const { file_.refuse(token_begin(), what); }
    [[noreturn]] void refuse_at(std::size_t offset, const std::string& what) const {
        file_.refuse(offset, what);
    }

    const ControlFile& file_;
    const char** reached_;
    KeyframeList keys_;
    Depth depth_ = Depth::Outside;
    std::string control_, field_;
    std::map<std::string, bool> seen_;
    std::optional<double> time_, value_;
    std::optional<Interpolation> interpolation_;
    std::size_t value_begin_ = 0;
    int num_keys_ = 0;
};

}  // namespace

KeyframeList parse_controls_json(const ControlFile& file, std::size_t begin) {
    const char* reached = file.text.data() + begin;
    ControlReader reader(file, &reached);
    const char* const end = file.text.data() + file.text.size();
    json::sax_parse(CountingIterator(reached, &reached), CountingIterator(end, &reached), &reader);
    return reader.take();
}

}  // namespace vasa::motion
