// Keyset pages: every list is ordered by one unique key, and a cursor is the key of the last row seen. Value types.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace platform {

struct PageQuery {
    int limit = 50;     // 1..500
    std::string after;  // key of the last row of the page before; empty for the first page
};

template <typename Row>
struct Page {
    std::vector<Row> rows;
    std::optional<std::string> next;  // key to continue after; none on the last page
};

}  // namespace platform
