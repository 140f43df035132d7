#include "controller/http/docs_page.hpp"

#include <algorithm>
#include <vector>

#include "controller/http/gatekeeper.hpp"
#include "controller/http/media_type.hpp"
#include "controller/http/openapi.hpp"
#include "controller/http/routes.hpp"
#include "platform/json/json.hpp"

namespace http {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Portcullis API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{background:#f6f8fa;padding:.75rem;overflow:auto;border-radius:4px}
details{margin:.5rem 0;border:1px solid #d0d7de;border-radius:4px;padding:.4rem .75rem}summary{cursor:pointer}
.m{display:inline-block;min-width:4rem;font-weight:700}.q{color:#57606a}
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}
details,h2{border-color:#30363d}.q{color:#8b949e}a{color:#58a6ff}}
</style></head><body>
<h1>Portcullis API</h1>
<p>JSON in and out. Name yourself with <code>Authorization: Bearer pcl_...</code>. Errors are
<code>application/problem+json</code> with everything that is wrong at once. A POST takes an <code>Idempotency-Key</code>;
a change of a resource needs <code>If-Match</code> with the <code>ETag</code> that was read. Lists take
<code>limit</code> and <code>cursor</code>. For machines: <a href="/openapi.json">/openapi.json</a>.</p>
)";

std::string EscapeHtml(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

std::string Anchor(std::string_view text) {
    std::string anchor;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        anchor += letter ? c : '-';
    }
    return anchor;
}

std::string Pretty(std::string_view json) {
    return EscapeHtml(platform::Json::parse(json).dump(2));
}

const wire::Schema* FindSchema(const wire::Schemas& schemas, std::string_view name) {
    for (const wire::Schema& schema : schemas) {
        if (schema.name == name) {
            return &schema;
        }
    }
    return nullptr;
}

std::string SchemaLink(std::string_view name) {
    return "<a href=\"#schema-" + Anchor(name) + "\"><code>" + EscapeHtml(name) + "</code></a>";
}

std::string QueryTable(const Route& route) {
    std::string html;
    for (const QueryParameter& query : route.query) {
        html += "<li><code>" + EscapeHtml(query.name) + "</code> <span class=\"q\">" + EscapeHtml(query.description) +
                "</span></li>";
    }
    return html.empty() ? html : "<p>Query parameters:</p><ul>" + html + "</ul>";
}

std::string BodyPart(const Route& route, const wire::Schemas& schemas) {
    if (route.body.kind == BodyKind::kNone) {
        return {};
    }
    std::string html = "<p>Body: " + std::string(AcceptedTypes(route.body.kind));
    if (!route.body.schema.empty()) {
        html += ", " + SchemaLink(route.body.schema);
    }
    html += ", up to " + std::to_string(route.body.limit / 1024) + " KiB" +
            (route.body.kind == BodyKind::kOptionalJson ? "; may be left out" : "") + ".</p>";
    const wire::Schema* schema = FindSchema(schemas, route.body.schema);
    const std::string example = !route.body.example.empty() ? std::string(route.body.example)
                                : schema != nullptr         ? schema->example
                                                            : std::string();
    return example.empty() ? html : html + "<pre>" + Pretty(example) + "</pre>";
}

std::string AnswerPart(const Route& route) {
    std::string html = "<p>Answers " + std::to_string(route.answer.status) + " with ";
    const bool page = route.answer.schema.starts_with("Page:");
    const std::string_view schema = page ? route.answer.schema.substr(5) : route.answer.schema;
    if (!schema.empty()) {
        html += (page ? "a page of " : "") + SchemaLink(schema) + " as ";
    }
    html += EscapeHtml(route.answer.media_types) + ". ";
    html += "Refusals:";
    for (const int status : RefusalStatuses(route)) {
        html += " " + std::to_string(status);
    }
    return html + ".</p>";
}

std::string RoutePart(const Route& route, const wire::Schemas& schemas) {
    std::string html = "<details><summary><span class=\"m\">" + std::string(MethodText(route.method)) +
                       "</span> <code>" + EscapeHtml(route.pattern) + "</code> " + EscapeHtml(route.summary) +
                       "</summary>";
    html += route.access == Access::kOpen ? "<p>Open to everybody.</p>"
                                          : "<p>It " + EscapeHtml(NeededRoles(route.permission)) + ".</p>";
    if (route.kind == Kind::kChange) {
        html += "<p>Needs <code>If-Match</code>.</p>";
    }
    return html + QueryTable(route) + BodyPart(route, schemas) + AnswerPart(route) + "</details>\n";
}

}  // namespace

std::string MakeDocsPage(std::span<const Route> routes, const wire::Schemas& schemas) {
    std::string html(kHead);
    std::vector<std::string_view> areas;
    for (const Route& route : routes) {
        if (std::find(areas.begin(), areas.end(), route.area) == areas.end()) {
            areas.push_back(route.area);
        }
    }
    for (const std::string_view area : areas) {
        html += "<h2 id=\"" + Anchor(area) + "\">" + EscapeHtml(area) + "</h2>\n";
        for (const Route& route : routes) {
            if (route.area == area) {
                html += RoutePart(route, schemas);
            }
        }
    }
    html += "<h2 id=\"schemas\">Schemas</h2>\n";
    for (const wire::Schema& schema : schemas) {
        html += "<details id=\"schema-" + Anchor(schema.name) + "\"><summary><code>" + EscapeHtml(schema.name) +
                "</code></summary><pre>" + Pretty(schema.json) + "</pre></details>\n";
    }
    return html + "</body></html>\n";
}

const std::string& DocsPage() {
    static const std::string page = MakeDocsPage(AllRoutes(), AllSchemas());
    return page;
}

const std::string& SimulatedDocsPage() {
    static const std::string page = [] {
        std::string html = DocsPage();
        const std::string_view title = "<h1>Portcullis API</h1>\n";
        html.insert(
            html.find(title) + title.size(),
            "<p><strong>Simulated clock.</strong> Every time that this server states is the time of a simulated "
            "clock.</p>\n");
        return html;
    }();
    return page;
}

}  // namespace http
