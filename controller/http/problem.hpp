// How a request ends when it does not succeed: one value for every error answer, and the exception that carries it out
// of a reader (`exchange.Decode`, `exchange.Id` ...) to the edge.
//
// `code` is stable and ends the problem's `type`; its part before the dot is the family of docs/architecture.md.
// Internal text never gets in here: what() of an exception goes to the log. Value types; thread safe.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "controller/app/call.hpp"
#include "platform/httpd/server.hpp"

namespace http {

struct Problem {
    int status = 500;
    std::string code;    // "input.malformed"
    std::string detail;  // one sentence: what happened, with which value, what to do
    policy::Findings findings;
    platform::FieldErrors errors;
    platform::HeaderList headers;  // Allow, Retry-After, WWW-Authenticate ...
};

class Rejection : public std::exception {
public:
    explicit Rejection(Problem problem) : problem_(std::move(problem)) {}
    const char* what() const noexcept override {
        return problem_.detail.c_str();
    }
    const Problem& Why() const {
        return problem_;
    }

private:
    Problem problem_;
};

/// What an operation's refusal is over HTTP.
Problem ToProblem(app::Refusal refusal);

/// The complete answer, body encoded.
platform::HttpResponse ProblemResponse(const Problem& problem, std::string_view instance, std::string_view request_id);

}  // namespace http
