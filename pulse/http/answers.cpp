#include "pulse/http/answers.hpp"

namespace pulse::http {

platform::HttpResponse TextAnswer(int status, std::string_view text) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::string(text) + "\n"};
}

platform::HttpResponse JsonAnswer(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

platform::HttpResponse NoContent() {
    return {204, {}, {}};
}

}  // namespace pulse::http
