// The answers that are the same everywhere: plain texts as the clients of this API know them, JSON, and the exception
// that carries a refusal out of a handler to the pipeline.
//
// Internal text never gets in here: what() of an exception goes to the log. Pure; thread safe.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "platform/httpd/server.hpp"
#include "tenancy/refusal.hpp"

namespace pulse::http {

/// text/plain with a line feed at its end.
platform::HttpResponse TextAnswer(int status, std::string_view text);
platform::HttpResponse JsonAnswer(int status, std::string body);
platform::HttpResponse NoContent();

/// Thrown by handlers and readers; ends the request, and a transaction around it.
class Rejection : public std::exception {
public:
    explicit Rejection(tenancy::Refusal why) : why_(std::move(why)) {}
    const char* what() const noexcept override {
        return why_.message.c_str();
    }
    const tenancy::Refusal& Why() const {
        return why_;
    }

private:
    tenancy::Refusal why_;
};

/// A refusal that is plain text: 403 CSRF, 404 of a path, 405.
class TextRejection : public std::exception {
public:
    TextRejection(int status, std::string_view reason, std::string text)
        : status_(status), reason_(reason), text_(std::move(text)) {}
    const char* what() const noexcept override {
        return text_.c_str();
    }
    int Status() const {
        return status_;
    }
    /// For log and metrics; a literal.
    std::string_view Reason() const {
        return reason_;
    }
    const std::string& Text() const {
        return text_;
    }

private:
    int status_;
    std::string_view reason_;
    std::string text_;
};

}  // namespace pulse::http
