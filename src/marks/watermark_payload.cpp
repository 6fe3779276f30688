// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"
#include "vasa/marks/watermark.h"

#include <string>

namespace vasa::marks {
namespace {

constexpr int kVersionBits = 4, kGeneratorBits = 8, kHashBits = 40, kCrcBits = 12;
constexpr int kHashHexDigits = kHashBits / 4;
/// x^12 + x^11 + x^3 + x^2 + x + 1. Source: ITU-T G.704 (CRC-12 of telecommunication systems).
constexpr std::uint64_t kCrcPolynomial = 0x80F;
/// Starting value other than 0, so that a payload of zeros has a CRC that is not 0.
constexpr std::uint64_t kCrcStart = 0xFFF;

constexpr std::uint64_t mask(int num_bits) {
    return (std::uint64_t{1} << num_bits) - 1;
}

/// CRC of the upper 52 bits.
std::uint64_t crc_of(std::uint64_t bits) {
    std::uint64_t crc = kCrcStart;
    for (int i = 63; i >= kCrcBits; --i) {
        const std::uint64_t feedback = ((crc >> (kCrcBits - 1)) ^ (bits >> i)) & 1U;
        crc = ((crc << 1U) & mask(kCrcBits)) ^ (feedback * kCrcPolynomial);
    }
    return crc;
}

}  // namespace

std::uint64_t pack_payload(const WatermarkPayload& payload) {
    if (payload.format_version < 0 ||
        payload.format_version > static_cast<int>(mask(kVersionBits)) || payload.generator_id < 0 ||
        payload.generator_id > static_cast<int>(mask(kGeneratorBits)) ||
        payload.job_hash > mask(kHashBits)) {
        throw core::Error(core::ErrorKind::Internal,
                          "watermark: payload out of range, expected 4, 8 and 40 bits");
    }
    std::uint64_t bits = static_cast<std::uint64_t>(payload.format_version);
    bits = (bits << kGeneratorBits) | static_cast<std::uint64_t>(payload.generator_id);
    bits = (bits << kHashBits) | payload.job_hash;
    bits <<= kCrcBits;
    return bits | crc_of(bits);
}

std::optional<WatermarkPayload> unpack_payload(std::uint64_t bits) {
    if ((bits & mask(kCrcBits)) != crc_of(bits)) {
        return std::nullopt;
    }
    WatermarkPayload payload;
    payload.job_hash = (bits >> kCrcBits) & mask(kHashBits);
    payload.generator_id =
        static_cast<int>((bits >> (kCrcBits + kHashBits)) & mask(kGeneratorBits));
    payload.format_version =
        static_cast<int>((bits >> (kCrcBits + kHashBits + kGeneratorBits)) & mask(kVersionBits));
    return payload;
}

std::uint64_t job_hash_of(const std::string& sha256) {
    const std::string digits = sha256.substr(0, kHashHexDigits);
    if (digits.size() < kHashHexDigits ||
        digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw core::Error(
            core::ErrorKind::Internal,
            "watermark: hash '" + sha256 + "', expected at least 10 hexadecimal digits");
    }
    return std::stoull(digits, nullptr, 16);
}

}  // namespace vasa::marks
