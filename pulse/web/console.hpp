// The console's files and pages: what there is, for whom, and the headers it is delivered with.
//
// Two sets. The one for everybody never speaks of organizations, in no file and no address. The other is delivered, and
// known to exist, only while organizations are in use: until then its addresses are like any unknown one. Which set a
// request may see is the caller's to decide; nothing here looks at a switch.
//
// All pages are one document: the script draws the page of the address. Static data after the first call; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/httpd/server.hpp"

namespace pulse::web {

enum class Audience : std::uint8_t { kEverybody, kOrganizations };

struct Asset {
    std::string_view type;  // Content-Type
    std::string_view bytes;
    std::string etag;
    Audience audience = Audience::kEverybody;
};

/// `name` as behind `/assets/`. Null when there is no such file. The document itself is not among them.
const Asset* FindAsset(std::string_view name);
const Asset& ConsoleDocument();

/// Whether the console has a page at this path, and for whom.
std::optional<Audience> FindPage(std::string_view path);

/// 200, or 304 when `if_none_match` names what the caller has already.
platform::HttpResponse Deliver(const Asset& asset, std::string_view if_none_match);
/// 404 for somebody with a browser: the document, which says so and shows the way on.
platform::HttpResponse DeliverNotFound();

/// What the script of the extra set is fetched from.
inline constexpr std::string_view kOrganizationsModule = "/assets/organizations/main.js";

}  // namespace pulse::web
