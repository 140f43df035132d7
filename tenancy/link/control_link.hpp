// The instance's end of its orders: which control document is in force, kept on disk, and the switch it moves.
//
// Accept takes a document only when the pinned key signed it, it names this instance, and its generation is higher than
// any before. It is on the disk, flushed, before it acts. Everything else changes nothing and is reported. One
// exception in the safe direction: an order to switch off that cannot be stored switches off all the same, and is
// reported as not stored, so that the controller sends it again.
//
// Files in the folder, mode 0600:
//   control-state.json    the last accepted document, its signature and the key that signed it; written in place where
//                         the one before it does not lie (state_file.hpp), so a power cut leaves the one or the other
//   control-floor         the highest generation ever accepted; a block that is written in place and flushed
//   controller-key.pem    the pinned key
//   control-restart       the order that was last restarted for
//   control-off           a block that is kept for an order to switch off which could not be stored: with it, the off
//                         holds in the next process, too (KeepRoom)
//   local-switch.json     the local operator's order (local_order.hpp)
// A state file that cannot be read or does not verify, one whose newest order cannot be read although it was accepted
// (the floor tells), and one that is missing although the floor exists, is damage:
// the switch is off until a document that is not below the floor arrives, or the operator resets the link; Problem()
// says so. Without a readable floor nothing could tell an old order from a new one: then only a reset helps.
// Never had a document: the environment alone decides. The controller away: what was accepted last holds.
//
// An order of mode restart, where the process can start again for it (Applying::kByRestart): what it takes away holds
// at once, what it gives waits, stored, for the next process. Any start of the process is the restart of the order it
// finds. Each is restarted for once: NoteRestart writes that down (control-restart) before anything ends, and a process
// that cannot write it does not end.
//
// Thread safe. Errors are values. The switch's observers run on the thread that changes something (Accept,
// RefreshLocal, PinKey, RepinKey, Reset); they may ask the link, but must not change anything through it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/enum_text.hpp"
#include "platform/base/expected.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/kill_switch.hpp"
#include "tenancy/link/link_files.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tenancy/wire/rotation.hpp"

namespace tenancy::link {

enum class AcceptOutcome : std::uint8_t {
    kApplied,
    kStale,        // not above the highest generation accepted
    kForged,       // no key is pinned, or the signature is not its
    kMalformed,    // signed, but no control document
    kMisdirected,  // signed, for another instance
    kNotStored,    // the disk refused; an order to switch off is in force all the same
    kPending,      // stored; not in force before the process has started again
};

struct AcceptResult {
    AcceptOutcome outcome = AcceptOutcome::kMalformed;
    std::int64_t generation = 0;  // in force afterwards; 0: none
    std::string reason;           // for log and report; empty when applied
    bool switch_changed = false;  // the effective value is another than before
    bool restart_due = false;     // this process is to start again for it
};

/// How often documents were turned away since the start.
struct Rejections {
    std::uint64_t stale = 0;
    std::uint64_t forged = 0;
    std::uint64_t malformed = 0;
    std::uint64_t misdirected = 0;
    std::uint64_t not_stored = 0;
};

/// Who puts an order into effect.
enum class Applying : std::uint8_t {
    kHere,       // this process, at once
    kByRestart,  // the same, and it starts again for an order of mode restart
    kElsewhere   // another process, which is started again for each order: accepted orders are pending, the switch of
                 // this process says how the other is to be
};

/// For whom tenancy is before the first order, where the environment says on: for everybody, or for nobody but the
/// default organization. The second is for an instance that joins while a controller takes tenancy through stages.
enum class BeforeFirstOrder : std::uint8_t { kEverybody, kNobody };

struct LinkOptions {
    std::string folder;        // exists; belongs to the instance
    std::string instance;      // its name in control documents
    bool environment = false;  // EnvironmentSaysOn
    Applying applying = Applying::kHere;
    BeforeFirstOrder before_first_order = BeforeFirstOrder::kEverybody;
};

class ControlLink {
public:
    /// Reads what is on the disk and sets `tenant_switch` accordingly. Never fails: what cannot be read closes the
    /// switch. The switch must outlive the link.
    ControlLink(LinkOptions options, TenantSwitch& tenant_switch);
    ControlLink(const ControlLink&) = delete;
    ControlLink& operator=(const ControlLink&) = delete;

    AcceptResult Accept(std::string_view document_text, std::string_view signature_base64url);
    /// Takes the room for an order to switch off that a full disk refuses; once at the start of whoever owns the
    /// folder.
    platform::Expected<void, std::string> KeepRoom();
    /// Something else than a document was turned away; it counts among the rejections.
    void Reject(AcceptOutcome outcome);

    /// The order this process is to start again for; none when there is none, or it is noted already.
    std::optional<wire::ControlDocument> RestartDue() const;
    /// Only when this succeeds may the process end for it.
    platform::Expected<void, std::string> NoteRestart();
    /// This process cannot start again, and why: a problem, until it can.
    void RestartImpossible(const std::string& why);

    /// Pins the controller's key at enrolment, once: another key than the pinned one is refused with a message. The
    /// same again is fine.
    platform::Expected<void, std::string> PinKey(std::string_view public_pem);
    /// An operator moved the instance to another controller. The last order stays in force until the new controller's
    /// first, whose generation may be any.
    platform::Expected<void, std::string> RepinKey(std::string_view public_pem);
    /// The pinned key names the next one (rotation.hpp). What was accepted stays, and generations go on.
    wire::KeyAnswer TakeNextKey(std::string_view statement, std::string_view signature_base64url);
    /// Empty while no key is pinned.
    std::string PinnedKeyId() const;

    /// Reads the local order again. Call on a signal and every second or so. True when the effective value changed.
    bool RefreshLocal();
    /// The operator's way out of damage: forgets state and floor. Afterwards it is as if there had never been an order,
    /// so this may switch on; say so to who asks for it.
    platform::Expected<void, std::string> Reset();

    /// The document in force.
    std::optional<wire::ControlDocument> Current() const;
    /// Whether the order in force has tenancy on for this organization, beside the switch (wire::TenancyIsOn). One
    /// atomic load while tenancy is not staged.
    bool TenancyIsOn(const OrgId& org) const;
    /// The document and what the switch is made of, of one moment: the switch follows a document a moment later.
    struct InForce {
        std::optional<wire::ControlDocument> document;
        SwitchInputs inputs;
    };
    InForce Now() const;
    /// Its generation, or the floor when the state is damaged; 0: none.
    std::int64_t Generation() const;
    Rejections Rejected() const;
    /// What is wrong on the disk and what to do about it; empty when nothing is. To be logged as an error and shown.
    std::string Problem() const;

private:
    AcceptResult Decide(std::string_view document_text, std::string_view signature);
    AcceptResult Turn(AcceptOutcome outcome, std::string reason);
    AcceptResult Store(std::string_view document_text, std::string_view signature, wire::ControlDocument document);
    std::string NoteUnstoredOff(std::int64_t generation, std::string why);
    void LoadUnstoredOff();
    AcceptResult PutInForce(wire::ControlDocument document);
    bool IsAwaited(const wire::ControlDocument& document) const;
    bool NeedsRestart(const wire::ControlDocument& document) const;
    platform::Expected<void, std::string> WriteKey(std::string_view public_pem);
    void Load();
    void LoadState();
    void LoadLocal();
    void Damage(std::string problem);
    SwitchInputs Inputs() const;
    /// Sets the switch from what is known now; without mutex_, for observers may ask this link.
    bool Move();

    const LinkOptions options_;
    TenantSwitch& switch_;
    std::mutex change_mutex_;   // one change at a time, from reading the document to telling the observers
    mutable std::mutex mutex_;  // the fields below
    std::optional<platform::VerifyingKey> key_;
    std::string key_pem_;
    std::optional<wire::ControlDocument> current_;
    std::atomic<bool> staged_{false};  // it is not for everybody: current_ says for whom, or there is no order yet
    std::string current_key_;          // PEM of the key that signed it
    std::int64_t floor_ = 0;
    bool floor_known_ = true;  // false: damaged, too, and nothing is accepted before a reset
    bool damaged_ = false;
    bool unstored_off_ = false;                     // an order to switch off that the disk refused
    bool off_noted_ = false;                        // there is one in the block that is kept for it
    std::optional<wire::ControlDocument> pending_;  // stored, for the next process
    std::optional<wire::ControlDocument> restart_due_;
    std::optional<StoredRestart> noted_;    // the last restart that was noted
    std::optional<StoredRestart> started_;  // the order this process was started with
    bool local_off_ = false;
    std::string problem_;
    std::string restart_problem_;
    std::string local_problem_;
    Rejections rejected_;
};

}  // namespace tenancy::link

namespace platform {

template <>
struct EnumNames<tenancy::link::AcceptOutcome> {
    static constexpr std::array<EnumName<tenancy::link::AcceptOutcome>, 7> kNames{{
        {tenancy::link::AcceptOutcome::kApplied, "applied"},
        {tenancy::link::AcceptOutcome::kStale, "stale"},
        {tenancy::link::AcceptOutcome::kForged, "forged"},
        {tenancy::link::AcceptOutcome::kMalformed, "malformed"},
        {tenancy::link::AcceptOutcome::kMisdirected, "misdirected"},
        {tenancy::link::AcceptOutcome::kNotStored, "not_stored"},
        {tenancy::link::AcceptOutcome::kPending, "pending"},
    }};
};

}  // namespace platform
