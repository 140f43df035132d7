#include "controller/web/pages.hpp"

namespace web {

std::span<const std::span<const Route>> AllRoutes() {
    static const std::span<const Route> areas[] = {
        AccountRoutes(),
        BoardRoutes(),
        ExampleRoutes(),
        ManifestRoutes(),
        MemoRoutes(),
        ReleaseMoreRoutes(),
        ReleaseRoutes(),
    };
    return areas;
}

}  // namespace web
