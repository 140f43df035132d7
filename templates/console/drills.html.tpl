{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Drills</h1><p class="muted">A drill switches instances off, has that verified, switches them back on, has that verified, and compares their data. It is the evidence that <a class="rule" href="/console/rules#KSW-2">KSW-2</a> asks for, and is good for 30 days.</p></div>
<div class="two">
<section class="panel" aria-labelledby="drills-title" id="drills" data-live="drill. kill.">
<h2 id="drills-title">Newest first</h2>
{{#NONE}}<p class="empty">None was run yet. A system owner approves one for the instances; somebody else orders it.</p>{{/NONE}}
<ul class="stack">{{#DRILL}}<li class="panel" data-item id="{{ID}}">
<h3>{{>STATE}} {{INSTANCES}}</h3>
<p>{{REASON_TEXT}}</p><p class="muted">{{>ORDERED_AT}} by {{BY}}, approved by {{APPROVED_BY}} · <span class="mono">{{ID}}</span></p>
{{#NOT_RESTORED}}<p class="drift"><strong>Not switched back on:</strong> {{WHICH}}</p>{{/NOT_RESTORED}}
{{#ABORTED}}<p>Stopped: {{ABORT_REASON}}</p>{{/ABORTED}}
<p>{{SUMMARY}}</p>
<details><summary>Instance by instance</summary><ul>{{#PHASE}}<li><span class="mono">{{INSTANCE}}</span> {{DIRECTION}}: <strong>{{OUTCOME}}</strong>{{#VERIFIED}}, verified after {{MS}} ms{{/VERIFIED}}{{#WITH_WHY}}. {{WHY}}{{/WITH_WHY}}</li>{{/PHASE}}</ul></details>
{{#STOP}}<details{{#OPEN}} open{{/OPEN}}><summary>Stop it</summary>{{>REFUSAL}}{{>CONFIRM}}</details>{{/STOP}}
</li>{{/DRILL}}</ul>
{{>PAGING}}
</section>
<div>
<section class="panel" aria-labelledby="order-title">
<h2 id="order-title">Order a drill</h2>
{{#MAY_ORDER}}{{>ORDER_REFUSAL}}
<form method="post" action="/console/drills" class="confirm confirm-danger stack" data-form="order"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<p>The tenants of these instances are shut out while it runs, for some seconds each.</p>
<label class="field"><span>Instances <span class="hint">between commas or lines</span></span><textarea name="instances" rows="2" required maxlength="4000" spellcheck="false">{{ORDER_INSTANCES}}</textarea></label>
<label class="field"><span>How they are switched</span><select name="mode"><option value="hot">hot</option><option value="restart"{{#RESTART}} selected{{/RESTART}}>restart</option></select></label>
<label class="field"><span>Reason, for the audit log</span><textarea name="reason" rows="2" required maxlength="2000">{{ORDER_REASON}}</textarea></label>
<button type="submit" class="danger">Run the drill</button></form>{{/MAY_ORDER}}
{{#MAY_ORDER_NOT}}<p class="muted">{{MAY_ORDER_WHO}}</p>{{/MAY_ORDER_NOT}}
</section>
<section class="panel" aria-labelledby="approve-title">
<h2 id="approve-title">Approve one</h2>
{{#MAY_APPROVE}}{{>APPROVE_REFUSAL}}
<form method="post" action="/console/drills/approve" class="stack" data-form="approve"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<p class="muted">Covers one drill of exactly these instances, ordered by somebody else.</p>
<label class="field"><span>Instances <span class="hint">between commas or lines</span></span><textarea name="instances" rows="2" required maxlength="4000" spellcheck="false">{{APPROVE_INSTANCES}}</textarea></label>
<label class="field"><span>Reason, for the audit log</span><textarea name="reason" rows="2" required maxlength="2000">{{APPROVE_REASON}}</textarea></label>
<button type="submit" class="primary">Approve</button></form>{{/MAY_APPROVE}}
{{#MAY_APPROVE_NOT}}<p class="muted">{{MAY_APPROVE_WHO}}</p>{{/MAY_APPROVE_NOT}}
</section>
</div>
</div>
