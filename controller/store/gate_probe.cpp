#include "controller/store/callers.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

// The clock's offset is added here: a call of portcullis.now() would cost as much as the rest.
#define GATE_STATE                                                   \
    " transaction_timestamp() + k.\"offset\", k.simulated, e.epoch," \
    " (SELECT r.facts_version FROM releases r WHERE r.id = $1)"

constexpr Statement kGateState{"gate_state", "SELECT" GATE_STATE "FROM clock k, facts_epoch e"};
constexpr Statement kProbeByToken{"gate_probe_token", "SELECT" GATE_STATE R"sql(,
        q.id, q.kind, q.name, q.token, q.roles, (SELECT t.expires_at FROM tokens t WHERE t.id = q.token)
    FROM clock k CROSS JOIN facts_epoch e
    LEFT JOIN LATERAL (SELECT)sql" PORTCULLIS_TOKEN_CALLER("$2") R"sql() q (id, kind, name, token, roles) ON true)sql"};
constexpr Statement kProbeById{"gate_probe_principal", "SELECT" GATE_STATE R"sql(,
        q.id, q.kind, q.name, q.token, q.roles, NULL::timestamptz
    FROM clock k CROSS JOIN facts_epoch e
    LEFT JOIN LATERAL (SELECT)sql" PORTCULLIS_NAMED_CALLER("$2") R"sql() q (id, kind, name, token, roles) ON true)sql"};

#undef GATE_STATE

GateState ReadGateState(Columns& in) {
    GateState state;
    state.now = in.Instant();
    state.simulated_clock = in.Flag();
    state.epoch = in.Int();
    if (const auto version = in.OptInt()) {
        state.version = FactsVersion{*version, state.epoch};
    }
    return state;
}

GateProbe ReadGateProbe(Columns& in) {
    GateProbe probe;
    probe.state = ReadGateState(in);
    if (!in.IsNull()) {
        probe.caller = ReadCaller(in);
        probe.caller_until = in.OptInstant();
    }
    return probe;
}

}  // namespace

GateState LoadGateState(Tx& tx, const policy::ReleaseId& release) {
    return tx.One(kGateState, ReadGateState, release);
}

GateProbe ProbeGate(Tx& tx, const policy::ReleaseId& release, const platform::Digest& token_hash) {
    return tx.One(kProbeByToken, ReadGateProbe, release, DigestHex(token_hash));
}

GateProbe ProbeGate(Tx& tx, const policy::ReleaseId& release, const policy::PrincipalId& principal) {
    return tx.One(kProbeById, ReadGateProbe, release, principal);
}

}  // namespace store
