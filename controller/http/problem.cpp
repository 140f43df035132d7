#include "controller/http/problem.hpp"

#include <array>

#include "controller/wire/problem.hpp"

namespace http {
namespace {

struct TitleRow {
    std::string_view code;
    std::string_view title;
};

// One line for each code; a code without a row gets the title of its family.
constexpr std::array kTitles{TitleRow{"auth.role_missing", "A role is missing"},
                             TitleRow{"auth.separation_of_duties", "Somebody else has to do this"},
                             TitleRow{"auth.unauthenticated", "Nobody is named as the caller"},
                             TitleRow{"conflict.exists", "The id is taken"},
                             TitleRow{"conflict.idempotency", "The idempotency key was used for another request"},
                             TitleRow{"conflict.state", "The resource's state does not allow this"},
                             TitleRow{"conflict.version", "The resource has changed meanwhile"},
                             TitleRow{"conflict.version_missing", "The version to change was not named"},
                             TitleRow{"input.expectation", "The expectation cannot be met"},
                             TitleRow{"input.headers_too_large", "The request headers are too large"},
                             TitleRow{"input.http_version", "The HTTP version is not spoken"},
                             TitleRow{"input.invalid", "The request's values do not hold"},
                             TitleRow{"input.malformed", "The request cannot be read"},
                             TitleRow{"input.media_type", "The media type is not accepted here"},
                             TitleRow{"input.method", "The method is not allowed here"},
                             TitleRow{"input.method_unknown", "The method is not known"},
                             TitleRow{"input.target_too_long", "The address is too long"},
                             TitleRow{"input.timeout", "The request did not arrive in time"},
                             TitleRow{"input.too_large", "The body is too large"},
                             TitleRow{"input.transfer_encoding", "The transfer encoding is not known"},
                             TitleRow{"not_found.path", "There is no such path"},
                             TitleRow{"not_found.resource", "There is no such resource"},
                             TitleRow{"rules.denied", "The rules deny this"},
                             TitleRow{"rules.pending", "Time, an approval or evidence is missing"},
                             TitleRow{"unavailable.database", "The database cannot be used at the moment"},
                             TitleRow{"unavailable.indeterminate", "It could not be decided"},
                             TitleRow{"unavailable.rate_limited", "Too many requests"},
                             TitleRow{"internal.error", "Something is wrong with the server"}};

std::string_view TitleOf(std::string_view code) {
    for (const TitleRow& row : kTitles) {
        if (row.code == code) {
            return row.title;
        }
    }
    return code.starts_with("input.")         ? "The request's values do not hold"
           : code.starts_with("conflict.")    ? "The resource's state does not allow this"
           : code.starts_with("unavailable.") ? "It could not be decided"
           : code.starts_with("auth.")        ? "Not allowed"
           : code.starts_with("not_found.")   ? "There is no such resource"
           : code.starts_with("internal.")    ? "Something is wrong with the server"
                                              : "The rules deny this";
}

int StatusOf(app::RefusalKind kind) {
    switch (kind) {
        case app::RefusalKind::kDenied:
        case app::RefusalKind::kPending:
        case app::RefusalKind::kExists:
            return 409;
        case app::RefusalKind::kInvalid:
            return 422;
        case app::RefusalKind::kNotFound:
            return 404;
        case app::RefusalKind::kForbidden:
            return 403;
        case app::RefusalKind::kStale:
            return 412;
        case app::RefusalKind::kIndeterminate:
            return 503;
    }
    return 500;
}

}  // namespace

Problem ToProblem(app::Refusal refusal) {
    Problem problem{StatusOf(refusal.kind),      std::move(refusal.code),   std::move(refusal.detail),
                    std::move(refusal.findings), std::move(refusal.errors), {}};
    if (problem.status == 503) {
        problem.headers.emplace_back("Retry-After", "5");
    }
    return problem;
}

platform::HttpResponse ProblemResponse(const Problem& problem, std::string_view instance, std::string_view request_id) {
    wire::Problem document;
    document.code = problem.code;
    document.title = TitleOf(problem.code);
    document.status = problem.status;
    document.detail = problem.detail;
    document.instance = instance;
    document.request_id = request_id;
    document.findings = wire::MakeFindingDocuments(problem.findings);
    document.errors = problem.errors;
    platform::HttpResponse response{problem.status, problem.headers, wire::ProblemText(document)};
    response.headers.emplace_back("Content-Type", "application/problem+json");
    return response;
}

}  // namespace http
