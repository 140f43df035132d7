// The order of the steps, outermost first, and why it is this one:
//
//   request id        first, so that every answer and every log line carries it, the failures of later steps too
//   record            metrics and log see what the caller sees, including refusals of all later steps
//   security headers  on every answer alike
//   failures          exceptions become problems here, in one place, around everything that may throw
//   route             404 and 405 before anything is spent on the request
//   media type, size  415 and 413 need no caller; refused before the database is asked for one
//   caller            401; from here on somebody is named
//   rate              429 after the caller is known: a bucket belongs to a principal, not to an address that many share
//   permission        403 before the request is read any further: what a stranger sent is none of our business.
//                     Audited, in a transaction of its own
//   query, If-Match   400 for what nobody asked for, 428: both need only the row of the route table
//   handler           decodes the body (400, 422), then runs the script. Idempotency is part of the script's
//                     transaction, not a step before it: the answer is stored if and only if the work is committed
#include "controller/http/api.hpp"

#include <algorithm>
#include <stdexcept>

#include "controller/app/record_refused_access.hpp"
#include "controller/http/exchange.hpp"
#include "controller/http/media_type.hpp"
#include "controller/policy/catalogue.hpp"
#include "platform/base/ids.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

constexpr std::size_t kLongestRequestId = 64;
constexpr std::array<std::string_view, 2> kListParameters{"limit", "cursor"};

Problem InputProblem(int status, std::string code, std::string detail) {
    return {status, std::move(code), std::move(detail), {}, {}, {}};
}

void CheckBody(const Route& row, const platform::HttpRequest& request) {
    const RouteBody& body = row.body;
    if (request.body.empty()) {
        if (body.kind != BodyKind::kNone && body.kind != BodyKind::kOptionalJson) {
            throw Rejection(
                InputProblem(400, "input.malformed",
                             "The request has no body; send one as " + std::string(AcceptedTypes(body.kind)) + "."));
        }
        return;
    }
    if (body.kind == BodyKind::kNone) {
        throw Rejection(InputProblem(400, "input.malformed", "This takes no body."));
    }
    const auto type = ReadMediaType(request.Header("content-type"));
    if (!type || !Accepts(body.kind, *type) || !request.Header("content-encoding").empty()) {
        throw Rejection(InputProblem(415, "input.media_type",
                                     "The body must be " + std::string(AcceptedTypes(body.kind)) +
                                         " in UTF-8, not compressed, and the Content-Type header must say so."));
    }
    if (request.body.size() > body.limit) {
        throw Rejection(InputProblem(413, "input.too_large",
                                     "The body has " + std::to_string(request.body.size()) + " bytes; at most " +
                                         std::to_string(body.limit) + " are accepted here."));
    }
}

void CheckQuery(const Route& row, const platform::HttpRequest& request) {
    const auto known = [&](std::string_view name) {
        return std::ranges::any_of(row.query,
                                   [&](const QueryParameter& known_one) { return known_one.name == name; }) ||
               (row.kind == Kind::kList && std::ranges::find(kListParameters, name) != kListParameters.end());
    };
    for (std::size_t i = 0; i < request.query.size(); ++i) {
        const std::string& name = request.query[i].first;
        if (!known(name)) {
            std::string choices;
            for (const QueryParameter& parameter : row.query) {
                choices.append(choices.empty() ? "" : ", ").append(parameter.name);
            }
            for (const std::string_view parameter : kListParameters) {
                if (row.kind == Kind::kList) {
                    choices.append(choices.empty() ? "" : ", ").append(parameter);
                }
            }
            throw Rejection(InputProblem(400, "input.malformed",
                                         "There is no query parameter " + platform::QuoteForMessage(name) + " here; " +
                                             (choices.empty() ? "there are none." : "known are: " + choices + ".")));
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (request.query[j].first == name) {
                throw Rejection(InputProblem(
                    400, "input.malformed",
                    "The query parameter " + platform::QuoteForMessage(name) + " may be given once only."));
            }
        }
    }
}

void CheckIfMatch(const Route& row, const platform::HttpRequest& request) {
    const std::string_view header = platform::Trim(request.Header("if-match"));
    if (row.kind == Kind::kChange && (header.empty() || header == "*")) {
        throw Rejection(InputProblem(428, "conflict.version_missing",
                                     "A change must name the version it was made for: read the resource, then send its "
                                     "ETag as If-Match."));
    }
}

void AddOwnHeaders(const Exchange& exchange, platform::HttpResponse& response) {
    platform::HeaderList& headers = response.headers;
    if (const auto& rate = exchange.Rate()) {
        headers.emplace_back("RateLimit-Limit", std::to_string(static_cast<std::int64_t>(rate->second.burst)));
        headers.emplace_back("RateLimit-Remaining", std::to_string(rate->first.remaining));
        headers.emplace_back("RateLimit-Reset", std::to_string(rate->first.reset_seconds));
    }
    const auto type = std::ranges::find_if(headers, [](const auto& header) { return header.first == "Content-Type"; });
    if (type != headers.end() && type->second.starts_with("text/html")) {
        headers.emplace_back("Content-Security-Policy",
                             "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                             "frame-ancestors 'none'");
        headers.emplace_back("Referrer-Policy", "no-referrer");
    }
}

/// The audit subject of an operation that PostgreSQL refused: what its path names.
app::AuditSubject SubjectOfPath(const Exchange& exchange) {
    app::AuditSubject subject{.action = "operation.refused"};
    const auto take = [&](std::string_view parameter, std::string& target) {
        const auto value = exchange.FindParameter(parameter);
        if (value && platform::IsIdText(*value, 100)) {
            target = *value;
        }
    };
    take("release", subject.release);
    take("tenant", subject.tenant);
    return subject;
}

}  // namespace

std::string RequestIdOf(const platform::HttpRequest& request) {
    const std::string_view given = request.Header("x-request-id");
    if (platform::IsIdText(given, kLongestRequestId)) {
        return std::string(given);
    }
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(platform::SystemNow().time_since_epoch());
    return "req_" + platform::MakeUlid(now.count());
}

Api::Api(app::Services& services, std::span<const Route> routes, ApiOptions options)
    : services_(services),
      router_(routes),
      options_(std::move(options)),
      gatekeeper_(services, options_.per_principal, options_.failures_per_peer) {}

platform::HttpResponse Api::Handle(const platform::HttpRequest& request) {
    const platform::Stopwatch stopwatch;
    const RouteMatch match = router_.Match(request.method, request.path);
    Exchange exchange(request, match, services_, gatekeeper_, RequestIdOf(request));
    platform::HttpResponse response = Guarded(exchange);
    AddCommonHeaders(exchange.RequestId(), response);
    AddOwnHeaders(exchange, response);
    if (options_.on_answer) {
        const bool known = match.route != nullptr;
        options_.on_answer({request.method, known ? match.route->pattern : std::string_view(),
                            known ? MethodText(match.route->method) : std::string_view(), match.index, response.status,
                            stopwatch.Elapsed(), exchange.Caller().actor.id.Text(), exchange.RequestId(),
                            request.peer});
    }
    return response;
}

bool Api::IsUrgent(const platform::HttpRequest& request) const {
    const RouteMatch match = router_.Match(request.method, request.path);
    return match.route != nullptr &&
           (match.route->access == Access::kOpen || (match.route->urgent != nullptr && match.route->urgent(request)));
}

platform::HttpResponse Api::Refuse(const platform::RefusedRequest& refused) {
    const std::string request_id = RequestIdOf(refused.request);
    platform::HttpResponse response =
        ProblemResponse(InputProblem(refused.status, std::string(refused.code), std::string(refused.detail)),
                        refused.request.path, request_id);
    AddCommonHeaders(request_id, response);
    if (options_.on_answer) {
        options_.on_answer(
            {refused.request.method, {}, {}, 0, refused.status, {}, {}, request_id, refused.request.peer});
    }
    return response;
}

void Api::AddCommonHeaders(const std::string& request_id, platform::HttpResponse& response) const {
    platform::HeaderList& headers = response.headers;
    headers.emplace_back("X-Request-Id", request_id);
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    // Conditional requests are for clients that keep answers on purpose; no browser or proxy is to keep one by itself.
    headers.emplace_back("Cache-Control", "no-store");
    if (services_.simulated_clock) {
        headers.emplace_back("X-Portcullis-Clock", "simulated");
    }
}

platform::HttpResponse Api::Guarded(Exchange& exchange) {
    Problem problem;
    const auto fail = [&](FailureKind kind, std::string_view text) {
        if (options_.on_failure) {
            options_.on_failure(kind, exchange.RequestId(), text);
        }
    };
    const auto unavailable = [&](std::string_view text) {
        fail(FailureKind::kUnavailable, text);
        problem = {503,
                   "unavailable.database",
                   "The database cannot be used at the moment; nothing was decided and nothing was changed, unless an "
                   "answer to an earlier attempt says so. Try again, with the same Idempotency-Key.",
                   {},
                   {},
                   {}};
        problem.headers.emplace_back("Retry-After", "2");
    };
    const auto broken = [&](std::string_view text) {
        fail(FailureKind::kFault, text);
        problem = {500,
                   "internal.error",
                   "The server has a fault; its operators find the cause under this request id.",
                   {},
                   {},
                   {}};
    };
    try {
        try {
            return Answer(exchange);
        } catch (const Rejection& rejection) {
            problem = rejection.Why();
        } catch (const store::RuleViolation& violation) {
            fail(FailureKind::kRefused, violation.what());
            problem = ProblemOfRule(exchange, violation);
        } catch (const store::Conflict& conflict) {
            fail(FailureKind::kRefused, conflict.what());
            problem = ProblemOfConflict(exchange);
        }
    } catch (const store::Unavailable& lost) {
        unavailable(lost.what());
    } catch (const std::exception& fault) {
        broken(fault.what());
    } catch (...) {
        broken("an exception of an unknown type");
    }
    return ProblemResponse(problem, exchange.Request().path, exchange.RequestId());
}

platform::HttpResponse Api::Answer(Exchange& exchange) {
    const platform::HttpRequest& request = exchange.Request();
    if (!exchange.Found()) {
        if (exchange.AllowedMethods().empty()) {
            throw Rejection(InputProblem(
                404, "not_found.path",
                "There is no path " + platform::QuoteForMessage(request.path) + "; /docs lists what there is."));
        }
        Problem problem = InputProblem(
            405, "input.method",
            request.method + " is not allowed here; allowed are: " + std::string(exchange.AllowedMethods()) + ".");
        problem.headers.emplace_back("Allow", exchange.AllowedMethods());
        throw Rejection(std::move(problem));
    }
    const Route& row = exchange.Row();
    CheckBody(row, request);
    if (row.access == Access::kToken) {
        gatekeeper_.Identify(exchange);
    }
    CheckQuery(row, request);
    CheckIfMatch(row, request);
    platform::HttpResponse response = row.handler(exchange);
    PORTCULLIS_INVARIANT(exchange.HasCaller() || row.access == Access::kOpen || response.status >= 400,
                         "nobody gets an answer without being named");
    return response;
}

Problem Api::ProblemOfRule(const Exchange& exchange, const store::RuleViolation& violation) {
    app::Refusal refusal{app::RefusalKind::kDenied,
                         "rules.denied",
                         "The database refused this by itself, because a rule forbids it.",
                         {},
                         {}};
    if (const policy::Rule* row = policy::FindRule(violation.Rule())) {
        policy::Finding finding;
        finding.rule = row->id;
        finding.hard_stop = row->hard_stop;
        finding.message = violation.what();  // written for people: the triggers' own words
        finding.remedy = "See the rule: " + std::string(row->title);
        refusal.findings.push_back(std::move(finding));
    }
    return ToProblem(
        app::RecordRefusedAccess(services_, exchange.Caller(), SubjectOfPath(exchange), std::move(refusal)));
}

Problem Api::ProblemOfConflict(const Exchange& exchange) {
    app::Refusal refusal{app::RefusalKind::kExists,
                         "conflict.state",
                         "It exists already, or somebody else changed it at the same moment. Ids that differ only in "
                         "the case of their letters are the same. Read it again.",
                         {},
                         {}};
    return ToProblem(
        app::RecordRefusedAccess(services_, exchange.Caller(), SubjectOfPath(exchange), std::move(refusal)));
}

}  // namespace http
