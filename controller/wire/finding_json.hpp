// Findings and verdicts as JSON values, for documents that embed them. Pulls the JSON library in. Pure; thread safe.
#pragma once

#include "controller/wire/verdict.hpp"
#include "platform/json/json.hpp"

namespace wire {

/// `rule, kind, hard_stop, message, remedy, subject, reference, ends_at`; the last three only when there is something.
platform::Json ToJson(const FindingDocument& finding);
platform::Json ToJson(const policy::Finding& finding);
platform::Json ToJson(const std::vector<FindingDocument>& findings);
platform::Json ToJson(const policy::Findings& findings);
platform::Json ToJson(const VerdictDocument& verdict);

/// Reads what ToJson wrote. Errors are appended with their pointers; unknown fields are ignored.
std::vector<FindingDocument> ReadFindings(const platform::Json& list, const std::string& pointer,
                                          platform::FieldErrors& errors);
platform::Expected<VerdictDocument, platform::FieldErrors> DecodeVerdictJson(const platform::Json& document);

}  // namespace wire
