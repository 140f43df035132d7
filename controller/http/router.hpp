// Finds the row for a method and a path. Compiled once from the route table into a tree of path segments; a match
// walks it without allocating. Literal segments win over verbs, verbs over parameters, whatever the table's order.
//
// Compile throws std::logic_error when two rows collide or a pattern is malformed: the table is wrong.
// Immutable after construction; thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "controller/http/route.hpp"

namespace http {

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
    /// The methods this path knows, as an Allow header says them; empty when the path is unknown.
    std::string_view allowed;

    std::optional<std::string_view> FindParameter(std::string_view name) const;
    /// std::logic_error when the pattern has no such parameter.
    std::string_view Parameter(std::string_view name) const;
};

class Router {
public:
    explicit Router(std::span<const Route> routes);
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

    Node& Descend(Node& node, std::string_view segment);
    const Node* Find(const Node& node, std::string_view rest, RouteMatch& match) const;
    void Complete(Node& node);

    std::span<const Route> routes_;
    std::unique_ptr<Node> root_;
};

}  // namespace http
