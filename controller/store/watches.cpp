// The watches of operations: what instances and controllers saw in them, and their ends.
#include <map>

#include "controller/store/tx.hpp"
#include "controller/store/verification_rows.hpp"
#include "controller/store/verifications.hpp"

namespace store {
namespace {

constexpr Statement kInsertWitnessSamples{"verification_witness_samples_insert", R"sql(
    INSERT INTO operation_watch_samples (operation_id, instance_id, requests, errors_5xx, errors_501, default_org_ok,
                                         witness, counted, as_ordered, detail)
    SELECT s.operation_id, s.instance_id, s.requests, s.errors_5xx, s.errors_501, s.healthy, 'controller', s.counted,
           nullif(s.as_ordered, '')::boolean, s.detail
    FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[], $7::boolean[],
                $8::text[], $9::text[])
         AS s(operation_id, instance_id, requests, errors_5xx, errors_501, healthy, counted, as_ordered, detail)
    JOIN verifications v ON v.operation_id = s.operation_id AND v.instance_id = s.instance_id AND v.state = 'watch')sql"};
constexpr Statement kLockWatches{"watches_lock", R"sql(
    SELECT v.operation_id, v.instance_id, (extract(epoch FROM o.watch_for) * 1000000)::bigint,
           (extract(epoch FROM clock_timestamp() - v.since) * 1000000)::bigint,
           (extract(epoch FROM v.watch_every) * 1000000)::bigint, v.witnessed
    FROM verifications v JOIN operations o ON o.id = v.operation_id
    WHERE v.state = 'watch' AND (v.watch_until <= clock_timestamp() OR v.instance_id = ANY ($1::text[]))
    ORDER BY v.watch_until LIMIT $2 FOR UPDATE OF v SKIP LOCKED)sql"};
constexpr Statement kSamplesOf{"watch_samples_of", R"sql(
    SELECT s.operation_id, s.instance_id, (extract(epoch FROM s.at - v.since) * 1000000)::bigint, s.requests,
           s.errors_5xx, s.errors_501, s.default_org_ok, s.witness = 'controller', s.counted,
           coalesce(s.as_ordered::text, ''), s.detail
    FROM unnest($1::text[], $2::text[]) AS t(operation_id, instance_id)
    JOIN verifications v ON v.operation_id = t.operation_id AND v.instance_id = t.instance_id
    JOIN operation_watch_samples s ON s.operation_id = t.operation_id AND s.instance_id = t.instance_id
    ORDER BY s.operation_id, s.instance_id, s.at)sql"};
constexpr Statement kEndWatches{"watches_end", R"sql(
    UPDATE verifications v SET state = 'done', request = NULL, since = clock_timestamp()
    FROM unnest($1::text[], $2::text[]) AS t(operation_id, instance_id)
    WHERE v.operation_id = t.operation_id AND v.instance_id = t.instance_id)sql"};

}  // namespace

void RecordWitnessSamples(Tx& tx, const std::vector<WitnessSample>& samples) {
    std::vector<std::int64_t> requests;
    std::vector<std::int64_t> errors_5xx;
    std::vector<std::int64_t> errors_501;
    std::vector<std::string> healthy;
    std::vector<std::string> counted;
    std::vector<std::string> as_ordered;
    std::vector<std::string> details;
    for (const WitnessSample& sample : samples) {
        requests.push_back(sample.seen.requests);
        errors_5xx.push_back(sample.seen.errors_5xx);
        errors_501.push_back(sample.seen.errors_501);
        healthy.emplace_back(sample.seen.default_org_ok ? "t" : "f");
        counted.emplace_back(sample.counted ? "t" : "f");
        as_ordered.emplace_back(!sample.as_ordered ? "" : *sample.as_ordered ? "t" : "f");
        details.push_back(sample.detail);
    }
    const auto [operations, instances] = PartsOf(samples);
    tx.Exec(kInsertWitnessSamples, operations, instances, requests, errors_5xx, errors_501, healthy, counted,
            as_ordered, details);
}

std::vector<Watch> LockWatches(Tx& tx, const std::vector<InstanceId>& named, std::size_t most) {
    auto watches = tx.All(
        kLockWatches,
        [](Columns& in) {
            Watch watch;
            watch.operation = in.Id<policy::RecordId>();
            watch.instance = in.Id<InstanceId>();
            watch.window = MicrosecondsOf(in);
            watch.elapsed = MicrosecondsOf(in);
            watch.every = MicrosecondsOf(in);
            watch.witnessed = in.Flag();
            return watch;
        },
        named, most);
    if (watches.empty()) {
        return watches;
    }
    std::map<PartKey, Watch*> by_part;
    for (Watch& watch : watches) {
        by_part.emplace(PartKey{watch.operation, watch.instance}, &watch);
    }
    const auto [operations, instances] = PartsOf(watches);
    auto samples = tx.All(
        kSamplesOf,
        [](Columns& in) {
            auto operation = in.Id<policy::RecordId>();
            PartKey part{std::move(operation), in.Id<InstanceId>()};
            Watch::Sample sample;
            sample.at = MicrosecondsOf(in);
            sample.seen.requests = in.Int();
            sample.seen.errors_5xx = in.Int();
            sample.seen.errors_501 = in.Int();
            sample.seen.default_org_ok = in.Flag();
            sample.by_controller = in.Flag();
            sample.counted = in.Flag();
            if (const std::string as_ordered = in.Text(); !as_ordered.empty()) {
                sample.as_ordered = as_ordered == "true";
            }
            sample.detail = in.Text();
            return std::pair(std::move(part), std::move(sample));
        },
        operations, instances);
    for (auto& [part, sample] : samples) {
        by_part.at(part)->samples.push_back(std::move(sample));
    }
    return watches;
}

void EndWatches(Tx& tx, const std::vector<WatchResult>& results) {
    if (results.empty()) {
        return;
    }
    StepRows steps;
    for (const WatchResult& result : results) {
        steps.Add(result.operation, result.instance, result.step);
    }
    steps.Insert(tx);
    const auto [operations, instances] = PartsOf(results);
    tx.Exec(kEndWatches, operations, instances);
}

}  // namespace store
