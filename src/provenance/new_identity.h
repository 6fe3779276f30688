// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::provenance {

/// Makes a P-256 key and a certificate for it, issued by an authority whose own key is forgotten
/// at once: C2PA refuses certificates that sign themselves.
///
/// The certificates meet the profile of C2PA's specification 2.x, "X.509 certificates": version 3,
/// critical key usage digitalSignature, extended key usage emailProtection, key identifiers.
/// @return PEM: private key (PKCS #8), the signer's certificate, the authority's certificate
std::string make_identity_pem();

}  // namespace vasa::provenance
