#include "controller/app/board.hpp"

#include <algorithm>
#include <array>

#include "controller/app/gate.hpp"
#include "controller/app/load_budget.hpp"
#include "controller/app/release_view.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/policy/stay.hpp"
#include "controller/store/facts.hpp"

namespace app {
namespace {

using policy::Channel;

/// Rows of a column that are looked at for one reading when not all of them are wanted.
constexpr int kMostSifted = 200;
constexpr std::array kBoardChannels{Channel::kDev, Channel::kExperimental, Channel::kCandidate, Channel::kStable};

/// Reads cards of one transaction, each verdict from the gate's memory when it can be.
class CardReader {
public:
    CardReader(store::Tx& tx, GateCache& gates, LoadBudget budget) : tx_(tx), gates_(gates), budget_(budget) {}

    BoardCard Read(const store::Release& row) {
        if (!state_) {
            state_ = store::LoadGateState(tx_, row.id);
        }
        BoardCard card;
        card.release = ViewRelease(row);
        const Channel to = policy::NextChannel(row.channel);
        const store::FactsVersion version{row.facts_version, state_->epoch};
        auto snapshot = gates_.Find(row.id, to, version, state_->now);
        if (!snapshot) {
            snapshot = Load(row.id, to);
        }
        if (snapshot) {
            Judge(row, FactsNow(*snapshot), card);
        }
        return card;
    }
    policy::Time Now() const {
        return state_ ? state_->now : policy::Time{};
    }

private:
    std::shared_ptr<GateCache::Snapshot> Load(const policy::ReleaseId& id, Channel to) {
        if (!budget_.Take()) {
            return nullptr;
        }
        auto loaded = store::LoadVersionedFacts(tx_, id, to, store::Lock::kNone);
        if (!loaded) {
            return nullptr;
        }
        auto snapshot = MakeGateSnapshot(std::move(*loaded));
        gates_.Keep(id, to, snapshot);
        return snapshot;
    }

    policy::PromotionFacts FactsNow(GateCache::Snapshot& snapshot) const {
        const std::lock_guard lock(snapshot.mutex);
        policy::PromotionFacts facts = snapshot.facts;
        facts.now = std::max(facts.now, state_->now);
        return facts;
    }

    static void Judge(const store::Release& row, const policy::PromotionFacts& facts, BoardCard& card) {
        const policy::Verdict verdict = policy::EvaluatePromotion(facts);
        card.release = ViewReleaseWithGate(row, facts, verdict);
        card.judged = true;
        if (card.release.next) {
            card.verdict = verdict;
        }
        card.soak_from = policy::StayStart(facts);
        card.open_incidents = static_cast<int>(std::ranges::count_if(
            facts.incidents, [](const policy::IncidentFacts& incident) { return policy::IsOpen(incident); }));
        card.hard_stops = static_cast<int>(
            std::ranges::count_if(facts.hard_stops, [](const policy::HardStopFacts& stop) { return stop.open; }));
    }

    store::Tx& tx_;
    GateCache& gates_;
    LoadBudget budget_;
    std::optional<store::GateState> state_;
};

bool IsBlocked(const BoardCard& card) {
    return !card.verdict || card.verdict->state != policy::VerdictState::kAllow;
}

bool IsWanted(const BoardQuery& query, const store::Release& row) {
    return query.owner.empty() || row.author == query.owner || row.created_by == query.owner;
}

BoardColumn ReadColumn(store::Tx& tx, CardReader& reader, const BoardQuery& query, Channel channel) {
    store::ReleaseFilter filter;
    filter.channel = channel;
    filter.classification = query.classification;
    filter.status = query.status;
    filter.text = query.text;
    BoardColumn column;
    column.channel = channel;
    const bool sifted = query.only_blocked || !query.owner.empty();
    PageQuery page{.limit = sifted ? kMostSifted : query.limit, .after = query.after};
    const Page<store::Release> rows = store::ListReleases(tx, filter, page);
    column.next = rows.next;
    for (const store::Release& row : rows.rows) {
        if (!IsWanted(query, row)) {
            continue;
        }
        if (static_cast<int>(column.cards.size()) == query.limit) {
            column.next = column.cards.back().release.id.Text();
            break;
        }
        BoardCard card = reader.Read(row);
        if (!query.only_blocked || !card.judged || IsBlocked(card)) {
            column.cards.push_back(std::move(card));
        }
    }
    return column;
}

}  // namespace

Board ReadBoard(const Services& services, const BoardQuery& query) {
    return services.database.Read([&](store::Tx& tx) {
        Board board;
        CardReader reader(tx, services.gates, LoadBudget(query.most_loads, query.load_for));
        for (const Channel channel : kBoardChannels) {
            if (!query.channel || *query.channel == channel) {
                board.columns.push_back(ReadColumn(tx, reader, query, channel));
            }
        }
        board.now = reader.Now();
        return board;
    });
}

std::optional<BoardCard> ReadBoardCard(const Services& services, const policy::ReleaseId& id) {
    return services.database.Read([&](store::Tx& tx) -> std::optional<BoardCard> {
        const auto row = store::LoadRelease(tx, id);
        if (!row) {
            return std::nullopt;
        }
        return CardReader(tx, services.gates, LoadBudget(1, {})).Read(*row);
    });
}

}  // namespace app
