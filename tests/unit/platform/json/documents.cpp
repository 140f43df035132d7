#include "tests/unit/platform/json/documents.hpp"

#include <array>
#include <cmath>
#include <random>

namespace platform {
namespace {

using DocumentRandom = std::mt19937_64;

std::int64_t Pick(DocumentRandom& random, std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
}

void AppendUtf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
        return;
    }
    if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
    } else {
        if (code < 0x10000) {
            out += static_cast<char>(0xE0 | (code >> 12));
        } else {
            out += static_cast<char>(0xF0 | (code >> 18));
            out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        }
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    }
    out += static_cast<char>(0x80 | (code & 0x3F));
}

std::string RandomText(DocumentRandom& random) {
    constexpr std::array<const char*, 72> kAwkward = {"",
                                                      " ",
                                                      "  ",
                                                      "\n",
                                                      "\n\n",
                                                      "\t",
                                                      "\r",
                                                      "\r\n",
                                                      "-",
                                                      "- ",
                                                      "--- ",
                                                      "---",
                                                      "...",
                                                      "?",
                                                      "? ",
                                                      ":",
                                                      ": ",
                                                      " :",
                                                      "#",
                                                      " #",
                                                      "a # b",
                                                      "&a",
                                                      "*a",
                                                      "!",
                                                      "!!str",
                                                      "|",
                                                      ">",
                                                      "%",
                                                      "%YAML",
                                                      "@",
                                                      "`",
                                                      "'",
                                                      "\"",
                                                      "\\",
                                                      "\\n",
                                                      "{",
                                                      "}",
                                                      "[",
                                                      "]",
                                                      ",",
                                                      "true",
                                                      "True",
                                                      "no",
                                                      "on",
                                                      "null",
                                                      "~",
                                                      "1",
                                                      "01",
                                                      "-1",
                                                      "+1",
                                                      "0x1F",
                                                      "0o17",
                                                      "1.0",
                                                      "1e5",
                                                      ".5",
                                                      ".inf",
                                                      ".nan",
                                                      "2025-01-29",
                                                      "12:30",
                                                      "<<",
                                                      "=",
                                                      "a",
                                                      "word",
                                                      "a b",
                                                      "/x/y",
                                                      "line\n",
                                                      "\xC2\x85",
                                                      "\xE2\x80\xA8",
                                                      "\xEF\xBB\xBF",
                                                      "\xF0\x9F\x9A\x80",
                                                      "\x7F",
                                                      "\x01"};
    std::string text;
    const std::int64_t parts = Pick(random, 0, 4);
    for (std::int64_t i = 0; i < parts; ++i) {
        switch (Pick(random, 0, 4)) {
            case 0:
            case 1:
                text += kAwkward[static_cast<std::size_t>(Pick(random, 0, kAwkward.size() - 1))];
                break;
            case 2:
                text += std::string(static_cast<std::size_t>(Pick(random, 0, 90)),
                                    static_cast<char>(Pick(random, 'a', 'z')));
                break;
            case 3: {
                const auto code = static_cast<std::uint32_t>(Pick(random, 1, 0x10FFFF));
                AppendUtf8(text, code >= 0xD800 && code <= 0xDFFF ? 0xFFFD : code);
                break;
            }
            default:
                text += static_cast<char>(Pick(random, 1, 0x7F));
        }
    }
    return text;
}

Json RandomNumber(DocumentRandom& random) {
    constexpr std::int64_t kLargest = (std::int64_t{1} << 53) - 1;
    switch (Pick(random, 0, 4)) {
        case 0:
            return Pick(random, -10, 10);
        case 1:
            return Pick(random, -kLargest, kLargest);
        case 2:
            return static_cast<std::uint64_t>(Pick(random, 0, kLargest));
        case 3:
            return std::ldexp(static_cast<double>(Pick(random, -1'000'000, 1'000'000)),
                              static_cast<int>(Pick(random, -1090, 30)));
        default:
            return static_cast<double>(Pick(random, -1'000'000, 1'000'000)) / 1'000;
    }
}

Json RandomValue(DocumentRandom& random, int depth) {
    switch (Pick(random, 0, depth > 4 ? 4 : 8)) {
        case 0:
            return nullptr;
        case 1:
            return Pick(random, 0, 1) == 1;
        case 2:
            return RandomNumber(random);
        case 3:
        case 4:
            return RandomText(random);
        case 5:
        case 6: {
            Json list = Json::array();
            const std::int64_t count = Pick(random, 0, 4);
            for (std::int64_t i = 0; i < count; ++i) {
                list.push_back(RandomValue(random, depth + 1));
            }
            return list;
        }
        default: {
            Json object = Json::object();
            const std::int64_t count = Pick(random, 0, 4);
            for (std::int64_t i = 0; i < count; ++i) {
                std::string key = RandomText(random);
                if (Pick(random, 0, 40) == 0) {
                    key += std::string(1'500, 'k');
                }
                object[key] = RandomValue(random, depth + 1);
            }
            return object;
        }
    }
}

}  // namespace

Json RandomDocument(std::uint64_t seed) {
    DocumentRandom random(seed);
    return RandomValue(random, 0);
}

std::string RandomDocumentText(std::uint64_t seed) {
    DocumentRandom random(seed);
    return RandomText(random);
}

std::string OneByteChanged(std::string text, std::uint64_t seed) {
    constexpr std::string_view kMeaningful = "{}[],:\"'\\#&*!|>-?%@` \n\t\r0123.eE+_aunt\x01\x7F\x80\xC3\xFF";
    DocumentRandom random(seed);
    const auto at = static_cast<std::size_t>(Pick(random, 0, static_cast<std::int64_t>(text.size()) - 1));
    text[at] = kMeaningful[static_cast<std::size_t>(Pick(random, 0, kMeaningful.size() - 1))];
    return text;
}

}  // namespace platform
