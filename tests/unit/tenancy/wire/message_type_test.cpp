#include "tenancy/wire/message_type.hpp"

#include <gtest/gtest.h>

namespace tenancy_test {
namespace {

using tenancy::wire::MessageType;

TEST(MessageTypes, AreFoundWhereverTheyStand) {
    EXPECT_EQ(MessageType(R"({"type":"report"})"), "report");
    EXPECT_EQ(MessageType(R"({"a":[1,{"type":"inner"}],"b":{"type":"inner"},"c":null,"type":"evidence"})"), "evidence");
    EXPECT_EQ(MessageType(R"({"x":"type","type":"report","type":"other"})"), "report");
}

TEST(MessageTypes, AreTextsOfAnObject) {
    for (const char* text : {"", "x", "\"report\"", "[]", "[\"type\",\"report\"]", "{}",
                             R"({"type":1,"type":"report"})", R"({"type":null})", R"({"type":["report"]})",
                             R"({"type":{"type":"report"}})", R"({"a":{"type":"inner"}})", R"({"a":1)", R"({"type")"}) {
        EXPECT_EQ(MessageType(text), std::nullopt) << text;
    }
}

TEST(MessageTypes, DoNotMindDepth) {
    const std::string deep(100'000, '[');
    EXPECT_EQ(MessageType("{\"a\":" + deep), std::nullopt);
}

}  // namespace
}  // namespace tenancy_test
