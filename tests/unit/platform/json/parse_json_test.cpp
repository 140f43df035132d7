#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "tests/unit/platform/json/documents.hpp"

namespace platform {
namespace {

FieldError JsonError(std::string_view text, const DocumentLimits& limits = {}) {
    const auto document = ParseJson(text, limits);
    if (document || document.error().size() != 1) {
        ADD_FAILURE() << "one error was expected for " << text.substr(0, 100);
        return {};
    }
    EXPECT_TRUE(IsValidUtf8(document.error()[0].message));
    return document.error()[0];
}

TEST(ReadJson, TakesEveryKindOfValue) {
    const auto document = ParseJson(R"({"a":[1,-2,2.5,"x",true,false,null,{},[]],"":"\u00e9\ud83d\ude80"})");
    ASSERT_TRUE(document);
    EXPECT_EQ(*document, (Json{{"a", {1, -2, 2.5, "x", true, false, nullptr, Json::object(), Json::array()}},
                               {"", "\xC3\xA9\xF0\x9F\x9A\x80"}}));
    EXPECT_EQ(*ParseJson(" 7\n"), 7);
    EXPECT_EQ(*ParseJson("\xEF\xBB\xBF{}"), Json::object());
}

TEST(ReadJson, PointsAtADuplicateKey) {
    EXPECT_EQ(JsonError(R"({"a":1,"a":1})").pointer, "/a");
    EXPECT_EQ(JsonError(R"({"a":{"b":[0,{"c":1,"\u0063":2}]}})").pointer, "/a/b/1/c");
    EXPECT_EQ(JsonError(R"({"a":1,"a":1})").message, "is there twice; each field may appear once");
    EXPECT_EQ(JsonError(R"({"":1,"":1})").pointer, "/");
    EXPECT_TRUE(ParseJson(R"([{"a":1},{"a":1}])"));
}

TEST(ReadJson, EscapesNamesInPointers) {
    EXPECT_EQ(JsonError(R"({"a/b~c":{"x":1,"x":1}})").pointer, "/a~1b~0c/x");
}

TEST(ReadJson, NamesThePlaceOfASyntaxError) {
    const FieldError error = JsonError("{\n  \"a\": [1, 2,\n  \"b\": 3}");
    EXPECT_EQ(error.pointer, "/a/3");
    EXPECT_EQ(error.message, "is no valid JSON at line 3, column 6: unexpected ':'; expected ']'; last read: '\"b\":'");
    EXPECT_EQ(JsonError("{\"a\":1").message,
              "is no valid JSON at line 1, column 6: unexpected end of input; expected '}'; last read: '1'");
}

TEST(ReadJson, RefusesWhatIsAlmostJson) {
    for (const char* text :
         {"{a:1}", "{'a':1}",  "[1,]",      "{\"a\":1,}",  "// x\n1", "/* x */ 1", "01",        "+1",
          ".5",    "1.",       "1e",        "0x10",        "NaN",     "Infinity",  "-Infinity", "nul",
          "True",  "\"a\nb\"", "\"\\x41\"", "\"\\u00g0\"", "[1 2]",   "{\"a\" 1}", "{1:2}",     "{} {}",
          "1 2",   "]",        "\"",        "{\"a\"",      "-"}) {
        EXPECT_NE(JsonError(text).message.find("is no valid JSON at line "), std::string::npos) << text;
    }
}

TEST(ReadJson, RefusesAnEmptyDocument) {
    EXPECT_EQ(JsonError("").message, "the document is empty");
    EXPECT_EQ(JsonError(" \n\t").message, "the document is empty");
}

TEST(ReadJson, RefusesNulEverywhere) {
    EXPECT_EQ(JsonError(std::string_view("{}\0garbage", 10)).message,
              "is no valid JSON at line 1, column 3: a NUL byte");
    EXPECT_EQ(JsonError(std::string_view("\"a\0b\"", 5)).message, "is no valid JSON at line 1, column 3: a NUL byte");
    EXPECT_EQ(JsonError(R"({"a":["x","\u0000"]})").pointer, "/a/1");
    EXPECT_NE(JsonError(R"({"a\u0000b":1})").message.find("must not contain NUL"), std::string::npos);
}

TEST(ReadJson, RefusesTextThatIsNoUtf8) {
    EXPECT_EQ(JsonError("\"\xFF\"").message, "the document is not valid UTF-8");
    EXPECT_EQ(JsonError("\"\xED\xA0\x80\"").message, "the document is not valid UTF-8");
    EXPECT_EQ(JsonError(std::string("\xFF\xFE{\0}\0", 6)).pointer, "");
}

TEST(ReadJson, RefusesLoneSurrogates) {
    for (const char* text :
         {R"("\ud800")", R"("\ud800x")", R"("\ud800\u0041")", R"("\udc00")", R"("\ud800\ud800")", R"({"\udfff":1})"}) {
        EXPECT_NE(JsonError(text).message.find("surrogate"), std::string::npos) << text;
    }
}

TEST(ReadJson, KeepsNumbersExactOrRefusesThem) {
    EXPECT_EQ(*ParseJson("9007199254740991"), 9007199254740991);
    EXPECT_EQ(*ParseJson("-9007199254740991"), -9007199254740991);
    EXPECT_EQ(*ParseJson("1.7976931348623157e-300"), 1.7976931348623157e-300);
    EXPECT_EQ(*ParseJson("5e-324"), 5e-324);
    for (const char* text : {"9007199254740992", "-9007199254740992", "18446744073709551615", "-9223372036854775808",
                             "123456789012345678901234567890", "1e16", "1e300", "-1e300", "1e400", "-1e999999999",
                             "1e-400", "0.0000001e-999", "9007199254740992.0"}) {
        const FieldError error = JsonError("{\"n\":" + std::string(text) + "}");
        EXPECT_EQ(error.pointer, "/n") << text;
        EXPECT_NE(error.message.find("out of range"), std::string::npos) << error.message;
    }
    EXPECT_EQ(*ParseJson("0e99999"), 0);
    EXPECT_EQ(*ParseJson("0.000e-99999"), 0);
}

TEST(ReadJson, TakesAWholeNumberForAnIntegerHoweverItIsWritten) {
    for (const char* text : {"3", "3.0", "0.3e1", "30e-1", "3E0"}) {
        const auto number = ParseJson(text);
        ASSERT_TRUE(number) << text;
        EXPECT_TRUE(number->is_number_integer()) << text;
        EXPECT_EQ(*number, 3);
    }
    EXPECT_TRUE(ParseJson("-0")->is_number_integer());
    EXPECT_TRUE(ParseJson("-0.0")->is_number_integer());
    EXPECT_TRUE(ParseJson("3.5")->is_number_float());
}

RC_GTEST_PROP(ReadJson, NeverFailsOnGarbage, (std::uint64_t seed)) {
    // Valid documents with one byte changed are nastier than noise.
    const auto document = ParseJson(OneByteChanged(CanonicalJson(RandomDocument(seed)), seed));
    if (document) {
        RC_ASSERT(*ParseJson(CanonicalJson(*document)) == *document);
    } else {
        RC_ASSERT(document.error().size() == 1U);
        RC_ASSERT(IsValidUtf8(document.error()[0].message));
        RC_ASSERT(IsValidUtf8(document.error()[0].pointer));
    }
}

}  // namespace
}  // namespace platform
