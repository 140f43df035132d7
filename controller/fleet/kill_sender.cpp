#include "controller/fleet/kill_sender.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <future>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "controller/fleet/order_sender.hpp"

namespace fleet {
namespace {

/// Signed one after another by one thread, and sent together.
constexpr std::size_t kChunk = 32;

std::size_t SignersFor(std::size_t chunks) {
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    return std::min({chunks, processors, std::size_t{4}});
}

}  // namespace

/// The messages of one kill, signed by threads of their own while the journal is written.
class KillSender::Signing {
public:
    Signing(const Links& links, KeyRing& keys, const std::vector<wire::KillTarget>& targets,
            const std::function<void(std::string_view)>& on_error)
        : links_(links),
          keys_(keys),
          on_error_(on_error),
          messages_(targets.size()),
          chunks_((targets.size() + kChunk - 1) / kChunk) {
        for (std::size_t i = 0; i < targets.size(); ++i) {
            messages_[i].instance = targets[i].instance;
            std::tie(messages_[i].connection, messages_[i].order) =
                links.FindAimed(targets[i].instance, targets[i].generation);
        }
        for (std::size_t i = 0; i < SignersFor(chunks_.size()); ++i) {
            signers_.emplace_back([this] { Sign(); });
        }
    }
    ~Signing() {
        for (std::thread& signer : signers_) {
            signer.join();
        }
    }
    Signing(const Signing&) = delete;
    Signing& operator=(const Signing&) = delete;

    /// To how many.
    std::size_t Send() {
        std::size_t sent = 0;
        for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
            chunks_[chunk].get_future().get();
            // No key is handed over between the look at what is pinned and the sending.
            const std::lock_guard one_after_another(keys_.OneAfterAnother());
            ForEach(chunk, [&, this](Message& message) {
                SignAnewIfHandedOver(message);
                // A newer one may have been aimed since: behind that, this would be an old order to the instance.
                if (!message.text.empty() && links_.FindAimed(message.instance, message.order->generation).first) {
                    message.connection->Send(std::move(message.text));
                    ++sent;
                }
            });
        }
        return sent;
    }

private:
    struct Message {
        policy::InstanceId instance;
        platform::WsConnectionPtr connection;  // null: it is gone
        KnownOrder order;
        std::string pinned;  // the key that the instance had when it was signed
        std::string text;    // empty: there is none to send
    };

    template <typename Do>
    void ForEach(std::size_t chunk, Do&& act) {
        const std::size_t end = std::min((chunk + 1) * kChunk, messages_.size());
        for (std::size_t i = chunk * kChunk; i < end; ++i) {
            act(messages_[i]);
        }
    }
    void Sign() {
        for (std::size_t chunk = next_++; chunk < chunks_.size(); chunk = next_++) {
            ForEach(chunk, [this](Message& message) { SignOne(message); });
            chunks_[chunk].set_value();
        }
    }
    void SignOne(Message& message) {
        try {
            if (message.connection) {
                message.pinned = keys_.PinnedBy(message.instance);
                message.text = SignedOrder(*message.order, keys_);
            }
        } catch (const std::exception& error) {
            message.text.clear();
            on_error_(error.what());  // whatever is wrong with one order keeps no other from being sent
        }
    }
    /// Behind a hand-over an order by the older key would be taken for forged.
    void SignAnewIfHandedOver(Message& message) {
        if (!message.text.empty() && keys_.PinnedBy(message.instance) != message.pinned) {
            SignOne(message);
        }
    }

    const Links& links_;
    KeyRing& keys_;
    const std::function<void(std::string_view)>& on_error_;
    std::vector<Message> messages_;
    std::vector<std::promise<void>> chunks_;
    std::atomic<std::size_t> next_{0};
    std::vector<std::thread> signers_;
};

KillSender::KillSender(const PartContext& context) : Part(context) {}

KillSender::~KillSender() = default;

void KillSender::Aim(wire::KillEntry& entry, const wire::SwitchOrder& order) {
    const auto mode =
        platform::ParseEnum<tenancy::wire::ApplyMode>(order.mode).value_or(tenancy::wire::ApplyMode::kHot);
    Links& links = Context().links;
    links.Hold(entry.operation);
    const auto aimed =
        links.Aim(order.whole_fleet, order.instances, platform::SteadyNow(),
                  [&](const Links::Aimed& one, const tenancy::wire::ControlDocument* before) {
                      auto document = before == nullptr ? tenancy::wire::ControlDocument{} : *before;  // its flags stay
                      document.instance = one.instance.Text();
                      document.generation = one.generation;
                      document.issued_at = entry.given_at;
                      document.enabled = false;
                      document.mode = mode;
                      document.reason = order.reason;
                      document.operation = entry.operation.Text();
                      return std::make_shared<const tenancy::wire::ControlDocument>(std::move(document));
                  });
    entry.targets.reserve(aimed.size());
    for (const Links::Aimed& one : aimed) {
        entry.targets.push_back({one.instance, one.generation, one.base});
    }
    auto signing = std::make_unique<Signing>(links, Context().keys, entry.targets, Context().on_error);
    const std::lock_guard lock(mutex_);
    signing_.emplace(entry.operation, std::move(signing));
}

void KillSender::Push(const wire::KillEntry& entry) {
    std::unique_ptr<Signing> signing;
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(entry);
        if (const auto found = signing_.find(entry.operation); found != signing_.end()) {
            signing = std::move(found->second);
            signing_.erase(found);
        }
    }
    if (signing) {
        const std::lock_guard one_after_another(sending_);
        Context().meter.Reached(entry.operation, Milestone::kSent, signing->Send());
    }
}

void KillSender::Send(const wire::KillTarget& target) const {
    const auto [connection, order] = Context().links.FindAimed(target.instance, target.generation);
    if (connection) {
        const std::lock_guard one_after_another(Context().keys.OneAfterAnother());
        connection->Send(SignedOrder(*order, Context().keys));
    }
}

void KillSender::Hold(const policy::RecordId& operation) {
    Context().links.Hold(operation);
}

void KillSender::Entered(const policy::RecordId& operation) {
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(waiting_, [&](const wire::KillEntry& entry) { return entry.operation == operation; });
    }
    Context().links.Release(operation);
}

std::shared_ptr<AnswersFirst> KillSender::Answers() const {
    return Context().links.Answers();
}

void KillSender::OnTick() {
    std::vector<wire::KillTarget> unanswered;
    const auto now = platform::SteadyNow();
    {
        const std::lock_guard lock(mutex_);
        for (const wire::KillEntry& entry : waiting_) {
            for (const wire::KillTarget& target : entry.targets) {
                if (Context().links.SendAgain(target.instance, target.generation, now - Context().send_again, now)) {
                    unanswered.push_back(target);
                }
            }
        }
    }
    for (const wire::KillTarget& target : unanswered) {
        try {
            Send(target);
        } catch (const std::exception& error) {
            Log("fleet.order_not_sent", target.instance, error.what());
        }
    }
}

}  // namespace fleet
