#include "pulse/agent/examiner.hpp"

#include <utility>

#include "platform/httpc/client.hpp"
#include "pulse/agent/tenant_records.hpp"

namespace pulse::agent {
namespace {

constexpr std::size_t kMostWaiting = 8;
constexpr std::chrono::milliseconds kAskPatience{2'000};
constexpr std::size_t kMostAnswerBytes = 1024 * 1024;
constexpr int kFeatureDisabled = 501;
constexpr int kLicenceRequired = 402;
constexpr int kOk = 200;

}  // namespace

Examiner::Examiner(ExaminerOptions options) : options_(std::move(options)), thread_([this] { Run(); }) {}

Examiner::~Examiner() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Examiner::Examine(const tenancy::wire::VerifyRequest& request, Reply reply) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == kMostWaiting) {
        waiting_.pop_front();  // whoever asked that has asked again
    }
    waiting_.emplace_back(request, std::move(reply));
    changed_.notify_all();
}

void Examiner::Run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) {
            return;
        }
        const auto [request, reply] = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        reply(AnswerTo(request));
        lock.lock();
    }
}

tenancy::wire::Evidence Examiner::AnswerTo(const tenancy::wire::VerifyRequest& request) const {
    tenancy::probe::Target target = options_.target;
    tenancy::probe::TenantData data;
    if (options_.orgs_folder.empty()) {
        data.problem = "the folder of the tenants is not known to the agent (--orgs-folder)";
    } else if (const auto records = ReadTenantRecords(options_.orgs_folder)) {
        data.now = records->digest;
        if (target.tenants == tenancy::probe::Tenants::kUnknown) {
            target.tenants = records->ids.empty() ? tenancy::probe::Tenants::kNone : tenancy::probe::Tenants::kSome;
            target.tenant = records->ids.empty() ? std::string() : records->ids.front();
        }
        for (const std::string& id : records->ids) {
            if (target.other_tenant.empty() && id != target.tenant) {
                target.other_tenant = id;
            }
        }
    } else {
        data.problem = records.error();
    }
    const Standing standing = options_.standing();
    tenancy::probe::ProcessState process;
    process.generation = standing.applied_generation;
    process.problem = standing.problem;
    // Now, not when the keeper looked last.
    if (const auto seen = LookAtProcess(options_.process)) {
        process.enabled = seen->Enabled();
        process.source = "/proc/" + std::to_string(seen->pid) + "/environ";
        process.boot_id = seen->boot_id;
        process.age = seen->age;
        process.hosted = seen->hosted;
    } else {
        process.problem = seen.error();
    }
    return tenancy::probe::Answer(request, target, process, data);
}

std::optional<tenancy::wire::Inventory> Examiner::Inventory() const {
    if (options_.orgs_folder.empty()) {
        return std::nullopt;
    }
    auto records = ReadTenantRecords(options_.orgs_folder);
    if (!records) {
        return std::nullopt;
    }
    tenancy::wire::Inventory inventory;
    inventory.orgs = std::move(records->ids);
    inventory.orgs.emplace_back("default");
    inventory.tenants = {records->digest.count, records->digest.digest};
    return inventory;
}

std::optional<bool> AskSwitch(const std::string& url, const std::string& canary) {
    platform::HttpClient client;
    platform::ClientRequest request;
    request.url = url + "/api/orgs";
    request.headers = {{"X-API-Token", canary}};
    request.connect_timeout = kAskPatience;
    request.timeout = kAskPatience;
    request.max_response_bytes = kMostAnswerBytes;
    const auto response = client.Send(request);
    if (!response) {
        return std::nullopt;
    }
    switch (response->status) {
        case kFeatureDisabled:
            return false;
        case kOk:
        case kLicenceRequired:
            return true;
        default:
            return std::nullopt;
    }
}

}  // namespace pulse::agent
