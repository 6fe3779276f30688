// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/signing_identity.h"

#include "identity_reader.h"
#include "openssl_pointers.h"

#include "vasa/core/hash.h"

#include <openssl/pem.h>

namespace vasa::provenance {

namespace {

constexpr std::size_t kNumberBytes = 32;  ///< of r and s on P-256

/// DER to the fixed length that COSE takes (RFC 9053, 2.1).
std::vector<std::uint8_t> fixed_length(const std::vector<std::uint8_t>& der) {
    const unsigned char* at = der.data();
    const EcdsaPtr signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    require_openssl(signature != nullptr, "read a signature");
    std::vector<std::uint8_t> fixed(2 * kNumberBytes);
    require_openssl(
        BN_bn2binpad(
            ECDSA_SIG_get0_r(signature.get()), fixed.data(), static_cast<int>(kNumberBytes)) > 0 &&
            BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()),
                         fixed.data() + kNumberBytes,
                         static_cast<int>(kNumberBytes)) > 0,
        "write a signature");
    return fixed;
}

}  // namespace

SigningIdentity::SigningIdentity(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningIdentity::~SigningIdentity() = default;

SigningIdentity::Algorithm SigningIdentity::algorithm() const {
    return state_->algorithm;
}

const std::string& SigningIdentity::certificates() const {
    return state_->certificates;
}

const std::string& SigningIdentity::certificates_sha256() const {
    return state_->certificates_sha256;
}

std::vector<std::uint8_t> SigningIdentity::sign(const std::uint8_t* data,
                                                std::size_t num_bytes) const {
    const bool is_ecdsa = state_->algorithm == Algorithm::Es256;
    const DigestPtr context(EVP_MD_CTX_new());
    std::size_t size = 0;
    require_openssl(context &&
                        EVP_DigestSignInit(context.get(),
                                           nullptr,
                                           is_ecdsa ? EVP_sha256() : nullptr,
                                           nullptr,
                                           state_->key.get()) == 1 &&
                        EVP_DigestSign(context.get(), nullptr, &size, data, num_bytes) == 1,
                    "start a signature");
    std::vector<std::uint8_t> signature(size);
    require_openssl(EVP_DigestSign(context.get(), signature.data(), &size, data, num_bytes) == 1,
                    "sign");
    signature.resize(size);
    return is_ecdsa ? fixed_length(signature) : signature;
}

std::shared_ptr<const SigningIdentity> SigningIdentity::load(const std::string& certificate_path,
                                                             const std::string& key_path) {
    return IdentityReader::read(certificate_path, key_path);
}

}  // namespace vasa::provenance
