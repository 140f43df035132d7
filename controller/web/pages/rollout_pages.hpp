// What the files of a rollout's pages share. One thread, as the visit. Errors: refusals, as Visit throws them.
#pragma once

#include <string>
#include <string_view>

#include "controller/web/acts.hpp"
#include "controller/web/reply.hpp"
#include "controller/web/slots.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/rollout_json.hpp"

namespace web {

Reply ShowRollouts(Visit& visit);
Reply ShowRolloutPage(Visit& visit);

policy::RolloutId RolloutOf(const Visit& visit);
/// Below /console.
std::string RolloutPath(const std::string& rollout, std::string_view rest = {});

/// `act(tx)` gives the rollout as it is then.
Reply ActOnRollout(Visit& visit, const policy::RolloutId& id, const std::string& said,
                   const std::function<app::Outcome<wire::Rollout>(store::Tx&)>& act);

/// The register of risks, with what may be done to each.
void PutRolloutRisks(Visit& visit, Slots page, const wire::Rollout& rollout);
/// Measuring, asking for an evaluation, taking an organization off.
void PutRolloutWork(Visit& visit, Slots page, const wire::Rollout& rollout);
/// Where the plan of a stage that is ahead is changed.
void PutStagePlanLink(Visit& visit, Slots stage, const wire::Rollout& rollout, const wire::RolloutStage& shown);

}  // namespace web
