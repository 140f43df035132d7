// A verdict in the formats that pipelines and people read: JUnit XML, Markdown, SARIF 2.1.0, GitHub workflow commands.
//
// Messages carry text that came from outside (ids, reasons, titles). Each format escapes it whole: no text can close an
// element, end a table row, start a workflow command or drive a terminal. What XML 1.0 cannot hold becomes U+FFFD.
// Only `allow` is a success in every format. Text and structs only. Pure; thread safe.
#pragma once

#include <string>

#include "controller/wire/verdict.hpp"

namespace wire {

/// One suite: a case "verdict", failed unless the state is allow, and one case per finding: denied and pending fail,
/// indeterminate is an error, a doubt passes with its text as output.
std::string JunitReport(const VerdictDocument& verdict);

/// A heading with the answer, and a table of findings.
std::string MarkdownReport(const VerdictDocument& verdict);

/// One run; a rule per finding's rule, a result per finding: denied and indeterminate are errors, pending a warning, a
/// doubt a note.
std::string SarifReport(const VerdictDocument& verdict);

/// `::error`, `::warning` and `::notice` lines, then one plain line with the answer. The job's summary is
/// MarkdownReport.
std::string GithubReport(const VerdictDocument& verdict);

/// "allow: 2025-01-15-audit-filter-ui may go from dev to experimental" in one line, escaped for a terminal.
std::string VerdictLine(const VerdictDocument& verdict);

}  // namespace wire
