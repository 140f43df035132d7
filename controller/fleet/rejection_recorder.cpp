#include "controller/fleet/rejection_recorder.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "controller/store/audit.hpp"
#include "controller/store/rejections.hpp"
#include "platform/json/number.hpp"

namespace fleet {
namespace {

constexpr std::chrono::seconds kBetweenEntries{60};

}  // namespace

void RejectionRecorder::OnReport(const policy::InstanceId& instance, const tenancy::wire::Report& said) {
    if (said.rejected <= 0) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        Said& known = said_[instance];
        if (known.boot_id != said.boot_id) {
            known.boot_id = said.boot_id;
            known.noted = 0;
        }
        known.rejected = said.rejected;
        if (said.answer && said.answer->outcome != "applied") {
            known.reason = said.answer->outcome + ": " + said.answer->reason;
        }
        if (known.rejected <= known.noted) {
            return;
        }
    }
    Wake();
}

void RejectionRecorder::OnTick() {
    const auto now = platform::SteadyNow();
    std::vector<store::Rejection> due;
    std::map<policy::InstanceId, std::string> reasons;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [instance, said] : said_) {
            if (said.rejected > said.noted && said.not_before <= now) {
                due.push_back({instance, said.boot_id, said.rejected});
                reasons[instance] = said.reason;
            }
        }
    }
    if (due.empty()) {
        return;
    }
    Context().database.Write([&](store::Tx& tx) {
        std::vector<std::string> names;
        std::vector<std::string> findings;
        std::int64_t count = 0;
        for (const store::MoreRejected& more : store::NoteRejections(tx, due)) {
            names.push_back(more.instance.Text());
            const std::string& reason = reasons[more.instance];
            findings.push_back(more.instance.Text() + ": " + std::to_string(more.more) +
                               (reason.empty() ? "" : ", the last: " + reason));
            count = std::min(count + more.more, platform::kLargestInteger);  // each may say what it likes
        }
        if (names.empty()) {
            return;
        }
        wire::AuditDetails details;
        details.Texts("instances", names)
            .Texts("findings", findings)
            .Number("turned_away", count)
            .Text("received_by", Context().controller);
        wire::AuditEntry entry;
        entry.actor = "portcullisd";
        entry.actor_kind = policy::PrincipalKind::kComponent;
        entry.action = "instance.turned_away";
        entry.summary = std::to_string(names.size()) + (names.size() == 1 ? " instance" : " instances") +
                        " turned away what was sent as the controller's: " + std::to_string(count);
        entry.details = details.Encode();
        store::AppendAudit(tx, std::move(entry));
    });
    const std::lock_guard lock(mutex_);
    for (const store::Rejection& noted : due) {
        Said& said = said_[noted.instance];
        if (said.boot_id == noted.boot_id) {
            said.noted = noted.rejected;
        }
        said.not_before = now + kBetweenEntries;
    }
}

}  // namespace fleet
