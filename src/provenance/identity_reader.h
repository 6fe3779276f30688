// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "openssl_pointers.h"

#include "vasa/provenance/signing_identity.h"

#include <memory>
#include <string>

namespace vasa::provenance {

struct SigningIdentity::State {
    KeyPtr key;
    Algorithm algorithm = Algorithm::Es256;
    std::string certificates, certificates_sha256;
};

/// Makes identities from PEM, with every check that can be made before a clip is rendered.
class IdentityReader {
  public:
    /// @throws Error(Input) as SigningIdentity::load()
    static std::shared_ptr<const SigningIdentity> read(const std::string& certificate_path,
                                                       const std::string& key_path);
    /// The same from the texts of the files. The paths are for messages.
    static std::shared_ptr<const SigningIdentity> parse(const std::string& certificate_pem,
                                                        const std::string& certificate_path,
                                                        const std::string& key_pem,
                                                        const std::string& key_path);
};

}  // namespace vasa::provenance
