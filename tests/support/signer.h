// SPDX-License-Identifier: Apache-2.0
// Keys and certificates for tests of signing.
#pragma once

#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

namespace vasa::test {

/// What a certificate should be like.
struct SignerKind {
    std::string key = "P-256";  ///< "P-256", "P-384", "ED25519", "RSA"
    long begins_in_s = -3600, ends_in_s = 3600;
    bool has_usage = true;                    ///< key usage and extended key usage
    std::string purpose = "emailProtection";  ///< extended key usage
    bool is_authority = false;                ///< of the first certificate
};

/// Writes a signer's chain and key.
class TestSigner {
  public:
    explicit TestSigner(const std::string& stem, const SignerKind& kind = {})
        : certificate_path(stem + ".pem"), key_path(stem + ".key") {
        EVP_PKEY* const root_key = make_key("P-256");
        EVP_PKEY* const key = make_key(kind.key);
        X509* const root = begin("test authority", root_key, -3600, 7200);
        extend(root, root, NID_basic_constraints, "critical,CA:TRUE");
        extend(root, root, NID_key_usage, "critical,keyCertSign");
        extend(root, root, NID_subject_key_identifier, "hash");
        issue(root, root, root_key);
        X509* const leaf = begin("test signer", key, kind.begins_in_s, kind.ends_in_s);
        extend(leaf,
               root,
               NID_basic_constraints,
               kind.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
        if (kind.has_usage) {
            extend(leaf, root, NID_key_usage, "critical,digitalSignature");
            extend(leaf, root, NID_ext_key_usage, kind.purpose.c_str());
        }
        extend(leaf, root, NID_authority_key_identifier, "keyid:always");
        issue(leaf, root, root_key);
        write(stem, leaf, root, key);
        X509_free(leaf);
        X509_free(root);
        EVP_PKEY_free(key);
        EVP_PKEY_free(root_key);
    }

    std::string certificate_path, key_path;
    std::string root_path;  ///< the authority's certificate

  private:
    static void require(bool holds) {
        if (!holds) {
            throw std::runtime_error("OpenSSL failed");
        }
    }

    static EVP_PKEY* make_key(const std::string& kind) {
        EVP_PKEY* const key = kind == "ED25519" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                              : kind == "RSA"   ? EVP_RSA_gen(2048)
                                                : EVP_EC_gen(kind.c_str());
        require(key != nullptr);
        return key;
    }

    static X509* begin(const std::string& name, EVP_PKEY* key, long begins_in_s, long ends_in_s) {
        X509* const certificate = X509_new();
        static long serial = 1000;
        require(X509_set_version(certificate, 2) == 1 &&
                ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial) == 1 &&
                X509_set_pubkey(certificate, key) == 1 &&
                X509_gmtime_adj(X509_getm_notBefore(certificate), begins_in_s) != nullptr &&
                X509_gmtime_adj(X509_getm_notAfter(certificate), ends_in_s) != nullptr);
        for (const auto& [field, text] :
             {std::pair<const char*, std::string>{"O", "Tests"}, {"CN", name}}) {
            require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate),
                                               field,
                                               MBSTRING_UTF8,
                                               reinterpret_cast<const unsigned char*>(text.c_str()),
                                               -1,
                                               -1,
                                               0) == 1);
        }
        return certificate;
    }

    static void extend(X509* certificate, X509* issuer, int id, const char* value) {
        X509V3_CTX context{};
        X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
        require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
        X509_EXTENSION_free(extension);
    }

    static void issue(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
        require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
                X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
    }

    void write(const std::string& stem, X509* leaf, X509* root, EVP_PKEY* key) {
        root_path = stem + ".root.pem";
        const auto save = [](const std::string& path, auto write_to) {
            std::FILE* const file = std::fopen(path.c_str(), "wb");
            require(file != nullptr && write_to(file) == 1 && std::fclose(file) == 0);
        };
        save(certificate_path, [&](std::FILE* file) {
            return PEM_write_X509(file, leaf) == 1 && PEM_write_X509(file, root) == 1 ? 1 : 0;
        });
        save(root_path, [&](std::FILE* file) { return PEM_write_X509(file, root); });
        save(key_path, [&](std::FILE* file) {
            return PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        });
        ::chmod(key_path.c_str(), 0600);
    }
};

}  // namespace vasa::test
