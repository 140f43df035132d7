// The board: releases by channel, and why each is where it is.
#include "controller/app/board.hpp"

#include <algorithm>
#include <array>

#include "controller/policy/catalogue.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr int kCardsOfColumn = 20;
constexpr int kCardsOfPage = 40;
constexpr std::array kShownStates{policy::ReleaseStatus::kActive, policy::ReleaseStatus::kWithdrawn,
                                  policy::ReleaseStatus::kRolledBack};

std::string ChannelLabel(policy::Channel channel) {
    std::string label(platform::EnumText(channel));
    label.front() = static_cast<char>(label.front() - 'a' + 'A');
    return label;
}

bool Blocks(const policy::Finding& finding) {
    return finding.kind != policy::FindingKind::kDoubt;
}

/// The finding a person would want to read first: what denies before what only waits.
const policy::Finding* FirstReason(const policy::Findings& findings) {
    const policy::Finding* first = nullptr;
    for (const policy::Finding& finding : findings) {
        if (Blocks(finding) && (first == nullptr || finding.kind < first->kind)) {
            first = &finding;
        }
    }
    return first;
}

void PutSoak(Slots card, const app::BoardCard& shown, policy::Time now) {
    if (!shown.release.stay || shown.release.stay->required <= policy::Duration::zero()) {
        return;
    }
    const wire::Stay& stay = *shown.release.stay;
    const auto past = std::max(policy::Duration::zero(), now - stay.since);
    const double share = static_cast<double>(past.count()) / static_cast<double>(stay.required.count());
    std::string text;
    if (!stay.ends_at) {
        text = "Soak stands still: an incident is open";
    } else if (stay.left && stay.left->count() > 0) {
        text = DurationWords(*stay.left) + " of soak left";
    } else {
        text = "Soak of " + DurationWords(stay.required) + " done";
    }
    PutRing(card, "RING", share, text);
}

void PutReasons(Slots card, const policy::Verdict& verdict) {
    int blocking = 0;
    for (const policy::Finding& finding : verdict.findings) {
        blocking += Blocks(finding) ? 1 : 0;
    }
    if (const policy::Finding* reason = FirstReason(verdict.findings)) {
        Slots slot = card.Add("REASON");
        slot.Set("RULE", reason->rule);
        slot.Set("TEXT", reason->message);
    }
    if (blocking > 1) {
        card.Add("MORE").Set("TEXT", "and " + platform::Plural(blocking - 1, "more reason"));
    }
}

void PutCard(Slots card, const app::BoardCard& shown, policy::Time now) {
    const wire::Release& release = shown.release;
    card.Set("ID", release.id.Text());
    card.Set("TITLE", release.title.empty() ? release.id.Text() : release.title);
    card.Set("OWNER", release.author);
    PutBadge(card, "CLASS", release.classification ? WordsOf(*release.classification) : "no class", Tone::kPlain);
    if (shown.open_incidents > 0) {
        card.Add("INCIDENTS").Set("TEXT", platform::Plural(shown.open_incidents, "open incident"));
    }
    if (shown.hard_stops > 0) {
        card.Add("STOPS").Set("TEXT", platform::Plural(shown.hard_stops, "hard stop"));
    }
    Tone tone = Tone::kPlain;
    if (shown.verdict) {
        tone = ToneOf(shown.verdict->state);
        PutVerdict(card, "VERDICT", shown.verdict->state);
        PutReasons(card, *shown.verdict);
        if (shown.verdict->earliest && *shown.verdict->earliest > now) {
            Slots slot = card.Add("EARLIEST");
            slot.Set("TO", platform::EnumText(release.next->to));
            PutTime(slot, "AT", *shown.verdict->earliest);
        }
    } else if (release.status != policy::ReleaseStatus::kActive) {
        PutBadge(card, "VERDICT", WordsOf(release.status), Tone::kPlain);
    } else if (!shown.judged) {
        PutBadge(card, "VERDICT", "being worked out", Tone::kPlain);
        card.Show("LATER");
    } else {
        tone = Tone::kGood;
        PutBadge(card, "VERDICT", "released", Tone::kGood);
    }
    card.Set("TONE", ToneText(tone));
    PutSoak(card, shown, now);
}

template <typename E>
void PutChoices(Slots page, std::string_view section, const std::optional<E>& chosen, std::span<const E> values) {
    for (const E value : values) {
        Slots slot = page.Add(section);
        slot.Set("VALUE", platform::EnumText(value));
        slot.Set("LABEL", WordsOf(value));
        slot.ShowIf(chosen == value, "CHOSEN");
    }
}

app::BoardQuery QueryOf(const Visit& visit) {
    app::BoardQuery query;
    query.channel = visit.QueryChoice<policy::Channel>("channel");
    query.classification = visit.QueryChoice<policy::ReleaseClass>("class");
    query.status = visit.QueryChoice<policy::ReleaseStatus>("status").value_or(policy::ReleaseStatus::kActive);
    query.text = visit.Query("q");
    query.owner = visit.Query("owner");
    query.only_blocked = visit.Query("blocked") == "true";
    query.limit = query.channel ? kCardsOfPage : kCardsOfColumn;
    query.after = query.channel ? visit.Query("after") : std::string();
    return query;
}

void PutFilters(Slots page, const app::BoardQuery& query) {
    std::vector<policy::ReleaseClass> classes;
    for (const auto& name : platform::EnumNames<policy::ReleaseClass>::kNames) {
        classes.push_back(name.value);
    }
    page.Set("Q", query.text);
    page.Set("OWNER", query.owner);
    page.ShowIf(query.only_blocked, "BLOCKED");
    PutChoices<policy::ReleaseClass>(page, "CLASS", query.classification, classes);
    PutChoices<policy::ReleaseStatus>(page, "STATUS", query.status, kShownStates);
}

void PutColumn(const Visit& visit, Slots page, const app::BoardColumn& column, policy::Time now) {
    Slots slot = page.Add("COLUMN");
    const std::string_view channel = platform::EnumText(column.channel);
    slot.Set("CHANNEL", channel);
    slot.Set("LABEL", ChannelLabel(column.channel));
    slot.Set("COUNT", std::to_string(column.cards.size()) + (column.next ? "+" : ""));
    slot.ShowIf(column.cards.empty(), "NONE");
    for (const app::BoardCard& card : column.cards) {
        PutCard(slot.Add("CARD").Part("BODY", "board_card"), card, now);
    }
    std::optional<std::string> next;
    if (column.next) {
        next = std::string(kHome) + "?channel=" + std::string(channel) + "&after=" + PercentEncode(*column.next);
        for (const std::string_view kept : {"q", "class", "status", "owner", "blocked"}) {
            if (const std::string value = visit.Query(kept); !value.empty()) {
                next->append("&").append(kept).append("=").append(PercentEncode(value));
            }
        }
    }
    PutPaging(slot, "PAGING", next,
              visit.Query("after").empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
}

/// Nobody has filtered anything away: there is nothing.
bool IsFirstRun(const Visit& visit, const app::Board& board) {
    return visit.Request().query.empty() &&
           std::ranges::all_of(board.columns, [](const app::BoardColumn& column) { return column.cards.empty(); });
}

Reply ShowBoard(Visit& visit) {
    const app::BoardQuery query = QueryOf(visit);
    const app::Board board = app::ReadBoard(visit.Services(), query);
    Slots page = visit.Page("board", {.title = "Board", .place = "board"});
    PutFilters(page, query);
    for (const app::BoardColumn& column : board.columns) {
        PutColumn(visit, page, column, board.now);
    }
    if (IsFirstRun(visit, board)) {
        visit.Offer(page.Part("FIRST_RUN", "board_first_run"), "SUBMIT", policy::Permission::kSetPlan);
    }
    return visit.Show();
}

constexpr Route kBoardRoutes[] = {{.verb = Verb::kGet, .pattern = "", .handler = ShowBoard}};

}  // namespace

std::span<const Route> BoardRoutes() {
    return kBoardRoutes;
}

}  // namespace web
