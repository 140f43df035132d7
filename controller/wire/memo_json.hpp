// A decision memo as a document: what is signed, stored, and handed out as JSON (specification, section 9).
//
// EncodeMemo writes the signed content: one memo has one text. Signatures and the content hash stand outside of it.
// DecodeMemo reads a stored content back; it is strict, and every error has its JSON pointer. Text and structs only:
// store and app include this without seeing the JSON library. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>

#include "controller/policy/memo_document.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

/// The canonical JSON text of the content.
std::string EncodeMemo(const policy::MemoDocument& memo);
/// The content as above, plus `content_hash` and `signatures`: what readers of the API get. Canonical JSON, too.
std::string EncodeMemoWithSignatures(const policy::MemoDocument& memo);
/// From the text of either; a content without them leaves content_hash and signatures empty.
platform::Expected<policy::MemoDocument, platform::FieldErrors> DecodeMemo(std::string_view json);
/// SHA-256 hex of EncodeMemo: what signatures bind to (MEM-5, SOD-5).
std::string ContentHash(const policy::MemoDocument& memo);

}  // namespace wire
