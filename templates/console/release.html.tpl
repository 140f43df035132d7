{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<div id="release" class="two" data-live="{{RELEASE}} consent. tenant. freeze. incident. kill. flag. clock.">
<div class="main-part">
{{#GATE}}<section class="panel gate gate-{{TONE}}" id="gate" aria-labelledby="gate-title">
<div class="panel-head"><h2 id="gate-title">Next: {{TO_TITLE}}</h2> {{>VERDICT}}</div>
<p class="gate-says">{{SAYS}}</p>
{{#EARLIEST}}<p>At the earliest <strong>{{>AT}}</strong>: until then time alone stands against it.</p>{{/EARLIEST}}
{{>REFUSAL}}
{{#PROMOTE}}<form method="post" action="/console/releases/{{RELEASE}}/promote" class="gate-act">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="version" value="{{VERSION}}"><input type="hidden" name="to" value="{{TO}}">
{{#OPEN}}<button type="submit" class="primary">Promote to {{TO}}</button>{{/OPEN}}
{{#CLOSED}}<button type="submit">Promote to {{TO}}</button><p class="muted">It would be refused now, for the reasons below, and the refusal would be in the audit log.</p>{{/CLOSED}}
</form>{{/PROMOTE}}
{{#PROMOTE_NOT}}<p class="muted">{{PROMOTE_WHO}}</p>{{/PROMOTE_NOT}}
{{#MEMO}}<p><a href="/console/releases/{{RELEASE}}/memos/draft?for={{FOR}}">The memo that the facts give now for {{FOR}}</a></p>{{/MEMO}}
{{>FINDINGS}}
{{#WAITING}}<details class="group"{{#SHOWN}} open{{/SHOWN}}><summary>{{SUMMARY}}</summary>{{>FINDINGS}}</details>{{/WAITING}}
{{#NOTES}}<details class="group"{{#SHOWN}} open{{/SHOWN}}><summary>{{SUMMARY}}</summary>{{>FINDINGS}}</details>{{/NOTES}}
</section>{{/GATE}}
{{#NO_GATE}}<section class="panel" id="gate" aria-labelledby="gate-title"><h2 id="gate-title">Next</h2><p>{{SAYS}}</p></section>{{/NO_GATE}}

<section class="panel" id="approvals" aria-labelledby="approvals-title">
<div class="panel-head"><h2 id="approvals-title">Approvals</h2> <span class="count">{{MISSING}}</span></div>
{{#NO_SLOTS}}<p class="muted">The next step asks for no approval.</p>{{/NO_SLOTS}}
<ul class="slots">
{{#SLOT}}<li>
<p class="slot-head">{{>STATE}} <strong>{{ROLE}}</strong> <span class="muted">for {{SCOPE}}</span></p>
{{#FILLED}}<p>{{WHO}}, {{>AT}}{{#SELF}} <span class="badge badge-info">the author's own</span>{{/SELF}}</p>{{#WITH_NOTE}}<p class="said" dir="auto">{{NOTE:p}}</p>{{/WITH_NOTE}}{{/FILLED}}
{{#NO_PLAN}}<p class="muted">There is no exposure plan to approve yet: <a href="/console/releases/{{RELEASE}}/plan">set it</a>.</p>{{/NO_PLAN}}
{{#OTHERS}}<p class="muted">Waits for a person with the role {{ROLE}}.</p>{{/OTHERS}}
{{#MINE}}<details class="act"{{#TYPED}} open{{/TYPED}}><summary>Approve as {{AS_TITLE}}</summary>
<form method="post" action="/console/releases/{{RELEASE}}/approve" class="stack">
{{>REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="as" value="{{AS}}"><input type="hidden" name="for" value="{{FOR}}"><input type="hidden" name="content_hash" value="{{HASH}}">
<label class="field"><span>Comment, for {{SCOPE}} as {{AS_TITLE}} <span class="hint">what you looked at</span></span><textarea name="note" rows="2" maxlength="4000">{{NOTE:p}}</textarea></label>
<button type="submit" class="primary">Approve as {{AS_TITLE}}</button>
</form></details>{{/MINE}}
</li>{{/SLOT}}
</ul>
<details class="more"><summary>Everything that was given</summary>
{{#NONE_GIVEN}}<p class="muted">Nothing was given yet.</p>{{/NONE_GIVEN}}
<ul class="records">
{{#GIVEN}}<li>
<p>{{>STATE}} <strong>{{WHO}}</strong> as {{ROLE}}, for {{SCOPE}}, {{>AT}}{{#SELF}} <span class="badge badge-info">the author's own</span>{{/SELF}}</p>
<p class="said" dir="auto">{{NOTE:p}}</p>
{{#WHY}}<p class="muted">{{TEXT}}</p>{{/WHY}}
{{#REVOKE}}<details class="act"{{#TYPED}} open{{/TYPED}}><summary>Take it back</summary><form method="post" action="/console/releases/{{RELEASE}}/revoke-approval" class="stack">{{>REFUSAL}}<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="approval" value="{{APPROVAL}}"><label class="field"><span>Reason, for the audit log</span><textarea name="reason" rows="2" maxlength="2000" required>{{REASON:p}}</textarea></label><button type="submit" class="danger">Take the approval back</button></form></details>{{/REVOKE}}
</li>{{/GIVEN}}
</ul></details>
</section>

<section class="panel" id="evidence" aria-labelledby="evidence-title">
<div class="panel-head"><h2 id="evidence-title">Evidence</h2> <span class="count">{{CHECK_COUNT}}</span></div>
{{#NO_CHECKS}}<p class="muted">Nothing is recorded yet.</p>{{/NO_CHECKS}}
<ul class="records">
{{#CHECK}}<li{{#OLD}} class="old"{{/OLD}}>
<p>{{>OUTCOME}} <code>{{CONTROL}}</code>{{#KEYED}} <code>{{KEY}}</code>{{/KEYED}} {{TITLE}}{{#OLD}} <span class="badge">of an older change</span>{{/OLD}}</p>
<p class="muted">{{TIER}}, in {{CHANNEL}}, by {{BY}}, {{>AT}}</p>
{{#REASONED}}<p class="said" dir="auto">{{REASON:p}}</p>{{/REASONED}}
{{#EVIDENCE}}{{#TEXT_ONE}}<p class="said" dir="auto">{{TEXT:p}}</p>{{/TEXT_ONE}}{{#URL_ONE}}<p><a href="{{URL}}" rel="noreferrer">{{URL}}</a></p>{{/URL_ONE}}{{#REST}}<details><summary>What was recorded</summary><pre>{{JSON:p}}</pre></details>{{/REST}}{{/EVIDENCE}}
{{#RESOLVED}}<p class="said" dir="auto">Closed by {{BY}}, {{>AT}}: {{TEXT}} ({{PROOF}})</p>{{/RESOLVED}}
{{#RESOLVE}}<details class="act"{{#TYPED}} open{{/TYPED}}><summary>Close it with a resolution</summary><form method="post" action="/console/releases/{{RELEASE}}/resolve-check" class="stack">{{>REFUSAL}}<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="cites" value="{{RECORD}}"><label class="field"><span>Resolution</span><textarea name="resolution" rows="2" maxlength="4000" required>{{RESOLUTION:p}}</textarea></label><label class="field"><span>Evidence for it</span><textarea name="evidence" rows="2" maxlength="4000" required>{{PROOF:p}}</textarea></label><button type="submit">Close the failed item</button></form></details>{{/RESOLVE}}
</li>{{/CHECK}}
</ul>
{{#MORE_CHECKS}}<p class="muted">There is more on record than fits here; the timeline has all of it.</p>{{/MORE_CHECKS}}
{{#RECORD}}<details class="act"{{#RECORD_TYPED}} open{{/RECORD_TYPED}}><summary>Record evidence</summary>
<form method="post" action="/console/releases/{{RELEASE}}/record-check" class="stack">
{{>RECORD_REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<label class="field"><span>Control</span><select name="control">{{#CONTROL_CHOICE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{LABEL}}</option>{{/CONTROL_CHOICE}}</select></label>
<div class="form-row">
<label class="field"><span>Outcome</span><select name="outcome">{{#OUTCOME_CHOICE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{LABEL}}</option>{{/OUTCOME_CHOICE}}</select></label>
<label class="field"><span>How it was seen</span><select name="tier">{{#TIER_CHOICE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{LABEL}}</option>{{/TIER_CHOICE}}</select></label>
<label class="field"><span>Criterion <span class="hint">of exit-criterion alone</span></span><input name="key" value="{{RECORD_KEY}}" maxlength="100"></label>
</div>
<label class="field"><span>Evidence</span><textarea name="text" rows="3" maxlength="16000">{{RECORD_TEXT:p}}</textarea></label>
<label class="field"><span>Where it can be seen <span class="hint">an address</span></span><input name="url" type="url" value="{{RECORD_URL}}" maxlength="2000"></label>
<label class="field"><span>Reason <span class="hint">why it does not apply, or does not say anything</span></span><textarea name="reason" rows="2" maxlength="4000">{{RECORD_REASON:p}}</textarea></label>
<button type="submit">Record it</button>
</form></details>{{/RECORD}}
{{#RECORD_NOT}}<p class="muted">{{RECORD_WHO}}</p>{{/RECORD_NOT}}
</section>

<section class="panel" id="stops" aria-labelledby="stops-title">
<h2 id="stops-title">Hard stops</h2>
{{#NO_STOPS}}<p class="muted">None.</p>{{/NO_STOPS}}
{{#DERIVED}}{{>FINDINGS}}{{/DERIVED}}
<ul class="records">
{{#STOP}}<li><p>{{>STATE}} <a class="rule" href="/console/rules#{{RULE}}">{{RULE}}</a> raised by {{BY}}, {{>AT}}</p><p class="said" dir="auto">{{REASON:p}}</p>
{{#RESOLVED}}<p class="said" dir="auto">Resolved by {{BY}}, {{>AT}}: {{TEXT}} ({{PROOF}})</p>{{/RESOLVED}}
{{#RESOLVE}}<details class="act"{{#TYPED}} open{{/TYPED}}><summary>Resolve it</summary><form method="post" action="/console/releases/{{RELEASE}}/resolve-hard-stop" class="stack">{{>REFUSAL}}<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="cites" value="{{RECORD}}"><label class="field"><span>Resolution</span><textarea name="resolution" rows="2" maxlength="4000" required>{{RESOLUTION:p}}</textarea></label><label class="field"><span>Evidence for it</span><textarea name="evidence" rows="2" maxlength="4000" required>{{PROOF:p}}</textarea></label><button type="submit">Resolve the hard stop</button></form></details>{{/RESOLVE}}</li>{{/STOP}}
</ul>
<details class="act"{{#RAISE_TYPED}} open{{/RAISE_TYPED}}><summary>Raise a hard stop</summary>
<form method="post" action="/console/releases/{{RELEASE}}/raise-hard-stop" class="stack">
{{>RAISE_REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<p class="muted">Anyone may. Nothing promotes this release until it is resolved with evidence by somebody else.</p>
<label class="field"><span>Which</span><select name="rule">{{#STOP_CHOICE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{LABEL}}</option>{{/STOP_CHOICE}}</select></label>
<label class="field"><span>What you saw</span><textarea name="reason" rows="2" maxlength="4000" required>{{RAISE_REASON:p}}</textarea></label>
<button type="submit" class="danger">Raise the hard stop</button>
</form></details>
</section>
</div>

<div class="side-part">
<section class="panel" aria-labelledby="facts-title"><h2 id="facts-title">At a glance</h2>
<dl class="facts">
<dt>Manifest</dt><dd><a href="/console/releases/{{RELEASE}}/manifest">revision {{REVISION}}</a> <code>{{HASH}}</code></dd>
<dt>Exposure plan</dt><dd><a href="/console/releases/{{RELEASE}}/plan">{{PLAN}}</a></dd>
<dt>Submitted</dt><dd>{{>CREATED}} by {{CREATED_BY}}</dd>
</dl></section>

<section class="panel" id="incidents" aria-labelledby="incidents-title"><h2 id="incidents-title">Incidents</h2>
{{#NO_INCIDENTS}}<p class="muted">None.</p>{{/NO_INCIDENTS}}
<ul class="records">
{{#INCIDENT}}<li><p>{{>SEVERITY}} {{>STATE}}</p><p><a href="/console/incidents/{{ID}}" dir="auto">{{TITLE}}</a>, {{>AT}}</p></li>{{/INCIDENT}}
{{#EVALUATION}}<li><p><strong>Roll back or go on?</strong> Asked by {{INCIDENT}}, {{>AT}}</p>
{{#DECIDED}}<p class="said" dir="auto">{{BY:p}}: {{DECISION}}. {{REASON}}</p>{{/DECIDED}}
{{#DECIDE}}<form method="post" action="/console/releases/{{RELEASE}}/decide-evaluation" class="stack">{{>REFUSAL}}<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="evaluation" value="{{EVALUATION_ID}}"><label class="field"><span>Reason</span><textarea name="reason" rows="2" maxlength="4000" required>{{DECIDE_REASON:p}}</textarea></label><p class="row"><button type="submit" name="decision" value="continue">Go on</button> <button type="submit" class="danger" name="decision" value="roll_back">Roll back</button></p></form>{{/DECIDE}}
{{#DECIDE_NOT}}<p class="muted">{{DECIDE_WHO}}</p>{{/DECIDE_NOT}}</li>{{/EVALUATION}}
</ul></section>

<section class="panel" id="memos" aria-labelledby="memos-title"><h2 id="memos-title">Memos</h2>
{{#NO_MEMOS}}<p class="muted">Nothing is decided yet.</p>{{/NO_MEMOS}}
<ul class="records">
{{#MEMO_ROW}}<li><p>{{>DECISION}} <a href="/console/releases/{{RELEASE}}/memos/{{NUMBER}}">Memo {{NUMBER}} for {{TARGET}}</a> {{>SIGNED}}</p></li>{{/MEMO_ROW}}
</ul></section>

<section class="panel" id="risks" aria-labelledby="risks-title"><h2 id="risks-title">Accepted risks</h2>
{{#NO_RISKS}}<p class="muted">None.</p>{{/NO_RISKS}}
<ul class="records">
{{#RISK}}<li><p>{{>STATE}} <strong dir="auto">{{RISK_TEXT}}</strong></p><p class="said" dir="auto">{{RATIONALE:p}}</p><p class="muted">{{BY}}, until {{REVIEW}}</p>{{>TAKE_BACK}}</li>{{/RISK}}
</ul>
{{#ACCEPT}}<details class="act"{{#ACCEPT_TYPED}} open{{/ACCEPT_TYPED}}><summary>Accept a risk</summary>
<form method="post" action="/console/releases/{{RELEASE}}/accept-risk" class="stack">
{{>ACCEPT_REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<label class="field"><span>Risk</span><textarea name="risk" rows="2" maxlength="4000" required>{{ACCEPT_RISK:p}}</textarea></label>
<label class="field"><span>Why it can be borne</span><textarea name="rationale" rows="2" maxlength="4000" required>{{ACCEPT_RATIONALE:p}}</textarea></label>
<label class="field"><span>Look at it again on</span><input type="date" name="review_date" value="{{ACCEPT_DATE}}" required></label>
<button type="submit">Accept the risk</button>
</form></details>{{/ACCEPT}}
{{#ACCEPT_NOT}}<p class="muted">{{ACCEPT_WHO}}</p>{{/ACCEPT_NOT}}
</section>

{{#FLAG_PANEL}}<section class="panel" id="flag" aria-labelledby="flag-title"><h2 id="flag-title">Flag</h2>
<p><code>{{FLAG}}</code>{{#NOT_KILLED}} goes off for every tenant by a kill of its own, without anything else being switched.{{/NOT_KILLED}}</p>
{{#KILLED}}<div class="finding finding-bad"><p class="finding-head"><span class="badge badge-bad">killed</span> <span class="muted small">by {{BY}} {{>AT}}</span></p><p dir="auto">{{REASON}}</p><p class="small"><a href="/console/operations/{{OPERATION}}">What it came to</a></p></div>{{/KILLED}}
<p><a href="/console/flags?flag={{FLAG_PATH}}">{{#NOT_KILLED}}Kill this flag …{{/NOT_KILLED}}{{#KILLED}}The way back{{/KILLED}}</a></p></section>{{/FLAG_PANEL}}

<section class="panel" aria-labelledby="lately-title"><h2 id="lately-title">Lately</h2>
<ol class="entries">
{{#ENTRY}}<li{{#REFUSED}} class="refused"{{/REFUSED}}><p><strong>{{ACTOR}}</strong> {{SUMMARY}}{{#REFUSED}} <span class="badge badge-bad">refused</span>{{/REFUSED}}</p><p class="muted">{{>AT}}</p></li>{{/ENTRY}}
</ol><p><a href="/console/releases/{{RELEASE}}/timeline">The whole timeline</a></p></section>

{{#WITHDRAW}}<details class="more"{{#WITHDRAW_TYPED}} open{{/WITHDRAW_TYPED}}><summary>Withdraw this release</summary>{{>WITHDRAW_REFUSAL}}{{>WITHDRAW_FORM}}</details>{{/WITHDRAW}}
</div>
</div>
