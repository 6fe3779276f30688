// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vasa::provenance {

/// A certificate chain with its private key. Threads may share one. The key is neither logged nor
/// written anywhere, and does not leave this object.
class SigningIdentity {
  public:
    enum class Algorithm { Es256, Ed25519 };

    /// Reads a PEM certificate chain, the signer's certificate first, and its PEM private key.
    /// @throws Error(Input) naming the file: unreadable, not PEM, not yet or no longer valid, a
    ///         certificate authority's, a key other than P-256 and Ed25519, a key of another
    ///         certificate, an encrypted key, or a key that other users can read or write.
    static std::shared_ptr<const SigningIdentity> load(const std::string& certificate_path,
                                                       const std::string& key_path);

    /// The identity of this installation: installation_path(), made if it is not there. Its
    /// certificate names no person and says "unverified issuer"; nobody has checked who signs.
    ///
    /// Where no such file can be made, the identity is one of this process alone, with a warning.
    /// @throws Error(Input) as load() if the file is there and cannot be used.
    static std::shared_ptr<const SigningIdentity> of_installation();

    /// $XDG_CONFIG_HOME/vasa/signing.pem, else ~/.config/vasa/signing.pem; empty without either
    /// variable.
    static std::string installation_path();

    ~SigningIdentity();
    SigningIdentity(const SigningIdentity&) = delete;
    SigningIdentity& operator=(const SigningIdentity&) = delete;

    Algorithm algorithm() const;
    /// The chain as PEM, the signer's certificate first.
    const std::string& certificates() const;
    /// SHA-256 of certificates().
    const std::string& certificates_sha256() const;
    /// A COSE signature: 64 bytes, for ES256 r and s.
    std::vector<std::uint8_t> sign(const std::uint8_t* data, std::size_t num_bytes) const;

  private:
    friend class IdentityReader;
    struct State;
    explicit SigningIdentity(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// The PEM certificates of a file.
/// @throws Error(Input) naming the file: unreadable, or not all of it is certificates in PEM.
std::string load_certificates(const std::string& path);

}  // namespace vasa::provenance
