// SPDX-License-Identifier: Apache-2.0
// Owners of OpenSSL's objects.
#pragma once

#include "vasa/core/error.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace vasa::provenance {

template <auto free_function>
struct OpensslFree {
    template <typename T>
    void operator()(T* object) const {
        free_function(object);
    }
};

using BioPtr = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;
using CertificatePtr = std::unique_ptr<X509, OpensslFree<X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;
using EcdsaPtr = std::unique_ptr<ECDSA_SIG, OpensslFree<ECDSA_SIG_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;

/// @throws Error(Internal) if a call of OpenSSL that cannot fail for a good reason has failed
inline void require_openssl(bool is_done, const char* what) {
    if (!is_done) {
        throw core::Error(core::ErrorKind::Internal, std::string("OpenSSL failed to ") + what);
    }
}

}  // namespace vasa::provenance
