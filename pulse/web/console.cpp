#include "pulse/web/console.hpp"

#include <array>
#include <map>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "pulse/web/files.hpp"

namespace pulse::web {
namespace {

constexpr std::string_view kDocumentName = "index.html";
constexpr std::string_view kOrganizationsFolder = "organizations/";
constexpr std::size_t kEtagDigits = 32;

/// Scripts, styles and calls go to this address only, nothing in the document is a script by itself, and no script may
/// turn text into markup.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

struct MediaType {
    std::string_view extension;
    std::string_view type;
};
constexpr std::array<MediaType, 4> kMediaTypes{{{".html", "text/html; charset=utf-8"},
                                                {".js", "text/javascript; charset=utf-8"},
                                                {".css", "text/css; charset=utf-8"},
                                                {".png", "image/png"}}};

struct Page {
    std::string_view path;
    Audience audience;
};
constexpr std::array<Page, 9> kPages{{{"/", Audience::kEverybody},
                                      {"/customers", Audience::kEverybody},
                                      {"/alerts", Audience::kEverybody},
                                      {"/settings/tokens", Audience::kEverybody},
                                      {"/settings/organization", Audience::kOrganizations},
                                      {"/settings/organization/members", Audience::kOrganizations},
                                      {"/settings/organization/sharing", Audience::kOrganizations},
                                      {"/settings/invitations", Audience::kOrganizations},
                                      {"/settings/super-admin", Audience::kOrganizations}}};

std::string_view MediaTypeOf(std::string_view name) {
    for (const MediaType& media : kMediaTypes) {
        if (name.ends_with(media.extension)) {
            return media.type;
        }
    }
    PORTCULLIS_INVARIANT(false, "every file of the console has a known type");
    return {};
}

const std::map<std::string_view, Asset>& AllAssets() {
    static const std::map<std::string_view, Asset> assets = [] {
        std::map<std::string_view, Asset> made;
        for (const EmbeddedFile& file : EmbeddedFiles()) {
            const Audience audience =
                file.name.starts_with(kOrganizationsFolder) ? Audience::kOrganizations : Audience::kEverybody;
            made[file.name] = {.type = MediaTypeOf(file.name),
                               .bytes = file.bytes,
                               .etag = '"' + platform::Sha256Hex(file.bytes).substr(0, kEtagDigits) + '"',
                               .audience = audience};
        }
        return made;
    }();
    return assets;
}

platform::HeaderList ConsoleHeaders() {
    return {{"Content-Security-Policy", std::string(kContentPolicy)},
            {"Cross-Origin-Opener-Policy", "same-origin"},
            {"Cross-Origin-Resource-Policy", "same-origin"},
            {"Referrer-Policy", "same-origin"}};
}

bool NamesEtag(std::string_view if_none_match, std::string_view etag) {
    for (std::string_view each : platform::Split(if_none_match, ',')) {
        each = platform::Trim(each);
        if (each.starts_with("W/")) {
            each.remove_prefix(2);
        }
        if (each == etag || each == "*") {
            return true;
        }
    }
    return false;
}

}  // namespace

const Asset* FindAsset(std::string_view name) {
    const auto found = AllAssets().find(name);
    return found == AllAssets().end() || name == kDocumentName ? nullptr : &found->second;
}

const Asset& ConsoleDocument() {
    return AllAssets().at(kDocumentName);
}

std::optional<Audience> FindPage(std::string_view path) {
    for (const Page& page : kPages) {
        if (page.path == path) {
            return page.audience;
        }
    }
    return std::nullopt;
}

platform::HttpResponse Deliver(const Asset& asset, std::string_view if_none_match) {
    platform::HttpResponse response;
    response.headers = ConsoleHeaders();
    response.headers.emplace_back("ETag", asset.etag);
    // Kept, but asked about each time: what must not be seen any more is gone at once.
    response.headers.emplace_back("Cache-Control", "no-cache");
    if (NamesEtag(if_none_match, asset.etag)) {
        response.status = 304;
        return response;
    }
    response.headers.emplace_back("Content-Type", asset.type);
    response.body = asset.bytes;
    return response;
}

platform::HttpResponse DeliverNotFound() {
    platform::HttpResponse response;
    response.status = 404;
    response.headers = ConsoleHeaders();
    response.headers.emplace_back("Content-Type", ConsoleDocument().type);
    response.body = ConsoleDocument().bytes;
    return response;
}

}  // namespace pulse::web
