// SPDX-License-Identifier: Apache-2.0
#include "identity_reader.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"

#include <cstdio>
#include <ctime>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

namespace vasa::provenance {
namespace {

using core::Error;
using core::ErrorKind;
using Algorithm = SigningIdentity::Algorithm;

/// Certificate chains are a few kilobytes.
constexpr std::uint64_t kMaxPemBytes = 1U << 20U;
constexpr int kMaxCertificates = 16;

[[noreturn]] void refuse(const std::string& what,
                         const std::string& path,
                         const std::string& cause,
                         const std::string& hint = {}) {
    ERR_clear_error();
    throw Error(ErrorKind::Input, "cannot use " + what + " '" + path + "': " + cause, hint);
}

[[noreturn]] void refuse_certificate(const std::string& path, const std::string& cause) {
    refuse("certificate", path, cause);
}

BioPtr memory(const std::string& text) {
    BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    require_openssl(bio != nullptr, "open memory");
    return bio;
}

/// Refuses a key that another user of the machine could read, or replace.
void check_mode(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return;  // reading it says why
    }
    if ((status.st_mode & 077U) != 0) {
        char mode[16];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(status.st_mode & 07777U));
        refuse(
            "private key",
            path,
            std::string("other users can read or write it (mode ") + mode + "), expected mode 0600",
            "chmod 600 '" + path + "'; if others may have read it, use a new key");
    }
}

/// Encrypted keys are not decrypted: a prompt would stop a batch.
int refuse_password(char* /*buffer*/, int /*size*/, int /*is_write*/, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

KeyPtr parse_key(const std::string& pem, const std::string& path) {
    bool is_encrypted = false;
    const BioPtr bio = memory(pem);
    KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_password, &is_encrypted));
    if (!key) {
        refuse("private key",
               path,
               is_encrypted ? "it is encrypted, expected a key without a password"
                            : "expected a private key in PEM");
    }
    return key;
}

Algorithm algorithm_of(const EVP_PKEY& key, const std::string& path) {
    if (EVP_PKEY_is_a(&key, "ED25519") == 1) {
        return Algorithm::Ed25519;
    }
    char curve[64] = "";
    std::size_t size = 0;
    const bool is_p256 = EVP_PKEY_is_a(&key, "EC") == 1 &&
                         EVP_PKEY_get_group_name(&key, curve, sizeof curve, &size) == 1 &&
                         OBJ_sn2nid(curve) == NID_X9_62_prime256v1;
    if (!is_p256) {
        const char* const type = EVP_PKEY_get0_type_name(&key);
        refuse("private key",
               path,
               std::string("a key of type ") + (type != nullptr ? type : "unknown") +
                   (*curve != '\0' ? std::string(" on ") + curve : "") +
                   ", expected EC on P-256 (ES256) or Ed25519");
    }
    return Algorithm::Es256;
}

std::vector<CertificatePtr> parse_certificates(const std::string& pem,
                                               const std::string& path,
                                               std::size_t most = kMaxCertificates) {
    std::vector<CertificatePtr> certificates;
    const BioPtr bio = memory(pem);
    while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        certificates.emplace_back(certificate);
        if (certificates.size() > most) {
            refuse_certificate(path, "more than " + std::to_string(most) + " certificates");
        }
    }
    // The reader ends at the end of the text, or at something broken.
    const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (certificates.empty() || !is_end) {
        refuse_certificate(path, "expected certificates in PEM");
    }
    return certificates;
}

std::string date_of(const ASN1_TIME* time) {
    std::tm parts{};
    char text[32] = "unknown";
    if (ASN1_TIME_to_tm(time, &parts) == 1) {
        std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
    }
    return text;
}

void check_certificate(X509& certificate, const std::string& path) {
    const ASN1_TIME* const begin = X509_get0_notBefore(&certificate);
    const ASN1_TIME* const end = X509_get0_notAfter(&certificate);
    if (X509_cmp_current_time(begin) >= 0) {
        refuse_certificate(path, "not valid before " + date_of(begin));
    }
    if (X509_cmp_current_time(end) <= 0) {
        refuse_certificate(path, "expired on " + date_of(end));
    }
    if ((X509_get_extension_flags(&certificate) & EXFLAG_CA) != 0) {
        refuse_certificate(path,
                           "its first certificate is an authority's, expected the signer's first");
    }
    if ((X509_get_key_usage(&certificate) & KU_DIGITAL_SIGNATURE) == 0 ||
        (X509_get_extension_flags(&certificate) & EXFLAG_XKUSAGE) == 0) {
        refuse_certificate(path,
                           "C2PA expects the key usage digitalSignature and an extended key usage, "
                           "such as emailProtection");
    }
    const std::uint32_t usage = X509_get_extended_key_usage(&certificate);
    if ((usage & (XKU_SSL_SERVER | XKU_SSL_CLIENT)) != 0 && (usage & XKU_SMIME) == 0) {
        refuse_certificate(path,
                           "it is made for TLS connections (extended key usage serverAuth or "
                           "clientAuth), expected one for signing, such as emailProtection");
    }
}

std::string write_pem(const std::vector<CertificatePtr>& certificates) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    require_openssl(bio != nullptr, "open memory");
    for (const CertificatePtr& certificate : certificates) {
        require_openssl(PEM_write_bio_X509(bio.get(), certificate.get()) == 1,
                        "write a certificate");
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string read_text(const std::string& path) {
    std::vector<std::uint8_t> bytes = core::read_file(path, kMaxPemBytes);
    std::string text(bytes.begin(), bytes.end());
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return text;
}

}  // namespace

std::shared_ptr<const SigningIdentity> IdentityReader::parse(const std::string& certificate_pem,
                                                             const std::string& certificate_path,
                                                             const std::string& key_pem,
                                                             const std::string& key_path) {
    const std::vector<CertificatePtr> certificates =
        parse_certificates(certificate_pem, certificate_path);
    check_certificate(*certificates.front(), certificate_path);
    auto state = std::make_unique<SigningIdentity::State>();
    state->key = parse_key(key_pem, key_path);
    state->algorithm = algorithm_of(*state->key, key_path);
    if (X509_check_private_key(certificates.front().get(), state->key.get()) != 1) {
        refuse(
            "private key", key_path, "it is not the key of certificate '" + certificate_path + "'");
    }
    state->certificates = write_pem(certificates);
    state->certificates_sha256 = core::sha256_text(state->certificates);
    return std::shared_ptr<const SigningIdentity>(new SigningIdentity(std::move(state)));
}

std::shared_ptr<const SigningIdentity> IdentityReader::read(const std::string& certificate_path,
                                                            const std::string& key_path) {
    check_mode(key_path);
    const std::string certificate_pem = read_text(certificate_path);
    std::string key_pem = read_text(key_path);
    struct Wipe {
        std::string& text;
        ~Wipe() { OPENSSL_cleanse(text.data(), text.size()); }
    };
    const Wipe wipe{key_pem};
    return parse(certificate_pem, certificate_path, key_pem, key_path);
}

std::string load_certificates(const std::string& path) {
    constexpr std::uint64_t kMaxListBytes = 16U << 20U;
    constexpr std::size_t kMaxListed = 10000;  // lists of trusted issuers hold hundreds
    const std::vector<std::uint8_t> bytes = core::read_file(path, kMaxListBytes);
    return write_pem(parse_certificates({bytes.begin(), bytes.end()}, path, kMaxListed));
}

}  // namespace vasa::provenance
