#include "platform/httpd/request_parser.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using platform::HttpRequest;
using platform::RequestLimits;
using platform::RequestParser;
using Progress = RequestParser::Progress;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

struct Parsed {
    Progress where = Progress::kNothing;
    int status = 0;
    std::string detail;
    HttpRequest request;
    bool keep_alive = false;
    std::string left;
};

Parsed Parse(std::string_view text, const RequestLimits& limits = {}) {
    RequestParser parser(limits, "192.0.2.1");
    std::string_view input = text;
    parser.Feed(input);
    return {parser.Where(),      parser.Where() == Progress::kRefused ? parser.Why().status : 0,
            parser.Why().detail, parser.Request(),
            parser.KeepAlive(),  std::string(input)};
}

std::string WithHeader(std::string_view header_lines) {
    return "POST /a HTTP/1.1\r\nHost: x\r\n" + std::string(header_lines) + "\r\n\r\n";
}

TEST(RequestParser, ReadsARequest) {
    const Parsed parsed = Parse(
        "POST /v1/releases?x=1 HTTP/1.1\r\nHost: example.org\r\nContent-TYPE:application/json\r\n"
        "X-Empty:\r\nX-Padded: \t a b \t \r\nContent-Length: 5\r\n\r\nhello");
    ASSERT_EQ(parsed.where, Progress::kComplete) << parsed.detail;
    EXPECT_EQ(parsed.request.method, "POST");
    EXPECT_EQ(parsed.request.path, "/v1/releases");
    EXPECT_EQ(parsed.request.Query("x"), "1");
    EXPECT_EQ(parsed.request.Header("content-type"), "application/json");
    EXPECT_EQ(parsed.request.Header("x-empty"), "");
    EXPECT_EQ(parsed.request.Header("x-padded"), "a b");
    EXPECT_EQ(parsed.request.Header("absent"), "");
    EXPECT_EQ(parsed.request.body, "hello");
    EXPECT_EQ(parsed.request.peer, "192.0.2.1");
    EXPECT_TRUE(parsed.keep_alive);
    EXPECT_EQ(parsed.left, "");
}

TEST(RequestParser, StopsBehindARequest) {
    RequestParser parser({}, "");
    const std::string two =
        "PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\noneGET /2 HTTP/1.1\r\nHost: x\r\n\r\n";
    std::string_view input = two;
    parser.Feed(input);
    ASSERT_EQ(parser.Where(), Progress::kComplete);
    EXPECT_EQ(parser.Request().path, "/1");
    EXPECT_EQ(parser.Request().body, "one");
    parser.Next();
    EXPECT_EQ(parser.Where(), Progress::kNothing);
    parser.Feed(input);
    ASSERT_EQ(parser.Where(), Progress::kComplete);
    EXPECT_EQ(parser.Request().path, "/2");
    EXPECT_EQ(parser.Request().body, "");
    EXPECT_EQ(parser.Request().headers.size(), 1U);
}

// However the network cuts a message, it is the same message.
TEST(RequestParser, PiecesMakeTheSameRequest) {
    const std::string text =
        "POST /p?q=%C3%A9 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"
        "4;ext=1\r\nWiki\r\n6\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: dropped\r\n\r\n";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        RequestParser parser({}, "");
        for (std::size_t at = 0; at < text.size(); at += piece) {
            const std::string part = text.substr(at, piece);
            std::string_view input = part;
            parser.Feed(input);
            EXPECT_TRUE(input.empty());
        }
        ASSERT_EQ(parser.Where(), Progress::kComplete) << piece << ": " << parser.Why().detail;
        EXPECT_EQ(parser.Request().body, "Wikipedia in \r\n\r\nchunks.");
        EXPECT_EQ(parser.Request().Query("q"), "\xC3\xA9");
        EXPECT_EQ(parser.Request().Header("x"), "y");
        EXPECT_EQ(parser.Request().Header("trailer"), "");
    }
}

TEST(RequestParser, TellsWhereItIs) {
    RequestParser parser({}, "");
    const auto feed = [&](std::string_view text) {
        parser.Feed(text);
        return parser.Where();
    };
    EXPECT_EQ(parser.Where(), Progress::kNothing);
    EXPECT_EQ(feed("\r\n"), Progress::kNothing);
    EXPECT_EQ(feed("P"), Progress::kHead);
    EXPECT_EQ(feed("OST / HTTP/1.1\r\nHost: x\r\n"), Progress::kHead);
    EXPECT_EQ(feed("Content-Length: 2\r\n\r\n"), Progress::kBody);
    EXPECT_EQ(feed("a"), Progress::kBody);
    EXPECT_EQ(feed("b"), Progress::kComplete);
}

TEST(RequestParser, KeepAliveFollowsVersionAndConnectionHeader) {
    EXPECT_TRUE(Parse(kGet).keep_alive);
    EXPECT_FALSE(Parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").keep_alive);
    EXPECT_FALSE(Parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo , CLOSE\r\n\r\n").keep_alive);
    EXPECT_FALSE(Parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n").keep_alive);
    EXPECT_FALSE(Parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
    EXPECT_TRUE(Parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST(RequestParser, ContinueIsWishedOnceAndOnlyForABodyToCome) {
    const auto wished = [](std::string_view text) {
        RequestParser parser({}, "");
        parser.Feed(text);
        const bool first = parser.TakeContinueWish();
        EXPECT_FALSE(parser.TakeContinueWish());
        return first;
    };
    EXPECT_TRUE(wished("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    EXPECT_TRUE(wished("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nTransfer-Encoding: chunked\r\n\r\n"));
    EXPECT_FALSE(wished("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\na"));
    EXPECT_FALSE(wished("GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n"));
    EXPECT_FALSE(wished("PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
}

struct RefusedCase {
    const char* text;
    int status;
};

class RefusedRequest : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedRequest, HasStatusAndReason) {
    const Parsed parsed = Parse(GetParam().text);
    ASSERT_EQ(parsed.where, Progress::kRefused) << GetParam().text;
    EXPECT_EQ(parsed.status, GetParam().status) << GetParam().text << parsed.detail;
    EXPECT_FALSE(parsed.detail.empty());
    EXPECT_FALSE(parsed.keep_alive);
}

INSTANTIATE_TEST_SUITE_P(
    RequestLine, RefusedRequest,
    testing::Values(RefusedCase{"GET /\r\n", 400}, RefusedCase{"GET\r\n", 400}, RefusedCase{"\r\n\r\n", 400},
                    RefusedCase{" GET / HTTP/1.1\r\n", 400}, RefusedCase{"GET  / HTTP/1.1\r\n", 400},
                    RefusedCase{"GET /  HTTP/1.1\r\n", 400}, RefusedCase{"GET / HTTP/1.1 \r\n", 400},
                    RefusedCase{"GET / HTTP/1.1\n", 400}, RefusedCase{"GET / http/1.1\r\n", 400},
                    RefusedCase{"GET / HTTP/11\r\n", 400}, RefusedCase{"GET / HTTP/2.0\r\n", 505},
                    RefusedCase{"GET / HTTP/1.2\r\n", 505}, RefusedCase{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
                    RefusedCase{"get / HTTP/1.1\r\n", 501}, RefusedCase{"BREW / HTTP/1.1\r\n", 501},
                    RefusedCase{"TRACE / HTTP/1.1\r\n", 501}, RefusedCase{"CONNECT example.org:443 HTTP/1.1\r\n", 501},
                    RefusedCase{"OPTIONS * HTTP/1.1\r\n", 400}, RefusedCase{"G(T / HTTP/1.1\r\n", 400},
                    RefusedCase{"GET /%zz HTTP/1.1\r\n", 400}, RefusedCase{"\x16\x03\x01\x02", 400},
                    RefusedCase{"\xFF", 400}));

INSTANTIATE_TEST_SUITE_P(
    Headers, RefusedRequest,
    testing::Values(
        RefusedCase{"GET / HTTP/1.1\r\n\r\n", 400}, RefusedCase{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nHost : a\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nHost: a\r\n\tfolded\r\n", 400}, RefusedCase{"GET / HTTP/1.1\r\nHost: a\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nno colon\r\n", 400}, RefusedCase{"GET / HTTP/1.1\r\n: no name\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nX\xC3\xA9: y\r\n", 400}, RefusedCase{"GET / HTTP/1.1\r\nX: a\rb\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nX: a\x01\r\n", 400}, RefusedCase{"GET / HTTP/1.1\r\nX: a\r\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nX: \xFF\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\nAuthorization: c\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nHost: a\r\nContent-Type: b\r\nContent-Type: b\r\n", 400},
        RefusedCase{"GET / HTTP/1.1\r\nHost: a\r\nExpect: money\r\n", 417}));

struct RefusedHeaderCase {
    const char* lines;
    int status;
};

class RefusedFraming : public testing::TestWithParam<RefusedHeaderCase> {};

TEST_P(RefusedFraming, NobodyGuessesWhereTheBodyEnds) {
    const Parsed parsed = Parse(WithHeader(GetParam().lines));
    ASSERT_EQ(parsed.where, Progress::kRefused) << GetParam().lines;
    EXPECT_EQ(parsed.status, GetParam().status) << GetParam().lines << ": " << parsed.detail;
}

INSTANTIATE_TEST_SUITE_P(
    Lengths, RefusedFraming,
    testing::Values(RefusedHeaderCase{"Content-Length: -1", 400}, RefusedHeaderCase{"Content-Length: +5", 400},
                    RefusedHeaderCase{"Content-Length: 0x10", 400}, RefusedHeaderCase{"Content-Length: 5, 5", 400},
                    RefusedHeaderCase{"Content-Length: 5 5", 400}, RefusedHeaderCase{"Content-Length:", 400},
                    RefusedHeaderCase{"Content-Length: 1e3", 400}, RefusedHeaderCase{"Content-Length: five", 400},
                    RefusedHeaderCase{"Content-Length: 5\r\nContent-Length: 5", 400},
                    RefusedHeaderCase{"Content-Length: 5\r\nContent-Length: 6", 400},
                    RefusedHeaderCase{"Content-Length: 1048577", 413},
                    RefusedHeaderCase{"Content-Length: 99999999999999", 413},
                    RefusedHeaderCase{"Content-Length: 18446744073709551615", 413},
                    RefusedHeaderCase{"Content-Length: 18446744073709551621", 413},
                    RefusedHeaderCase{"Content-Length: 340282366920938463463374607431768211456", 413}));

INSTANTIATE_TEST_SUITE_P(
    Encodings, RefusedFraming,
    testing::Values(RefusedHeaderCase{"Transfer-Encoding: gzip", 501},
                    RefusedHeaderCase{"Transfer-Encoding: gzip, chunked", 501},
                    RefusedHeaderCase{"Transfer-Encoding: chunked, chunked", 501},
                    RefusedHeaderCase{"Transfer-Encoding: xchunked", 501},
                    RefusedHeaderCase{"Transfer-Encoding: \"chunked\"", 501},
                    RefusedHeaderCase{"Transfer-Encoding:", 501},
                    RefusedHeaderCase{"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400},
                    RefusedHeaderCase{"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 400},
                    RefusedHeaderCase{"Transfer-Encoding: chunked\r\nContent-Length: 5", 400},
                    RefusedHeaderCase{"Content-Length: 5\r\nTransfer-Encoding: chunked", 400}));

class RefusedChunks : public testing::TestWithParam<RefusedHeaderCase> {};

TEST_P(RefusedChunks, EndTheRequest) {
    const Parsed parsed = Parse(WithHeader("Transfer-Encoding: chunked") + GetParam().lines);
    ASSERT_EQ(parsed.where, Progress::kRefused) << GetParam().lines;
    EXPECT_EQ(parsed.status, GetParam().status) << parsed.detail;
}

INSTANTIATE_TEST_SUITE_P(Bodies, RefusedChunks,
                         testing::Values(RefusedHeaderCase{"\r\n", 400}, RefusedHeaderCase{"x\r\n", 400},
                                         RefusedHeaderCase{"-1\r\n", 400}, RefusedHeaderCase{"0x5\r\n", 400},
                                         RefusedHeaderCase{"5 5\r\n", 400}, RefusedHeaderCase{"5\n", 400},
                                         RefusedHeaderCase{"5\r\nhello!\r\n", 400},
                                         RefusedHeaderCase{"5\r\nhelloX\n", 400},
                                         RefusedHeaderCase{"5\r\nhello\n", 400}, RefusedHeaderCase{"FFFFFFFF\r\n", 413},
                                         RefusedHeaderCase{"100001\r\n", 413}, RefusedHeaderCase{"000000001\r\n", 400},
                                         RefusedHeaderCase{"FFFFFFFFFFFFFFFFF\r\n", 400}));

TEST(RequestParser, ChunkedHasNoPlaceInHttp10) {
    EXPECT_EQ(Parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").status, 400);
}

TEST(RequestParser, LimitsHoldToTheByte) {
    RequestLimits limits;
    limits.max_target_bytes = 20;
    limits.max_header_bytes = 100;
    limits.max_headers = 3;
    limits.max_body_bytes = 10;
    const auto status = [&](const std::string& text) { return Parse(text, limits).status; };
    const auto target = [](std::size_t length) {
        return "GET /" + std::string(length - 1, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
    };
    EXPECT_EQ(status(target(20)), 0);
    EXPECT_EQ(status(target(21)), 414);
    EXPECT_EQ(status(target(2000)), 414);
    EXPECT_EQ(status("GET /" + std::string(2000, 'a')), 414);  // no line end in sight

    const auto headers = [](std::size_t bytes) {  // "Host: x" is 9 with its end, "X: " and its end 5, the last line 2
        return "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(bytes - 16, 'a') + "\r\n\r\n";
    };
    EXPECT_EQ(status(headers(100)), 0);
    EXPECT_EQ(status(headers(101)), 431);
    EXPECT_EQ(status(headers(5000)), 431);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\na:\r\nb:\r\n\r\n"), 0);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\na:\r\nb:\r\nc:\r\n\r\n"), 431);

    EXPECT_EQ(status("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789"), 0);
    EXPECT_EQ(status("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"), 413);
    const std::string chunked = "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n";
    EXPECT_EQ(status(chunked + "4\r\n6789\r\n0\r\n\r\n"), 0);
    EXPECT_EQ(status(chunked + "5\r\n"), 413);
}

TEST(RequestParser, TrailersAreBounded) {
    const std::string chunked = WithHeader("Transfer-Encoding: chunked") + "0\r\n";
    EXPECT_EQ(Parse(chunked + "X: " + std::string(100'000, 'a') + "\r\n\r\n").status, 431);
    std::string many = chunked;
    for (int i = 0; i < 10'000; ++i) {
        many += "X: y\r\n";
    }
    EXPECT_EQ(Parse(many + "\r\n").status, 431);
}

TEST(RequestParser, ReservesNothingOnTheWordOfALength) {
    RequestLimits limits;
    limits.max_body_bytes = std::size_t{1} << 40U;
    RequestParser parser(limits, "");
    std::string_view input = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\nab";
    parser.Feed(input);
    EXPECT_EQ(parser.Where(), Progress::kBody);
    EXPECT_EQ(parser.Request().body, "ab");
    EXPECT_LT(parser.Request().body.capacity(), 1024U);
}

TEST(RequestParser, LargeBodiesAreNotKept) {
    RequestParser parser({}, "");
    const std::string text = WithHeader("Content-Length: 1000000") + std::string(1'000'000, 'x');
    std::string_view input = text;
    parser.Feed(input);
    ASSERT_EQ(parser.Where(), Progress::kComplete);
    parser.Next();
    EXPECT_LT(parser.Request().body.capacity(), 100'000U);
}

// Nothing that can be sent makes the parser fail in another way than by refusing, or go on after it refused.
TEST(RequestParser, RandomBytesEndInAKnownState) {
    std::mt19937 random(20'250'115);  // fixed: a failure can be repeated
    const std::vector<std::string> seeds = {
        std::string(kGet), WithHeader("Content-Length: 7") + "payload",
        WithHeader("Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
        "GET /%41?b=%20c&d HTTP/1.1\r\nHost: x\r\nConnection: a, close\r\nExpect: 100-continue\r\n\r\n"};
    for (int round = 0; round < 50'000; ++round) {
        std::string text = seeds[random() % seeds.size()];
        const std::size_t changes = 1 + random() % 6;
        for (std::size_t change = 0; change < changes && !text.empty(); ++change) {
            const std::size_t at = random() % text.size();
            switch (random() % 4) {
                case 0:
                    text[at] = static_cast<char>(random() & 0xFFU);
                    break;
                case 1:
                    text.erase(at, 1 + random() % 4);
                    break;
                case 2:
                    text.insert(at, 1, static_cast<char>(random() & 0xFFU));
                    break;
                default:
                    text.insert(at, text.substr(random() % text.size(), random() % 16));
                    break;
            }
        }
        RequestLimits limits;
        limits.max_body_bytes = 64;
        RequestParser parser(limits, "");
        std::string_view rest = text;
        while (!rest.empty() && parser.Where() != Progress::kRefused && parser.Where() != Progress::kComplete) {
            std::string_view piece = rest.substr(0, 1 + random() % 40);
            const std::size_t offered = piece.size();
            parser.Feed(piece);
            ASSERT_LE(piece.size(), offered);
            rest.remove_prefix(offered - piece.size());
        }
        ASSERT_LE(parser.Request().body.size(), limits.max_body_bytes);
        if (parser.Where() == Progress::kRefused) {
            ASSERT_GE(parser.Why().status, 400);
            ASSERT_FALSE(parser.Why().detail.empty());
            std::string_view more = kGet;
            parser.Feed(more);
            ASSERT_EQ(more.size(), kGet.size());
        }
        if (parser.Where() == Progress::kComplete) {
            ASSERT_TRUE(parser.Request().path.starts_with('/'));
        }
    }
}

}  // namespace
