// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/phones.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace vasa::speech {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::size_t kMaxPhones = 10'000'000;
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;
/// Rounding in the files: a phone may begin this much before the previous one ends.
constexpr double kOverlap_s = 0.011;

[[noreturn]] void fail(const std::string& path, std::size_t line, const std::string& what) {
    throw Error(ErrorKind::Input, path + ":" + std::to_string(line) + ": " + what);
}

double read_seconds(const std::string& path, std::size_t line, std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) ||
        value < 0) {
        fail(path, line, "\"" + std::string(text) + "\" is not a time in seconds");
    }
    return value;
}

}  // namespace

bool is_arpabet(std::string_view name) {
    return std::find(kArpabet.begin(), kArpabet.end(), name) != kArpabet.end();
}

std::vector<Phone> load_phones(const std::string& path) {
    const std::vector<std::uint8_t> bytes = core::read_file(path, kMaxBytes);
    std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    std::vector<Phone> phones;
    for (std::size_t line = 1; !rest.empty(); ++line) {
        std::string_view view = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(view.size() + 1, rest.size()));
        if (!view.empty() && view.back() == '\r') {
            view.remove_suffix(1);
        }
        if (view.empty()) {
            continue;
        }
        const std::size_t first = view.find('\t');
        const std::size_t second =
            first == std::string_view::npos ? first : view.find('\t', first + 1);
        if (second == std::string_view::npos) {
            fail(path, line, "expected start, duration and phone, separated by tabs");
        }
        Phone phone;
        phone.start_s = read_seconds(path, line, view.substr(0, first));
        phone.duration_s = read_seconds(path, line, view.substr(first + 1, second - first - 1));
        phone.name = view.substr(second + 1);
        if (!is_arpabet(phone.name)) {
            fail(path, line, "\"" + phone.name + "\" is not an ARPAbet phone");
        }
        if (!phones.empty() &&
            phone.start_s + kOverlap_s < phones.back().start_s + phones.back().duration_s) {
            fail(path, line, "begins before the phone before it ends");
        }
        if (phones.size() == kMaxPhones) {
            fail(path, line, "more than " + std::to_string(kMaxPhones) + " phones");
        }
        phones.push_back(std::move(phone));
    }
    return phones;
}

}  // namespace vasa::speech
