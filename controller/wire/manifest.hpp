// The release manifest as a document (specification, sections 3 and 7): JSON text in, policy::Manifest out, and back.
//
// Decoding is strict: unknown fields, unsafe paths, over-long texts and lists are errors, all of them at once, each
// with its JSON pointer. What a rule judges (no kill switch, no rollback owner, no restore path ...) is left to the
// rules: such a manifest decodes, so that a draft can be kept and the gate can say what it lacks.
// One manifest has one canonical text, whatever the order or layout it was written in; hashes are taken over that.
// Text and structs only: store and app include this without seeing the JSON library. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/policy/manifest.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

/// From JSON text: a stored canonical document, or what a caller sent.
platform::Expected<policy::Manifest, platform::FieldErrors> DecodeManifest(std::string_view json);

/// The canonical JSON text: sorted keys, no white space, what is empty left out.
std::string EncodeManifest(const policy::Manifest& manifest);

/// SHA-256 hex of the canonical text: what approvals bind to (SOD-5).
std::string ContentHash(const policy::Manifest& manifest);

/// SHA-256 hex of what CLS-6 freezes once promotion has begun: class, files, artifacts, data changes, kill switch flag
/// and version. Files and artifacts count as sets.
std::string ChangeHash(const policy::Manifest& manifest);

/// The span that a communication's `when` promises: zero for "immediately", an hour for "within 1 hour". None for
/// what has no fixed length ("within 2 business days", "after the incident is closed").
std::optional<policy::Duration> ParseWithin(std::string_view when);

}  // namespace wire
