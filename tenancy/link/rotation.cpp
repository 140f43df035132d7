#include "tenancy/link/rotation.hpp"

#include <utility>

#include "platform/base/text.hpp"
#include "tenancy/link/link_files.hpp"
#include "tenancy/wire/channel.hpp"

namespace tenancy::link {
namespace {

constexpr std::size_t kSuccessorBytes = 32;

HandoverJudgement Turned(wire::KeyOutcome outcome, std::string reason) {
    return {outcome, std::move(reason), {}};
}

}  // namespace

HandoverJudgement JudgeHandover(const std::optional<platform::VerifyingKey>& pinned, std::string_view statement,
                                std::string_view signature) {
    if (!pinned) {
        return Turned(wire::KeyOutcome::kForged, "no controller's key is pinned on this instance");
    }
    const auto handover = wire::DecodeKeyHandover(statement);
    const auto next = handover ? platform::VerifyingKey::FromPem(handover->to) : std::nullopt;
    if (next && next->KeyId() == pinned->KeyId()) {
        return {wire::KeyOutcome::kPinned, {}, {}};  // whoever says so: it changes nothing
    }
    if (!pinned->Verify(statement, signature)) {
        return Turned(wire::KeyOutcome::kForged, "the hand-over is not signed by the pinned key " + pinned->KeyId());
    }
    if (!handover || !next || handover->from != pinned->KeyId()) {
        return Turned(wire::KeyOutcome::kMalformed, "what the pinned key has signed is no hand-over to another key");
    }
    return {wire::KeyOutcome::kPinned, {}, handover->to};
}

platform::Expected<std::optional<std::string>, std::string> SuccessorCredential::Kept() const {
    auto text = ReadIfThere(Path());
    if (!text || !*text) {
        return text;
    }
    const std::string_view secret = platform::Trim(**text);
    const bool prefixed = secret.starts_with(wire::kCredentialPrefix);
    const auto bytes =
        prefixed ? platform::Base64UrlDecode(secret.substr(wire::kCredentialPrefix.size())) : std::nullopt;
    if (!bytes || bytes->size() != kSuccessorBytes) {
        return std::optional<std::string>();  // half a file of another program: made anew
    }
    return std::optional<std::string>(std::string(secret));
}

platform::Expected<std::string, std::string> SuccessorCredential::Make() const {
    if (const auto kept = Kept(); kept && *kept) {
        return **kept;
    }
    const std::string made =
        std::string(wire::kCredentialPrefix) + platform::Base64UrlEncode(platform::RandomBytes(kSuccessorBytes));
    if (const auto written = WriteWhole(Path(), made + "\n"); !written) {
        return platform::Unexpected<std::string>(written.error());
    }
    return made;
}

platform::Expected<void, std::string> SuccessorCredential::Adopt() const {
    const auto kept = Kept();
    if (!kept) {
        return platform::Unexpected<std::string>(kept.error());
    }
    if (!*kept) {
        return {};
    }
    if (auto written = WriteWhole(CurrentPath(), **kept + "\n"); !written) {
        return written;
    }
    return RemoveFile(Path());
}

void SuccessorCredential::Drop() const {
    static_cast<void>(RemoveFile(Path()));  // what stays is refused once more and dropped then
}

}  // namespace tenancy::link
