// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/rational.h"

#include "vasa/core/error.h"

#include <charconv>
#include <limits>
#include <numeric>

namespace vasa::core {
namespace {

[[noreturn]] void bad_rate(const std::string& text) {
    throw Error(ErrorKind::Usage,
                "bad frame rate '" + text + "': expected a number within (0, 240]",
                "for example 25, 30 or 30000/1001");
}

Rational reduced(std::int64_t num, std::int64_t den) {
    const std::int64_t g = std::gcd(num, den);
    return {num / g, den / g};
}

std::int64_t parse_integer(const std::string& text, const std::string& whole) {
    std::int64_t value = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || text[0] == '-' || r.ec != std::errc() ||
        r.ptr != text.data() + text.size() || value <= 0 || value > 1'000'000) {
        bad_rate(whole);
    }
    return value;
}

}  // namespace

Rational parse_frame_rate(const std::string& text) {
    Rational rate;
    if (text == "29.97") {
        rate = {30000, 1001};
    } else if (text == "23.976") {
        rate = {24000, 1001};
    } else if (text == "59.94") {
        rate = {60000, 1001};
    } else if (const auto slash = text.find('/'); slash != std::string::npos) {
        rate = reduced(parse_integer(text.substr(0, slash), text),
                       parse_integer(text.substr(slash + 1), text));
    } else if (const auto dot = text.find('.'); dot != std::string::npos) {
        const std::string fraction = text.substr(dot + 1);
        if (fraction.empty() || fraction.size() > 3) {
            bad_rate(text);
        }
        std::int64_t scale = 1;
        for (std::size_t i = 0; i < fraction.size(); ++i) {
            scale *= 10;
        }
        rate = reduced(parse_integer(text.substr(0, dot) + fraction, text), scale);
    } else {
        rate = {parse_integer(text, text), 1};
    }
    if (rate.num > 240 * rate.den) {
        bad_rate(text);
    }
    return rate;
}

std::string to_string(const Rational& r) {
    return r.den == 1 ? std::to_string(r.num) : std::to_string(r.num) + "/" + std::to_string(r.den);
}

std::int64_t num_frames(std::int64_t num_samples, int sample_rate, const Rational& rate) {
    if (num_samples < 0 || sample_rate <= 0 || rate.num <= 0 || rate.den <= 0) {
        throw Error(ErrorKind::Internal,
                    "number of frames of " + std::to_string(num_samples) + " samples at " +
                        std::to_string(sample_rate) + " Hz and " + to_string(rate) +
                        " frames/s: expected positive numbers");
    }
    // The product of a long clip and a rational with large terms exceeds 64 bits.
    __extension__ using Wide = __int128;
    const Wide numerator = static_cast<Wide>(num_samples) * rate.num;
    const Wide denominator = static_cast<Wide>(sample_rate) * rate.den;
    const Wide frames = (numerator + denominator - 1) / denominator;
    if (frames > std::numeric_limits<std::int64_t>::max()) {
        throw Error(ErrorKind::Internal, "number of frames: does not fit in 64 bits");
    }
    return static_cast<std::int64_t>(frames);
}

}  // namespace vasa::core
