// Finds the row for a method and a path. A literal segment wins over a parameter, but only where it leads to a row with
// the method: DELETE /api/orgs/a/shares/incoming is the share called "incoming", while GET is the list of incoming
// ones.
//
// Construction throws std::logic_error when two rows collide or a pattern is malformed: the table is wrong.
// Immutable after construction; thread safe. A match does not allocate unless there is none.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pulse/http/route.hpp"

namespace pulse::http {

inline constexpr std::size_t kMaxPathParameters = 4;
inline constexpr std::size_t kMethodCount = 5;

struct PathParameter {
    std::string_view name;   // into the table
    std::string_view value;  // into the path
};

struct RouteMatch {
    const Route* route = nullptr;  // null: no such path, or no such method there (then `allowed` is not empty)
    std::size_t index = 0;         // of the route in the table
    std::array<PathParameter, kMaxPathParameters> parameters{};
    std::size_t parameter_count = 0;
    std::string allowed;  // as an Allow header says it; when there is no route

    /// std::logic_error when the pattern has no such parameter.
    std::string_view Parameter(std::string_view name) const;
};

class Router {
public:
    explicit Router(std::vector<Route> routes);
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// `method` as in the request line; HEAD finds the GET row.
    RouteMatch Match(std::string_view method, std::string_view path) const;
    std::span<const Route> Routes() const {
        return routes_;
    }

private:
    struct Node;
    struct Search;

    void Insert(std::size_t index);
    bool Find(const Node& node, std::string_view rest, Search& search) const;
    std::string AllowedText(std::string_view path) const;

    std::vector<Route> routes_;
    std::unique_ptr<Node> root_;
};

}  // namespace pulse::http
