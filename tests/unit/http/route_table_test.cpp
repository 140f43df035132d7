// The table as a whole: what every row has to keep, so that nobody has to remember it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "controller/http/docs_page.hpp"
#include "controller/http/openapi.hpp"
#include "controller/http/router.hpp"
#include "controller/http/routes.hpp"
#include "platform/json/json.hpp"

namespace http {
namespace {

using platform::Json;

TEST(RouteTable, Compiles) {
    const Router router(AllRoutes());
    for (const Route& route : AllRoutes()) {
        EXPECT_FALSE(route.summary.empty()) << route.pattern;
        EXPECT_FALSE(route.area.empty()) << route.pattern;
        EXPECT_NE(route.handler, nullptr) << route.pattern;
    }
}

TEST(RouteTable, KindsFitTheirMethods) {
    for (const Route& route : AllRoutes()) {
        switch (route.kind) {
            case Kind::kRead:
                // A question may need a body: what-if, lint.
                EXPECT_TRUE(route.method == Method::kGet || route.body.kind != BodyKind::kNone) << route.pattern;
                break;
            case Kind::kList:
                EXPECT_EQ(route.method, Method::kGet) << route.pattern;
                break;
            case Kind::kCreate:
                EXPECT_EQ(route.method, Method::kPost) << route.pattern;
                EXPECT_EQ(route.answer.status, 201) << route.pattern;
                break;
            case Kind::kChange:
            case Kind::kAct:
                EXPECT_NE(route.method, Method::kGet) << route.pattern;
                break;
        }
        if (route.method == Method::kPut || route.method == Method::kPatch) {
            EXPECT_EQ(route.kind, Kind::kChange) << route.pattern << ": a change of a resource needs If-Match";
        }
        if (Mutates(route.kind)) {
            // A kill finds out itself who gives it: the database may be what is down.
            const bool kill = route.pattern == std::string_view("/v1/kill-switch/multi-tenant");
            EXPECT_EQ(route.access, kill ? Access::kTokenInRead : Access::kToken) << route.pattern;
        }
    }
}

TEST(RouteTable, OnlyTheServiceItselfIsOpen) {
    std::set<std::string_view> open;
    for (const Route& route : AllRoutes()) {
        if (route.access == Access::kOpen) {
            open.insert(route.pattern);
        }
    }
    EXPECT_EQ(open,
              (std::set<std::string_view>{"/docs", "/healthz", "/metrics", "/openapi.json", "/readyz", "/version"}));
}

TEST(RouteTable, EveryRowIsInTheOpenApiDocument) {
    const Json document = Json::parse(OpenApiText());
    EXPECT_EQ(document["openapi"], "3.1.0");
    std::set<std::string> operations;
    for (const Route& route : AllRoutes()) {
        std::string method(MethodText(route.method));
        std::transform(method.begin(), method.end(), method.begin(),
                       [](char c) { return static_cast<char>(c | 0x20); });
        const Json& operation = document["paths"][std::string(route.pattern)][method];
        ASSERT_TRUE(operation.is_object()) << route.pattern;
        EXPECT_TRUE(operations.insert(operation["operationId"]).second) << operation["operationId"] << " is not unique";
        EXPECT_TRUE(operation["responses"].contains(std::to_string(route.answer.status)));
        for (const int status : RefusalStatuses(route)) {
            EXPECT_TRUE(operation["responses"].contains(std::to_string(status))) << route.pattern << " " << status;
        }
        EXPECT_EQ(operation.contains("requestBody"), route.body.kind != BodyKind::kNone) << route.pattern;
    }
    EXPECT_EQ(operations.size(), AllRoutes().size());
}

void ExpectRefsResolve(const Json& document, const Json& part) {
    if (part.is_object() && part.contains("$ref") && part["$ref"].is_string()) {
        const std::string ref = part["$ref"];
        ASSERT_TRUE(ref.starts_with("#/")) << ref;
        EXPECT_TRUE(document.contains(Json::json_pointer(ref.substr(1)))) << ref;
    }
    for (const Json& child : part) {
        if (child.is_structured()) {
            ExpectRefsResolve(document, child);
        }
    }
}

TEST(RouteTable, EveryReferenceOfTheDocumentResolves) {
    const Json document = Json::parse(OpenApiText());
    ExpectRefsResolve(document, document);
}

TEST(RouteTable, EverySchemaIsUsed) {
    const Json document = Json::parse(OpenApiText());
    for (const auto& [name, schema] : document["components"]["schemas"].items()) {
        EXPECT_NE(OpenApiText().find("\"#/components/schemas/" + name + "\""), std::string::npos) << name;
    }
}

TEST(RouteTable, RequestsAreClosedAndHaveAnExample) {
    const Json document = Json::parse(OpenApiText());
    for (const Route& route : AllRoutes()) {
        if (route.body.schema.empty()) {
            continue;
        }
        const Json& schema = document["components"]["schemas"][std::string(route.body.schema)];
        EXPECT_TRUE(schema.contains("examples") || !route.body.example.empty()) << route.body.schema;
        if (schema.contains("properties")) {
            EXPECT_EQ(schema["additionalProperties"], false) << route.body.schema;
        }
    }
}

TEST(RouteTable, DocumentNeedsEverySchemaItNames) {
    static constexpr Route kRow[] = {{.pattern = "/x", .answer = {200, "Nowhere"}}};
    EXPECT_THROW(MakeOpenApi(kRow, {}), std::logic_error);
    EXPECT_THROW(MakeOpenApi({}, {{"Broken", "{", ""}}), std::logic_error);
    EXPECT_THROW(MakeOpenApi({}, {{"Twice", "{}", ""}, {"Twice", "{}", ""}}), std::logic_error);
}

TEST(RouteTable, PageNamesEveryRowAndNothingFromElsewhere) {
    const std::string& page = DocsPage();
    for (const Route& route : AllRoutes()) {
        EXPECT_NE(page.find("<code>" + std::string(route.pattern) + "</code>"), std::string::npos) << route.pattern;
    }
    EXPECT_EQ(page.find("<script"), std::string::npos);
    // Examples hold addresses; nothing may be fetched from one.
    for (const char* fetched : {"src=", "href=\"http", "href='http", "url(", "@import", "<link", "<iframe"}) {
        EXPECT_EQ(page.find(fetched), std::string::npos) << fetched;
    }
}

}  // namespace
}  // namespace http
