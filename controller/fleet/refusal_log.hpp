// The log of handshakes that were refused: of each reason the first few of a minute, then how many more there were. A
// flood of strangers fills no disk and hides nothing else.
//
// Note may be called from any thread and does not wait.
#pragma once

#include <string>
#include <string_view>

#include "controller/fleet/part.hpp"
#include "controller/fleet/tally.hpp"

namespace fleet {

class RefusalLog : public Part {
public:
    explicit RefusalLog(const PartContext& context);

    /// `event` as the log names it, with the reason: one of few. `instance` may be empty.
    void Note(std::string_view event, std::string_view reason, const std::string& instance, const std::string& detail);
    /// What was counted so far, whether or not its minute is over.
    void SayAll();

private:
    void OnTick() override;
    void SayCounts(const std::vector<Tally::Counted>& counts) const;

    Tally tally_;
};

}  // namespace fleet
