// How stages, checkpoints and metrics of rollouts look. Pure but for what they put into the slots; thread safe.
#pragma once

#include "controller/web/parts.hpp"
#include "controller/web/slots.hpp"
#include "controller/wire/rollout_json.hpp"

namespace web {

Tone ToneOfRollout(const wire::Rollout& rollout);
/// Cap, soak, organizations, metrics, needs and checkpoints of a stage.
void PutStage(Slots stage, const wire::Rollout& rollout, const wire::RolloutStage& shown);
void PutCheckpoint(Slots row, const wire::StageCheckpoint& checkpoint);

}  // namespace web
