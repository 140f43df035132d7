#include "pulse/http/route.hpp"

namespace pulse::http {

std::string_view MethodText(Method method) {
    switch (method) {
        case Method::kGet:
            return "GET";
        case Method::kPost:
            return "POST";
        case Method::kPut:
            return "PUT";
        case Method::kPatch:
            return "PATCH";
        case Method::kDelete:
            return "DELETE";
    }
    return "?";
}

std::optional<Method> RouteMethod(std::string_view text) {
    if (text == "HEAD") {
        return Method::kGet;
    }
    for (const Method method : {Method::kGet, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
        if (MethodText(method) == text) {
            return method;
        }
    }
    return std::nullopt;
}

}  // namespace pulse::http
