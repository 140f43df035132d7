#include "controller/http/route.hpp"

#include <array>

namespace http {
namespace {

// Each list ends with what any route may answer: 500 and 503.
constexpr std::array kOpenRefusals{400, 500, 503};
constexpr std::array kReadRefusals{400, 401, 403, 404, 422, 429, 500, 503};
constexpr std::array kMutationRefusals{400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503};
constexpr std::array kChangeRefusals{400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503};

}  // namespace

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

std::span<const int> RefusalStatuses(const Route& route) {
    if (route.access == Access::kOpen) {
        return kOpenRefusals;
    }
    switch (route.kind) {
        case Kind::kRead:
        case Kind::kList:
            return route.body.kind == BodyKind::kNone ? std::span<const int>(kReadRefusals) : kMutationRefusals;
        case Kind::kCreate:
        case Kind::kAct:
            return kMutationRefusals;
        case Kind::kChange:
            return kChangeRefusals;
    }
    return kReadRefusals;
}

}  // namespace http
