// SPDX-License-Identifier: Apache-2.0
#include "new_identity.h"

#include "openssl_pointers.h"

#include <string>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

namespace vasa::provenance {
namespace {

/// Clocks of other machines may be behind.
constexpr long kValidBefore_s = 24L * 3600;
/// A clip without a time stamp is valid only as long as its certificate.
constexpr long kValidAfter_s = 30L * 365 * 24 * 3600;

KeyPtr make_key() {
    KeyPtr key(EVP_EC_gen("P-256"));
    require_openssl(key != nullptr, "make a key");
    return key;
}

/// Sixteen random hexadecimal digits, to tell installations apart.
std::string random_name() {
    unsigned char bytes[8] = {};
    require_openssl(RAND_bytes(bytes, sizeof bytes) == 1, "make random bytes");
    std::string name;
    for (const unsigned char byte : bytes) {
        name += "0123456789abcdef"[byte >> 4U];
        name += "0123456789abcdef"[byte & 15U];
    }
    return name;
}

void set_serial_number(X509& certificate) {
    // Positive, and of at most 20 bytes (RFC 5280, 4.1.2.2).
    const NumberPtr number(BN_new());
    require_openssl(
        number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
            BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr,
        "number a certificate");
}

void set_name(X509_NAME* name, const std::string& common_name) {
    const auto add = [name](const char* field, const std::string& text) {
        require_openssl(
            X509_NAME_add_entry_by_txt(name,
                                       field,
                                       MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(text.c_str()),
                                       -1,
                                       -1,
                                       0) == 1,
            "name a certificate");
    };
    add("O", "vasa (unverified issuer)");
    add("CN", common_name);
}

void add_extension(X509& certificate, X509& issuer, int id, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
    require_openssl(extension && X509_add_ext(&certificate, extension.get(), -1) == 1,
                    "add an extension to a certificate");
}

/// A certificate with everything but extensions and signature.
CertificatePtr begin_certificate(EVP_PKEY* key, const std::string& common_name) {
    CertificatePtr certificate(X509_new());
    require_openssl(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                        X509_set_pubkey(certificate.get(), key) == 1,
                    "make a certificate");
    set_serial_number(*certificate);
    set_name(X509_get_subject_name(certificate.get()), common_name);
    require_openssl(
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kValidBefore_s) != nullptr &&
            X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kValidAfter_s) != nullptr,
        "date a certificate");
    return certificate;
}

void issue(X509& certificate, X509& issuer, EVP_PKEY* issuer_key) {
    require_openssl(X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer)) == 1 &&
                        X509_sign(&certificate, issuer_key, EVP_sha256()) > 0,
                    "sign a certificate");
}

std::string text_of(BIO& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(&bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

std::string make_identity_pem() {
    const std::string name = "installation " + random_name();
    const KeyPtr issuer_key = make_key();
    const CertificatePtr issuer =
        begin_certificate(issuer_key.get(), "private authority of " + name);
    add_extension(*issuer, *issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(*issuer, *issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(*issuer, *issuer, NID_subject_key_identifier, "hash");
    issue(*issuer, *issuer, issuer_key.get());

    const KeyPtr key = make_key();
    const CertificatePtr certificate = begin_certificate(key.get(), name);
    add_extension(*certificate, *issuer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(*certificate, *issuer, NID_key_usage, "critical,digitalSignature");
    add_extension(*certificate, *issuer, NID_ext_key_usage, "emailProtection");
    add_extension(*certificate, *issuer, NID_subject_key_identifier, "hash");
    add_extension(*certificate, *issuer, NID_authority_key_identifier, "keyid:always");
    issue(*certificate, *issuer, issuer_key.get());

    const BioPtr bio(BIO_new(BIO_s_secmem()));
    require_openssl(bio &&
                        PEM_write_bio_PKCS8PrivateKey(
                            bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
                        PEM_write_bio_X509(bio.get(), certificate.get()) == 1 &&
                        PEM_write_bio_X509(bio.get(), issuer.get()) == 1,
                    "write a key and its certificates");
    return text_of(*bio);
}

}  // namespace vasa::provenance
