#include "controller/web/assets.hpp"

#include <array>

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace web {
namespace {

constexpr std::string_view kAssetRoot = "/console/assets/";
constexpr std::size_t kDigestDigits = 20;

struct MediaType {
    std::string_view ending;
    std::string_view type;
};
constexpr std::array<MediaType, 4> kMediaTypes{{{".js", "text/javascript; charset=utf-8"},
                                                {".css", "text/css; charset=utf-8"},
                                                {".svg", "image/svg+xml"},
                                                {".txt", "text/plain; charset=utf-8"}}};

std::string_view MediaTypeOf(std::string_view name) {
    for (const MediaType& media : kMediaTypes) {
        if (name.ends_with(media.ending)) {
            return media.type;
        }
    }
    return "application/octet-stream";
}

bool TakesGzip(const platform::HttpRequest& request) {
    for (std::string_view one : platform::Split(request.Header("accept-encoding"), ',')) {
        one = platform::Trim(one);
        const auto split = one.find(';');
        const std::string_view coding = platform::Trim(one.substr(0, split));
        const std::string_view weight = split == one.npos ? std::string_view() : platform::Trim(one.substr(split + 1));
        if ((coding == "gzip" || coding == "*") && weight != "q=0" && weight != "q=0.0") {
            return true;
        }
    }
    return false;
}

}  // namespace

const std::string& AssetsPath() {
    static const std::string path = [] {
        platform::Sha256Stream digest;
        for (const EmbeddedAsset& asset : EmbeddedAssets()) {
            digest.Update(asset.name);
            digest.Update(asset.bytes);
        }
        return std::string(kAssetRoot) + digest.FinishHex().substr(0, kDigestDigits);
    }();
    return path;
}

bool IsAssetPath(std::string_view path) {
    return path.starts_with(kAssetRoot);
}

platform::HttpResponse DeliverAsset(const platform::HttpRequest& request) {
    platform::HttpResponse response;
    response.headers = {{"X-Content-Type-Options", "nosniff"},
                        {"Cross-Origin-Resource-Policy", "same-origin"},
                        {"Vary", "Accept-Encoding"}};
    std::string_view name = std::string_view(request.path).substr(kAssetRoot.size());
    name = name.substr(name.find('/') == name.npos ? name.size() : name.find('/') + 1);
    const bool current = request.path.starts_with(AssetsPath() + "/");
    for (const EmbeddedAsset& asset : EmbeddedAssets()) {
        if (!current || asset.name != name) {
            continue;
        }
        const std::string etag = '"' + std::string(AssetsPath().substr(kAssetRoot.size())) + '"';
        response.headers.emplace_back("ETag", etag);
        response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
        if (request.Header("if-none-match").find(etag) != std::string_view::npos) {
            response.status = 304;
            return response;
        }
        response.headers.emplace_back("Content-Type", MediaTypeOf(name));
        if (TakesGzip(request)) {
            response.headers.emplace_back("Content-Encoding", "gzip");
            response.body = asset.compressed;
        } else {
            response.body = asset.bytes;
        }
        return response;
    }
    response.status = 404;
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body = "There is no such file in this version of the console. Load the page again.\n";
    return response;
}

}  // namespace web
