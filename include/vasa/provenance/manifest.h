// SPDX-License-Identifier: Apache-2.0
// C2PA manifests: signed statements of how a file was made, bound to its content by hashes.
// Source: C2PA Technical Specification 2.2. docs/provenance.md describes what vasa states.
#pragma once

#include "vasa/provenance/signing_identity.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vasa::provenance {

/// Why manifests can be neither made nor checked; empty if the C2PA library is there. It is loaded
/// at run time: $VASA_C2PA_LIBRARY, else libc2pa_c.so beside the program or in its lib folders.
std::string c2pa_problem();
/// Version of the C2PA library; empty without it.
std::string c2pa_version();

/// What a manifest states.
struct Claims {
    std::string program_version;  ///< of vasa
    std::string target;           ///< the file's final name, for messages; not stated: names differ
    /// JSON object of the assertion com.vasa.generation.
    std::string generation;
    /// SHA-256 of generation; names the instance, so that equal clips have equal names.
    std::string job_sha256;
    /// Image file that becomes an ingredient; a manifest of its own is kept. Empty: the ingredient
    /// says only that there was a portrait.
    std::string portrait_path;
    std::string portrait_sha256;
    /// SHA-256 of the other files that the manifest vouches for, by name: the frames of a sequence.
    std::map<std::string, std::string> frames;
};

struct SigningOptions {
    std::shared_ptr<const SigningIdentity> identity;
    /// Time stamp authority (RFC 3161) that confirms when the signature was made; empty: none.
    std::string timestamp_url;
};

/// Writes a copy of an MP4 file with a signed manifest in it.
/// @throws Error(Resource) without the C2PA library or if the time stamp authority cannot be used,
///         Error(Input) if the certificate is refused, Error(Output) otherwise
void sign_video(const std::string& from,
                const std::string& to,
                const Claims& claims,
                const SigningOptions& options);

/// Makes a manifest for a PNG file, to be kept beside it.
/// @return the manifest store's bytes
/// @throws Error as sign_video()
std::string make_sidecar(const std::string& png_path,
                         const Claims& claims,
                         const SigningOptions& options);

/// Signs a picture of one pixel in memory, without a time stamp, to see before the long work that
/// an identity is accepted.
/// @throws Error as sign_video()
void try_identity(const std::shared_ptr<const SigningIdentity>& identity);

enum class ManifestState {
    Missing,
    Valid,          ///< intact, and the signer's certificate leads to a trusted one
    UnknownIssuer,  ///< intact; who signed has not been checked by anybody
    Tampered,       ///< the content, the statements or the signature do not match
    Unchecked,      ///< there is one, but no C2PA library to check it
};
/// "missing", "valid", "unknown issuer", "tampered", "unchecked"
const char* manifest_state_name(ManifestState state);

/// A manifest as read. Texts come from the file and need not be true or printable.
struct ManifestReport {
    ManifestState state = ManifestState::Missing;
    std::string problem;    ///< first cause, if tampered or unchecked
    std::string generator;  ///< program that made the statement, with its version
    std::string issuer;     ///< organisation and name in the signer's certificate
    std::string signed_at;  ///< of a time stamp authority; empty without a time stamp
    /// IPTC digital source type of the action c2pa.created, without the address's folders.
    std::string source_type;
    int num_ingredients = 0;
    int num_kept_manifests = 0;  ///< those of ingredients
    /// JSON object of com.vasa.generation, "" if there is none, and the job's hash in it.
    std::string generation, job_sha256;
    std::map<std::string, std::string> frames;  ///< Claims::frames
};

struct ReadManifestOptions {
    std::string trust_anchors;  ///< PEM certificates whose signers count as known
};

/// Reads and checks the manifest of a file, in it or beside it (NAME.c2pa). Nothing is fetched from
/// a network. Files of types that C2PA does not know have none.
/// @throws Error(Input) if the file cannot be read
ManifestReport read_manifest(const std::string& path, const ReadManifestOptions& options = {});

/// Path of a file's sidecar: the same name, ending in .c2pa.
std::string sidecar_path(const std::string& path);

}  // namespace vasa::provenance
