#include "tenancy/audit.hpp"

#include <cstdint>

#include "platform/base/text.hpp"

namespace tenancy {
namespace {

constexpr std::string_view kChainDomain = "tenancy-audit-v1";
constexpr std::size_t kMaxNameText = 300;
constexpr std::size_t kMaxPathText = 500;
constexpr std::size_t kMaxDetailsText = 4000;

/// 8 bytes of length, big endian, then the bytes: no two lists of texts have one form.
void AppendBytes(std::string& out, std::string_view bytes) {
    const auto length = static_cast<std::uint64_t>(bytes.size());
    for (int shift = 56; shift >= 0; shift -= 8) {
        out += static_cast<char>((length >> shift) & 0xff);
    }
    out += bytes;
}

void Cut(std::string& text, std::size_t max) {
    if (!platform::IsValidUtf8(text)) {
        text = platform::EscapeForLog(text);
    }
    if (platform::CountCodePoints(text) > max) {
        text = std::string(platform::TruncateUtf8(text, max)) + "...";
    }
}

}  // namespace

std::string AuditChainText(std::string_view prev, const AuditEvent& event) {
    std::string text;
    AppendBytes(text, kChainDomain);
    AppendBytes(text, prev);
    AppendBytes(text, event.id);
    AppendBytes(text, std::to_string(event.at.time_since_epoch().count()));
    AppendBytes(text, event.event);
    AppendBytes(text, event.org.Text());
    AppendBytes(text, event.actor);
    AppendBytes(text, event.ip);
    AppendBytes(text, event.path);
    AppendBytes(text, event.success ? "1" : "0");
    AppendBytes(text, event.details);
    return text;
}

AuditEvent Bounded(AuditEvent event) {
    Cut(event.event, kMaxNameText);
    Cut(event.actor, kMaxNameText);
    Cut(event.ip, kMaxNameText);
    Cut(event.path, kMaxPathText);
    Cut(event.details, kMaxDetailsText);
    return event;
}

}  // namespace tenancy
