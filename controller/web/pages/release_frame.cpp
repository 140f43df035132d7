#include "controller/web/pages/release_frame.hpp"

#include <algorithm>
#include <array>

#include "controller/policy/catalogue.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

constexpr std::size_t kMostPasted = 4 * 1024 * 1024;
constexpr std::array kTrack{policy::Channel::kDev, policy::Channel::kExperimental, policy::Channel::kCandidate,
                            policy::Channel::kStable};

struct Tab {
    std::string_view key;
    std::string_view label;
    std::string_view path;
};
constexpr std::array kTabs{
    Tab{"overview", "Overview", ""},          Tab{"manifest", "Manifest", "/manifest"},
    Tab{"plan", "Exposure plan", "/plan"},    Tab{"tenants", "Tenants", "/tenants"},
    Tab{"memos", "Memos", "/memos"},          Tab{"rollbacks", "Rollbacks", "/rollbacks"},
    Tab{"timeline", "Timeline", "/timeline"},
};

Tone ToneOfStatus(policy::ReleaseStatus status) {
    switch (status) {
        case policy::ReleaseStatus::kActive:
            return Tone::kGood;
        case policy::ReleaseStatus::kRolledBack:
        case policy::ReleaseStatus::kWithdrawn:
            return Tone::kBad;
        case policy::ReleaseStatus::kSuperseded:
            return Tone::kPlain;
    }
    return Tone::kPlain;
}

void PutTrack(Slots head, const wire::Release& release) {
    for (const policy::Channel channel : kTrack) {
        Slots step = head.Add("STEP");
        step.Set("LABEL", ChannelTitle(channel));
        if (channel == release.channel) {
            step.Show("HERE");
            step.Set("STATE", "here");
        } else {
            step.Set("STATE", channel < release.channel ? "passed" : "ahead");
        }
    }
}

void PutStay(Slots head, const wire::Release& release) {
    if (!release.stay || release.stay->required <= policy::Duration::zero()) {
        return;
    }
    const wire::Stay& stay = *release.stay;
    const double required = static_cast<double>(stay.required.count());
    if (!stay.ends_at) {
        PutRing(head, "SOAK", 0, "The stay does not count: an incident is open");
    } else if (stay.left && stay.left->count() > 0) {
        PutRing(head, "SOAK", 1 - static_cast<double>(stay.left->count()) / required,
                DurationWords(*stay.left) + " left of " + DurationWords(stay.required));
    } else {
        PutRing(head, "SOAK", 1, "The stay of " + DurationWords(stay.required) + " is over");
    }
}

void PutHead(Slots page, const wire::Release& release, std::string_view tab) {
    Slots head = page.Part("HEAD", "release_head");
    const std::string id = release.id.Text();
    head.Set("ID", id);
    head.Set("TITLE", release.title.empty() ? id : release.title);
    head.Set("AUTHOR", release.author);
    PutBadge(head, "CLASS", release.classification ? "class " + Words(*release.classification) : "no class",
             Tone::kPlain);
    PutBadge(head, "STATUS", Words(release.status), ToneOfStatus(release.status));
    PutTime(head, "ENTERED", release.channel_entered_at);
    head.Set("CHANNEL", platform::EnumText(release.channel));
    PutTrack(head, release);
    PutStay(head, release);
    for (const Tab& each : kTabs) {
        Slots slot = head.Add("TAB");
        slot.Set("LABEL", each.label);
        slot.Set("PATH", std::string(kHome) + ReleasePath(release.id, each.path));
        slot.ShowIf(each.key == tab, "CURRENT");
    }
}

}  // namespace

policy::ReleaseId ReleaseOf(const Visit& visit) {
    return visit.Id<policy::ReleaseId>("release", "release");
}

std::string ReleasePath(const policy::ReleaseId& release, std::string_view rest) {
    return "/releases/" + release.Text() + std::string(rest);
}

Slots BeginReleasePage(Visit& visit, const wire::Release& release, ReleasePage page) {
    const std::string name = release.title.empty() ? release.id.Text() : release.title;
    Frame frame{.title = page.title.empty() ? name : page.title,
                .place = "board",
                .crumbs = {{"Board", ""}},
                .style = "release.css"};
    if (!page.title.empty()) {
        frame.crumbs.push_back({name, ReleasePath(release.id)});
    }
    Slots slots = visit.Page(page.file, std::move(frame));
    slots.Set("RELEASE", release.id.Text());
    slots.Set("VERSION", release.version);
    PutHead(slots, release, page.tab);
    return slots;
}

std::string ChannelTitle(policy::Channel channel) {
    std::string title(platform::EnumText(channel));
    title.front() = platform::ToUpperAscii(title.substr(0, 1)).front();
    return title;
}

std::string DocumentBody(std::string_view html) {
    const auto begin = html.find("<main>");
    const auto end = html.rfind("</main>");
    return begin == html.npos || end == html.npos ? std::string()
                                                  : std::string(html.substr(begin + 6, end - begin - 6));
}

std::string IndentedJson(std::string_view json) {
    const auto parsed = platform::ParseJson(json, {.max_bytes = kMostPasted});
    return parsed ? parsed->dump(2) : std::string(json);
}

policy::Findings FindingsOf(const wire::VerdictDocument& verdict) {
    policy::Findings findings;
    for (const wire::FindingDocument& document : verdict.findings) {
        if (const policy::Rule* rule = policy::FindRule(document.rule)) {
            findings.push_back({rule->id, document.kind, document.hard_stop, document.message, document.remedy,
                                document.subject, document.ends_at});
        }
    }
    return findings;
}

policy::Findings InOrderOfWeight(policy::Findings findings) {
    const auto weight = [](const policy::Finding& finding) {
        switch (finding.kind) {
            case policy::FindingKind::kDenied:
                return finding.hard_stop ? 0 : 1;
            case policy::FindingKind::kIndeterminate:
                return 2;
            case policy::FindingKind::kPending:
                return 3;
            case policy::FindingKind::kDoubt:
                return 4;
        }
        return 5;
    };
    std::ranges::stable_sort(findings, {}, weight);
    return findings;
}

void RefuseTyped(platform::FieldErrors errors) {
    Visit::Refuse({app::RefusalKind::kInvalid,
                   "input.invalid",
                   "Some of what was typed does not hold: see each line.",
                   {},
                   std::move(errors)});
}

wire::Document ReadPasted(std::string_view text, std::string_view part) {
    const bool json = platform::Trim(text).starts_with('{');
    wire::Document document =
        Require(wire::Document::Parse(text, json ? wire::BodyFormat::kJson : wire::BodyFormat::kYaml, kMostPasted));
    const platform::Json& root = document.Root();
    if (root.is_object() && root.contains(part)) {
        return wire::Document(root[std::string(part)]);
    }
    return document;
}

}  // namespace web
