// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/signing_identity.h"

#include "openssl_pointers.h"
#include "support/signer.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.h"

using namespace vasa;
using provenance::SigningIdentity;
using test::SignerKind;
using test::TestSigner;

namespace fs = std::filesystem;

namespace {

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The message of the input error; "" if there is none.
std::string refusal(const std::string& certificate, const std::string& key) {
    try {
        SigningIdentity::load(certificate, key);
        return "";
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        return error.what();
    }
}

/// Whether OpenSSL confirms a COSE signature with the first certificate.
bool is_confirmed(const std::string& certificates,
                  const std::string& data,
                  const std::vector<std::uint8_t>& signature,
                  bool is_ecdsa) {
    const provenance::BioPtr bio(
        BIO_new_mem_buf(certificates.data(), static_cast<int>(certificates.size())));
    const provenance::CertificatePtr certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    std::vector<std::uint8_t> der = signature;
    if (is_ecdsa) {
        const provenance::EcdsaPtr parts(ECDSA_SIG_new());
        ECDSA_SIG_set0(parts.get(),
                       BN_bin2bn(signature.data(), 32, nullptr),
                       BN_bin2bn(signature.data() + 32, 32, nullptr));
        unsigned char* out = nullptr;
        const int size = i2d_ECDSA_SIG(parts.get(), &out);
        der.assign(out, out + size);
        OPENSSL_free(out);
    }
    const provenance::DigestPtr context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(),
                                nullptr,
                                is_ecdsa ? EVP_sha256() : nullptr,
                                nullptr,
                                X509_get0_pubkey(certificate.get())) == 1 &&
           EVP_DigestVerify(context.get(),
                            der.data(),
                            der.size(),
                            reinterpret_cast<const unsigned char*>(data.data()),
                            data.size()) == 1;
}

/// Another XDG_CONFIG_HOME for the time of a test.
class ConfigHome {
  public:
    explicit ConfigHome(const std::string& path) : old_(std::getenv("XDG_CONFIG_HOME")) {
        ::setenv("XDG_CONFIG_HOME", path.c_str(), 1);
    }
    ~ConfigHome() { ::setenv("XDG_CONFIG_HOME", old_.c_str(), 1); }
    ConfigHome(const ConfigHome&) = delete;
    ConfigHome& operator=(const ConfigHome&) = delete;

  private:
    std::string old_;
};

unsigned mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("signatures by either kind of key are confirmed by the certificate") {
    const TestFolder folder;
    const std::string data = "what is signed";
    for (const std::string kind : {"P-256", "ED25519"}) {
        INFO(kind);
        SignerKind wanted;
        wanted.key = kind;
        const TestSigner signer(folder / kind, wanted);
        const auto identity = SigningIdentity::load(signer.certificate_path, signer.key_path);
        const bool is_ecdsa = kind == "P-256";
        CHECK((identity->algorithm() == SigningIdentity::Algorithm::Es256) == is_ecdsa);
        for (int i = 0; i < 20; ++i) {  // r or s may be short
            const auto signature =
                identity->sign(reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
            REQUIRE(signature.size() == 64);
            CHECK(is_confirmed(identity->certificates(), data, signature, is_ecdsa));
            CHECK_FALSE(is_confirmed(identity->certificates(), "other", signature, is_ecdsa));
        }
    }
}

TEST_CASE("a key that other users can read or write is refused, by its mode") {
    const TestFolder folder;
    const TestSigner signer(folder / "a");
    for (const unsigned mode : {0644U, 0640U, 0604U, 0620U, 0601U}) {
        ::chmod(signer.key_path.c_str(), mode);
        INFO(mode);
        CHECK_THAT(refusal(signer.certificate_path, signer.key_path),
                   Catch::Contains("other users can read or write it") &&
                       Catch::Contains(signer.key_path));
    }
    for (const unsigned mode : {0600U, 0400U}) {
        ::chmod(signer.key_path.c_str(), mode);
        CHECK(refusal(signer.certificate_path, signer.key_path).empty());
    }
}

TEST_CASE("unusable certificates and keys are refused with their cause") {
    const TestFolder folder;
    const TestSigner good(folder / "good");
    const TestSigner other(folder / "other");
    const auto made = [&](const char* name, const std::function<void(SignerKind&)>& change) {
        SignerKind kind;
        change(kind);
        const TestSigner signer(folder / name, kind);
        return refusal(signer.certificate_path, signer.key_path);
    };
    CHECK_THAT(refusal(good.certificate_path, other.key_path),
               Catch::Contains("it is not the key of certificate"));
    CHECK_THAT(made("late", [](SignerKind& k) { k.begins_in_s = -7200, k.ends_in_s = -60; }),
               Catch::Contains("expired on 20"));
    CHECK_THAT(made("early", [](SignerKind& k) { k.begins_in_s = 3600, k.ends_in_s = 7200; }),
               Catch::Contains("not valid before 20"));
    CHECK_THAT(made("ca", [](SignerKind& k) { k.is_authority = true; }),
               Catch::Contains("authority"));
    CHECK_THAT(made("usage", [](SignerKind& k) { k.has_usage = false; }),
               Catch::Contains("digitalSignature"));
    CHECK_THAT(made("p384", [](SignerKind& k) { k.key = "P-384"; }),
               Catch::Contains("expected EC on P-256 (ES256) or Ed25519"));
    CHECK_THAT(made("rsa", [](SignerKind& k) { k.key = "RSA"; }), Catch::Contains("type RSA"));
    CHECK_THAT(refusal(folder / "none.pem", good.key_path), Catch::Contains("no such file"));
    CHECK_THAT(refusal(good.certificate_path, folder / "none.key"),
               Catch::Contains("no such file"));
    CHECK_THAT(refusal(good.key_path, good.key_path),
               Catch::Contains("expected certificates in PEM"));
    ::chmod(good.certificate_path.c_str(), 0600);
    CHECK_THAT(refusal(good.certificate_path, good.certificate_path),
               Catch::Contains("expected a private key in PEM"));
    // Cut within the second certificate of the chain.
    const std::string chain = read_text(good.certificate_path);
    std::ofstream(folder / "cut.pem") << chain.substr(0, chain.size() - 100);
    CHECK_THAT(refusal(folder / "cut.pem", good.key_path),
               Catch::Contains("expected certificates in PEM"));
}

TEST_CASE("an encrypted key is refused without asking for its password") {
    const TestFolder folder;
    const TestSigner signer(folder / "a");
    std::FILE* const in = std::fopen(signer.key_path.c_str(), "rb");
    const provenance::KeyPtr key(PEM_read_PrivateKey(in, nullptr, nullptr, nullptr));
    std::fclose(in);
    const std::string path = folder / "secret.key";
    std::FILE* const out = std::fopen(path.c_str(), "wb");
    std::string password = "open sesame";
    REQUIRE(PEM_write_PKCS8PrivateKey(out,
                                      key.get(),
                                      EVP_aes_128_cbc(),
                                      password.data(),
                                      static_cast<int>(password.size()),
                                      nullptr,
                                      nullptr) == 1);
    std::fclose(out);
    ::chmod(path.c_str(), 0600);
    CHECK_THAT(refusal(signer.certificate_path, path), Catch::Contains("it is encrypted"));
}

TEST_CASE("an installation makes one identity, which only its user can read") {
    const TestFolder folder;
    const ConfigHome home(folder / "config");
    std::set<std::string> certificates;
    std::vector<std::thread> threads;
    std::mutex mutex;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            const auto identity = SigningIdentity::of_installation();
            const std::lock_guard<std::mutex> lock(mutex);
            certificates.insert(identity->certificates());
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(certificates.size() == 1);
    const std::string path = SigningIdentity::installation_path();
    CHECK(path == (folder / "config") + "/vasa/signing.pem");
    CHECK(mode_of(path) == 0600);
    CHECK(mode_of(fs::path(path).parent_path()) == 0700);
    // Nothing else is left there, and the file gives the same identity again.
    CHECK(std::distance(fs::directory_iterator(fs::path(path).parent_path()), {}) == 1);
    CHECK(SigningIdentity::load(path, path)->certificates() == *certificates.begin());
}

TEST_CASE("an installation's identity that cannot be used is an error, not replaced") {
    const TestFolder folder;
    const ConfigHome home(folder / "config");
    fs::create_directories((folder / "config") + "/vasa");
    const std::string path = SigningIdentity::installation_path();
    std::ofstream(path) << "no key";
    const auto refused = [&]() -> std::optional<core::Error> {
        try {
            SigningIdentity::of_installation();
            return std::nullopt;
        } catch (const core::Error& error) {
            return error;
        }
    };
    ::chmod(path.c_str(), 0600);
    REQUIRE(refused());
    CHECK_THAT(refused()->hint(), Catch::Contains("remove the file"));
    ::chmod(path.c_str(), 0644);
    CHECK_THAT(refused()->what(), Catch::Contains("other users can read"));
    CHECK(read_text(path) == "no key");
}
