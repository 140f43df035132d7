// What a handler answers with. Value type.
#pragma once

#include <string>

#include "platform/httpd/server.hpp"

namespace web {

/// Becomes a cookie: what the next page shall say once.
inline constexpr const char* kFlashHeader = "X-Flash";

struct Reply {
    int status = 200;
    platform::HeaderList headers;
    std::string body;
    std::string media_type = "text/html; charset=utf-8";
};

}  // namespace web
