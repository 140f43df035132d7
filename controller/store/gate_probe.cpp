#include "controller/store/callers.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kProbeByToken{"gate_probe_token", R"sql(
    SELECT portcullis.now(), k.simulated, e.epoch, r.facts_version, q.id, q.kind, q.name, q.token, q.roles
    FROM clock k CROSS JOIN facts_epoch e
    LEFT JOIN releases r ON r.id = $2
    LEFT JOIN LATERAL (SELECT)sql" PORTCULLIS_TOKEN_CALLER R"sql() q (id, kind, name, token, roles) ON true)sql"};
constexpr Statement kProbeById{"gate_probe_principal", R"sql(
    SELECT portcullis.now(), k.simulated, e.epoch, r.facts_version, q.id, q.kind, q.name, q.token, q.roles
    FROM clock k CROSS JOIN facts_epoch e
    LEFT JOIN releases r ON r.id = $2
    LEFT JOIN LATERAL (SELECT)sql" PORTCULLIS_NAMED_CALLER R"sql() q (id, kind, name, token, roles) ON true)sql"};

GateProbe ReadGateProbe(Columns& in) {
    GateProbe probe;
    probe.now = in.Instant();
    probe.simulated_clock = in.Flag();
    const std::int64_t epoch = in.Int();
    if (const auto version = in.OptInt()) {
        probe.version = FactsVersion{*version, epoch};
    }
    if (!in.IsNull()) {
        probe.caller = ReadCaller(in);
    }
    return probe;
}

}  // namespace

GateProbe ProbeGate(Tx& tx, const policy::ReleaseId& release, const platform::Digest& token_hash) {
    return tx.One(kProbeByToken, ReadGateProbe, DigestHex(token_hash), release);
}

GateProbe ProbeGate(Tx& tx, const policy::ReleaseId& release, const policy::PrincipalId& principal) {
    return tx.One(kProbeById, ReadGateProbe, principal, release);
}

}  // namespace store
