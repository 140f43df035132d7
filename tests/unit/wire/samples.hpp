// Documents with every field set, for tests that change one thing in them. Value types; thread safe.
#pragma once

#include <string>
#include <string_view>

#include "controller/policy/facts.hpp"
#include "controller/wire/verdict.hpp"
#include "platform/base/field_error.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/json/json.hpp"

namespace wire {

policy::Manifest FullManifest();
policy::ExposurePlan FullPlan();
policy::PromotionFacts FullFacts();
/// Denied, with one finding of each kind.
VerdictDocument FullVerdict();

/// The same key in every run, so that a failing test fails again.
const platform::SigningKey& TestKey();
const platform::VerifyingKey& TestPublicKey();
const platform::SigningKey& OtherKey();

policy::Time At(std::string_view text);

/// The file's bytes; the path is relative to the repository's root.
std::string SourceFile(const std::string& path);

/// "pointer: message" lines, for messages and for matching.
std::string ErrorText(const platform::FieldErrors& errors);
/// Whether one of them is at that pointer and its message contains `part`.
bool HasError(const platform::FieldErrors& errors, std::string_view pointer, std::string_view part);

/// Bytes that break formats: quotes, ends of elements, workflow commands, terminal escapes, no UTF-8, NUL.
std::string HostileText();

}  // namespace wire
