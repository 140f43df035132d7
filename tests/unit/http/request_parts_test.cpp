// The small readers: cursors, media types, request ids.
#include <gtest/gtest.h>

#include "controller/http/api.hpp"
#include "controller/http/cursor.hpp"
#include "controller/http/media_type.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

TEST(Cursor, RoundTrips) {
    for (const char* key : {"a", "tenant-1", "2025-01-14T09:00:00Z/x", "\xC3\xA4"}) {
        EXPECT_EQ(DecodeCursor(EncodeCursor(key)), key);
    }
}

TEST(Cursor, ForeignTextIsNone) {
    for (const std::string& text :
         {std::string(), std::string("x"), std::string("AAAA"), std::string("!!!!"), std::string(1'000, 'A'),
          platform::Base64UrlEncode("2key"), platform::Base64UrlEncode("1"), platform::Base64UrlEncode("1\xFF"),
          platform::Base64UrlEncode(std::string("1a\0b", 4)), EncodeCursor("a") + "="}) {
        EXPECT_FALSE(DecodeCursor(text).has_value()) << text;
    }
}

TEST(MediaTypes, AreChosenAsTheAcceptHeaderPrefers) {
    constexpr std::string_view kOffered = "application/json,text/markdown,text/html";
    EXPECT_EQ(PreferredType("", kOffered), "application/json");
    EXPECT_EQ(PreferredType("*/*", kOffered), "application/json");
    EXPECT_EQ(PreferredType("image/png", kOffered), "application/json");
    EXPECT_EQ(PreferredType("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", kOffered), "text/html");
    EXPECT_EQ(PreferredType("Text/Markdown", kOffered), "text/markdown");
    EXPECT_EQ(PreferredType("text/*", kOffered), "text/markdown");
    EXPECT_EQ(PreferredType("text/*, text/markdown;q=0", kOffered), "text/html");
    EXPECT_EQ(PreferredType("text/markdown;q=0.25 , text/html; q=0.3", kOffered), "text/html");
    EXPECT_EQ(PreferredType("application/json, application/problem+json, */*", kOffered), "application/json");
    EXPECT_EQ(PreferredType("text/html;q=0, ;q=, ,", kOffered), "application/json");
}

TEST(MediaTypes, AreReadWithoutTheirParameters) {
    EXPECT_EQ(ReadMediaType("application/json"), MediaType::kJson);
    EXPECT_EQ(ReadMediaType("Application/JSON; charset=UTF-8"), MediaType::kJson);
    EXPECT_EQ(ReadMediaType("application/json;charset=\"utf-8\""), MediaType::kJson);
    EXPECT_EQ(ReadMediaType("text/yaml"), MediaType::kYaml);
    EXPECT_EQ(ReadMediaType("text/markdown"), MediaType::kText);
    for (const char* text : {"", ";", "json", "application/json; charset=latin-1", "application/xml", "text/html",
                             "multipart/form-data; boundary=x", "application/json, text/plain"}) {
        EXPECT_FALSE(ReadMediaType(text).has_value()) << text;
    }
}

TEST(MediaTypes, EachKindOfBodyTakesItsOwn) {
    EXPECT_TRUE(Accepts(BodyKind::kJsonOrYaml, MediaType::kYaml));
    EXPECT_FALSE(Accepts(BodyKind::kJson, MediaType::kYaml));
    EXPECT_FALSE(Accepts(BodyKind::kText, MediaType::kJson));
    EXPECT_FALSE(Accepts(BodyKind::kNone, MediaType::kJson));
}

TEST(RequestIds, AreTakenOverWhenTheyAreHarmless) {
    const auto id_for = [](const std::string& given) {
        platform::HttpRequest request;
        request.headers.emplace_back("x-request-id", given);
        return RequestIdOf(request);
    };
    EXPECT_EQ(id_for("build-17.step_2"), "build-17.step_2");
    for (const std::string& given : {std::string(), std::string("a b"), std::string("x\ny"), std::string("<x>"),
                                     std::string(65, 'a'), std::string("-a"), std::string("a..b")}) {
        EXPECT_TRUE(id_for(given).starts_with("req_")) << given;
    }
    EXPECT_NE(id_for(""), id_for(""));
}

}  // namespace
}  // namespace http
