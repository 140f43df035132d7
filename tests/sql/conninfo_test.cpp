#include "platform/sql/conninfo.hpp"

#include <gtest/gtest.h>

namespace sql_test {
namespace {

TEST(SessionConninfo, AddsWhatTheOperatorDidNotSay) {
    const auto with = [](const std::string& conninfo) {
        return platform::SessionConninfo(conninfo, "our name", std::chrono::seconds(3));
    };
    EXPECT_EQ(with("host=db connect_timeout=9"),
              "host=db connect_timeout=9 application_name='our name' keepalives_idle='5' keepalives_interval='2' "
              "keepalives_count='3' tcp_user_timeout='10000'");
    EXPECT_EQ(with("postgresql://db/x"),
              "postgresql://db/x?application_name=our%20name&connect_timeout=3&keepalives_idle=5&keepalives_interval=2&"
              "keepalives_count=3&tcp_user_timeout=10000");
    EXPECT_EQ(with("postgres://a,b/x?target_session_attrs=read-write").substr(0, 70),
              "postgres://a,b/x?target_session_attrs=read-write&application_name=our%");
}

}  // namespace
}  // namespace sql_test
