#include "pulse/http/router.hpp"

#include <algorithm>
#include <stdexcept>

namespace pulse::http {
namespace {

constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);

bool IsParameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

struct Router::Node {
    struct Child {
        std::string_view text;
        std::unique_ptr<Node> node;
    };

    Node() {
        rows.fill(kNoRow);
    }

    static Node& ChildOf(std::vector<Child>& children, std::string_view text);

    std::vector<Child> literals;
    std::vector<Child> variables;  // by the name of the parameter
    std::array<std::size_t, kMethodCount> rows{};
};

Router::Node& Router::Node::ChildOf(std::vector<Child>& children, std::string_view text) {
    const auto found = std::ranges::find(children, text, &Child::text);
    if (found != children.end()) {
        return *found->node;
    }
    children.push_back({text, std::make_unique<Node>()});
    return *children.back().node;
}

struct Router::Search {
    std::size_t method = 0;
    std::size_t row = kNoRow;
    RouteMatch* match = nullptr;
};

std::string_view RouteMatch::Parameter(std::string_view name) const {
    for (std::size_t i = 0; i < parameter_count; ++i) {
        if (parameters[i].name == name) {
            return parameters[i].value;
        }
    }
    throw std::logic_error("the route has no parameter '" + std::string(name) + "'");
}

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)), root_(std::make_unique<Node>()) {
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        Insert(i);
    }
}

Router::~Router() = default;

void Router::Insert(std::size_t index) {
    const Route& route = routes_[index];
    const auto wrong = [&](std::string_view what) {
        return std::logic_error("route '" + std::string(route.pattern) + "' " + std::string(what));
    };
    if (!route.pattern.starts_with('/') || route.handler == nullptr) {
        throw wrong("has no leading slash or no handler");
    }
    Node* node = root_.get();
    std::size_t parameters = 0;
    std::string_view rest = route.pattern;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(segment.size());
        if (IsParameter(segment)) {
            const std::string_view name = segment.substr(1, segment.size() - 2);
            node = &Node::ChildOf(node->variables, name);
            ++parameters;
        } else {
            node = &Node::ChildOf(node->literals, segment);
        }
    }
    auto& slot = node->rows[static_cast<std::size_t>(route.method)];
    if (slot != kNoRow || parameters > kMaxPathParameters) {
        throw wrong("exists twice or has too many parameters");
    }
    slot = index;
}

bool Router::Find(const Node& node, std::string_view rest, Search& search) const {
    if (rest.empty()) {
        search.row = node.rows[search.method];
        return search.row != kNoRow;
    }
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    for (const auto& literal : node.literals) {
        if (literal.text == segment && Find(*literal.node, rest, search)) {
            return true;
        }
    }
    for (const auto& variable : node.variables) {
        if (segment.empty()) {
            break;
        }
        const std::size_t mark = search.match->parameter_count;
        search.match->parameters[search.match->parameter_count++] = {variable.text, segment};
        if (Find(*variable.node, rest, search)) {
            return true;
        }
        search.match->parameter_count = mark;
    }
    return false;
}

std::string Router::AllowedText(std::string_view path) const {
    std::vector<std::string_view> allowed;
    for (const Method method : {Method::kDelete, Method::kGet, Method::kPatch, Method::kPost, Method::kPut}) {
        RouteMatch scratch;
        Search search{.method = static_cast<std::size_t>(method), .match = &scratch};
        if (Find(*root_, path, search)) {
            allowed.push_back(MethodText(method));
            if (method == Method::kGet) {
                allowed.emplace_back("HEAD");
            }
        }
    }
    std::string text;
    for (const std::string_view method : allowed) {
        text.append(text.empty() ? "" : ", ").append(method);
    }
    return text;
}

RouteMatch Router::Match(std::string_view method, std::string_view path) const {
    RouteMatch match;
    if (!path.starts_with('/')) {
        return match;
    }
    const auto known = RouteMethod(method);
    Search search{.method = known ? static_cast<std::size_t>(*known) : 0, .match = &match};
    if (known && Find(*root_, path, search)) {
        match.route = &routes_[search.row];
        match.index = search.row;
        return match;
    }
    match.parameter_count = 0;
    match.allowed = AllowedText(path);
    return match;
}

}  // namespace pulse::http
