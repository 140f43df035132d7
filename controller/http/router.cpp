#include "controller/http/router.hpp"

#include <stdexcept>
#include <utility>

namespace http {
namespace {

constexpr std::size_t kNoRoute = static_cast<std::size_t>(-1);

struct SegmentPattern {
    std::string_view parameter;  // empty: a literal
    std::string_view text;       // the literal, or the verb with its colon
};

SegmentPattern ReadSegmentPattern(std::string_view segment) {
    if (segment.empty() || segment.front() != '{') {
        return {{}, segment};
    }
    const auto close = segment.find('}');
    if (close == std::string_view::npos || close == 1) {
        throw std::logic_error("route pattern: malformed parameter in '" + std::string(segment) + "'");
    }
    const std::string_view verb = segment.substr(close + 1);
    if (!verb.empty() && (verb.front() != ':' || verb.size() == 1)) {
        throw std::logic_error("route pattern: only a verb may follow a parameter, in '" + std::string(segment) + "'");
    }
    return {segment.substr(1, close - 1), verb};
}

std::optional<Method> RouterMethod(std::string_view text) {
    if (text == "GET" || text == "HEAD") {
        return Method::kGet;
    }
    if (text == "POST") {
        return Method::kPost;
    }
    if (text == "PUT") {
        return Method::kPut;
    }
    if (text == "PATCH") {
        return Method::kPatch;
    }
    if (text == "DELETE") {
        return Method::kDelete;
    }
    return std::nullopt;
}

}  // namespace

struct Router::Node {
    struct Literal {
        std::string_view text;
        std::unique_ptr<Node> node;
    };
    struct Variable {
        std::string_view name;
        std::string_view verb;  // ":revoke"; empty for the plain parameter
        std::unique_ptr<Node> node;
    };

    Node() {
        routes.fill(kNoRoute);
    }

    std::vector<Literal> literals;
    std::vector<Variable> variables;  // those with a verb first
    std::array<std::size_t, kMethodCount> routes{};
    std::string allowed;
};

std::optional<std::string_view> RouteMatch::FindParameter(std::string_view name) const {
    for (std::size_t i = 0; i < parameter_count; ++i) {
        if (parameters[i].name == name) {
            return parameters[i].value;
        }
    }
    return std::nullopt;
}

std::string_view RouteMatch::Parameter(std::string_view name) const {
    const auto value = FindParameter(name);
    if (!value) {
        throw std::logic_error("the route has no parameter '" + std::string(name) + "'");
    }
    return *value;
}

Router::Router(std::span<const Route> routes) : routes_(routes), root_(std::make_unique<Node>()) {
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        std::string_view rest = routes_[i].pattern;
        if (rest.empty() || rest.front() != '/' || routes_[i].handler == nullptr) {
            throw std::logic_error("route '" + std::string(rest) + "' has no leading slash or no handler");
        }
        Node* node = root_.get();
        std::size_t parameters = 0;
        while (!rest.empty()) {
            rest.remove_prefix(1);
            const std::string_view segment = rest.substr(0, rest.find('/'));
            rest.remove_prefix(segment.size());
            parameters += segment.starts_with('{') ? 1U : 0U;
            node = &Descend(*node, segment);
        }
        auto& slot = node->routes[static_cast<std::size_t>(routes_[i].method)];
        if (slot != kNoRoute || parameters > kMaxPathParameters) {
            throw std::logic_error("route '" + std::string(routes_[i].pattern) +
                                   "' exists twice or has too many "
                                   "parameters");
        }
        slot = i;
    }
    Complete(*root_);
}

Router::~Router() = default;

Router::Node& Router::Descend(Node& node, std::string_view segment) {
    const SegmentPattern pattern = ReadSegmentPattern(segment);
    if (pattern.parameter.empty()) {
        for (auto& literal : node.literals) {
            if (literal.text == pattern.text) {
                return *literal.node;
            }
        }
        node.literals.push_back({pattern.text, std::make_unique<Node>()});
        return *node.literals.back().node;
    }
    for (auto& variable : node.variables) {
        if (variable.verb == pattern.text) {
            if (variable.name != pattern.parameter) {
                throw std::logic_error("route pattern: '" + std::string(segment) + "' has another name elsewhere");
            }
            return *variable.node;
        }
    }
    const auto position = pattern.text.empty() ? node.variables.end() : node.variables.begin();
    return *node.variables.insert(position, {pattern.parameter, pattern.text, std::make_unique<Node>()})->node;
}

void Router::Complete(Node& node) {
    for (const std::size_t route : node.routes) {
        if (route != kNoRoute) {
            node.allowed.append(node.allowed.empty() ? "" : ", ").append(MethodText(routes_[route].method));
            node.allowed.append(routes_[route].method == Method::kGet ? ", HEAD" : "");
        }
    }
    for (auto& literal : node.literals) {
        Complete(*literal.node);
    }
    for (auto& variable : node.variables) {
        Complete(*variable.node);
    }
}

const Router::Node* Router::Find(const Node& node, std::string_view rest, RouteMatch& match) const {
    if (rest.empty()) {
        return node.allowed.empty() ? nullptr : &node;
    }
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    for (const auto& literal : node.literals) {
        if (literal.text == segment) {
            if (const Node* found = Find(*literal.node, rest, match)) {
                return found;
            }
        }
    }
    for (const auto& variable : node.variables) {
        if (segment.size() > variable.verb.size() && segment.ends_with(variable.verb)) {
            const std::size_t mark = match.parameter_count;
            match.parameters[match.parameter_count++] = {variable.name,
                                                         segment.substr(0, segment.size() - variable.verb.size())};
            if (const Node* found = Find(*variable.node, rest, match)) {
                return found;
            }
            match.parameter_count = mark;
        }
    }
    return nullptr;
}

RouteMatch Router::Match(std::string_view method, std::string_view path) const {
    RouteMatch match;
    const Node* node = path.starts_with('/') ? Find(*root_, path, match) : nullptr;
    if (node == nullptr) {
        return match;
    }
    match.allowed = node->allowed;
    const auto known = RouterMethod(method);
    const std::size_t route = known ? node->routes[static_cast<std::size_t>(*known)] : kNoRoute;
    if (route != kNoRoute) {
        match.route = &routes_[route];
        match.index = route;
    }
    return match;
}

}  // namespace http
