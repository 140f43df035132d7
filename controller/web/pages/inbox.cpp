// What waits for the one who looks, oldest first.
#include "controller/app/inbox.hpp"

#include "controller/render/format.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/release_frame.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

struct InboxWords {
    std::string kind;
    std::string what;
    std::string path;  // below /console
};

InboxWords WordsOf(const app::InboxItem& item) {
    const std::string release = "/releases/" + item.subject;
    const std::string role(item.role ? render::RoleLabel(*item.role) : "");
    switch (item.kind) {
        case app::InboxKind::kApproval:
            return {"approval", "Approve as " + role + ", for " + std::string(render::ScopeLabel(*item.scope)),
                    release + "#approvals"};
        case app::InboxKind::kSignature:
            return {"signature", "Sign memo " + std::to_string(item.number) + ", " + item.detail + ", as " + role,
                    release + "/memos/" + std::to_string(item.number)};
        case app::InboxKind::kRollbackEvaluation:
            return {"decision", "Roll back or go on? Asked by " + item.detail, release + "#incidents"};
        case app::InboxKind::kCheckpoint:
            return {"checkpoint", "Checkpoint " + std::to_string(item.number) + ": " + item.detail,
                    "/rollouts/" + item.subject};
        case app::InboxKind::kStageEvaluation:
            return {"decision", "Continue, hold or reverse? " + item.detail, "/rollouts/" + item.subject};
        case app::InboxKind::kKillReview:
            return {"review", "Review the kill: " + item.detail, "/operations/" + item.subject};
    }
    return {};
}

Reply ShowInbox(Visit& visit) {
    const app::Inbox inbox = app::ReadInbox(visit.Services(), visit.Caller());
    Slots page = visit.Page("inbox", {.title = "Inbox", .place = "inbox"});
    page.Set("COUNT", static_cast<std::int64_t>(inbox.items.size()));
    for (const app::InboxItem& item : inbox.items) {
        const InboxWords words = WordsOf(item);
        Slots row = page.Add("ITEM");
        PutBadge(row, "KIND", words.kind, item.late ? Tone::kBad : Tone::kInfo);
        row.Set("WHAT", words.what);
        row.Set("TITLE", item.title);
        row.Set("SUBJECT", item.subject);
        row.Set("PATH", std::string(kHome) + words.path);
        PutTime(row, "SINCE", item.since);
        if (item.due_at) {
            Slots due = row.Add("DUE");
            PutTime(due, "AT", *item.due_at);
            due.ShowIf(item.late, "LATE");
        }
    }
    page.ShowIf(inbox.items.empty(), "EMPTY");
    if (inbox.left_out > 0) {
        page.Add("LEFT_OUT").Set("SAYS", platform::Plural(inbox.left_out, "release"));
    }
    return visit.Show();
}

constexpr Route kInboxRoutes[] = {{.verb = Verb::kGet, .pattern = "/inbox", .handler = ShowInbox}};

}  // namespace

std::span<const Route> InboxRoutes() {
    return kInboxRoutes;
}

}  // namespace web
