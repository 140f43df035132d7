#include "controller/fleet/refusal_log.hpp"

namespace fleet {
namespace {

constexpr int kSaidEachInterval = 5;
constexpr std::chrono::seconds kRefusalInterval{60};

}  // namespace

RefusalLog::RefusalLog(const PartContext& context) : Part(context), tally_(kSaidEachInterval, kRefusalInterval) {}

void RefusalLog::Note(std::string_view event, std::string_view reason, const std::string& instance,
                      const std::string& detail) {
    std::string key(event);
    key.append(" ").append(reason);
    switch (tally_.Note(key, detail, platform::SteadyNow())) {
        case Tally::Say::kThis:
            return Context().on_event(event, instance, detail);
        case Tally::Say::kThisIsTheLast:
            return Context().on_event(event, instance, detail + "; more of these within a minute are only counted");
        case Tally::Say::kNothing:
            return;
    }
}

void RefusalLog::SayAll() {
    SayCounts(tally_.All());
}

void RefusalLog::OnTick() {
    SayCounts(tally_.Over(platform::SteadyNow()));
}

void RefusalLog::SayCounts(const std::vector<Tally::Counted>& counts) const {
    for (const Tally::Counted& counted : counts) {
        Context().on_event("fleet.refused_more", "",
                           std::to_string(counted.count) + " more: " + counted.key + "; the last: " + counted.last);
    }
}

}  // namespace fleet
