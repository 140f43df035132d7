{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>{{NAME}}</h1><p class="muted"><span class="mono">{{ID}}</span> {{>STATE}}{{#AUDIT}} · <a href="/console/audit?tenant={{ID}}">everything that concerned it</a>{{/AUDIT}}</p></div>
<div class="two">
<div>
<section class="panel" aria-labelledby="received-title" id="received" data-live>
<h2 id="received-title">Releases it receives, and does not</h2>
<form class="filters" method="get" action="/console/tenants/{{ID}}" role="search" aria-label="Filter the releases"><label class="field grow"><span>Release</span><input type="search" name="release" value="{{Q}}" data-search maxlength="200"></label><button type="submit">Filter</button></form>
{{#NO_RELEASE}}<p class="muted">No active release is like that.</p>{{/NO_RELEASE}}
{{#RELEASES}}<table class="table"><thead><tr><th scope="col">Release</th><th scope="col">Channel</th><th scope="col">Receives it</th></tr></thead><tbody>{{/RELEASES}}
{{#RELEASE_ROW}}<tr data-item><td data-label="Release"><a href="/console/releases/{{RELEASE_ID}}/exposure" data-open>{{RELEASE_TITLE}}</a>{{#DRIFTS}} <span class="badge badge-bad">drift</span>{{/DRIFTS}}<br><span class="mono muted">{{RELEASE_ID}}</span></td><td data-label="Channel" class="nowrap">{{CHANNEL}}</td><td data-label="Receives it">{{>BODY}}<span class="muted">{{WHY_SENTENCE}}</span>{{#WITH_CONSENT}}<br><a href="#consents">consent</a> {{>CONSENT_STATE}}{{/WITH_CONSENT}}</td></tr>{{/RELEASE_ROW}}
{{#RELEASES}}</tbody></table>{{/RELEASES}}
{{>PAGING}}
</section>
<section class="panel" aria-labelledby="consents-title" id="consents">
<h2 id="consents-title">Consents</h2>
{{#NO_CONSENT}}<p class="muted">None is on record. Before stable, what is in experimental reaches only tenants that consented.</p>{{/NO_CONSENT}}
{{#CONSENTS}}<table class="table"><thead><tr><th scope="col">For</th><th scope="col">State</th><th scope="col">Given</th><th scope="col">Shown by</th></tr></thead><tbody>{{/CONSENTS}}
{{#CONSENT}}<tr id="{{ID}}"><td data-label="For">{{#FOR_RELEASE}}release <a href="/console/releases/{{RELEASE}}">{{RELEASE}}</a>{{/FOR_RELEASE}}{{#FOR_CHANNEL}}the experimental channel{{/FOR_CHANNEL}}</td>
<td data-label="State">{{>STATE}}{{#EXPIRES}}<br><span class="muted">until {{>EXPIRES_AT}}</span>{{/EXPIRES}}{{#WITHDRAWN}}<br><span class="muted">{{>WITHDRAWN_AT}} by {{WITHDRAWN_BY}}: {{WITHDRAWN_REASON}}</span>{{/WITHDRAWN}}</td>
<td data-label="Given">{{>GIVEN_AT}}<br>{{GIVEN_BY}}, {{CAPACITY}}</td>
<td data-label="Shown by">{{EVIDENCE}}<br><span class="muted">recorded by {{RECORDED_BY}}</span>{{#WITHDRAW}}<details{{#OPEN}} open{{/OPEN}}><summary>Withdraw it</summary>{{>REFUSAL}}{{>CONFIRM}}</details>{{/WITHDRAW}}</td></tr>{{/CONSENT}}
{{#CONSENTS}}</tbody></table>{{/CONSENTS}}
{{>CONSENT_PAGING}}
</section>
</div>
<div>
<section class="panel" aria-labelledby="about-title">
<h2 id="about-title">About it</h2>
<dl class="facts"><dt>Kind</dt><dd>{{KIND}}</dd><dt>Receives</dt><dd>{{PREFERENCE}}</dd><dt>Registered</dt><dd>{{>REGISTERED_AT}} by {{REGISTERED_BY}}</dd></dl>
{{#CHANGE_FORM}}<details{{#CHANGING}} open{{/CHANGING}}><summary>Change it</summary>
{{>CHANGE_REFUSAL}}
{{#MOVED}}<p class="flash flash-wait" role="alert">Meanwhile somebody changed it: it is {{NOW_NAME}}, {{NOW_KIND}}, {{NOW_PREFERENCE}}, {{NOW_ACTIVE}} now. What you typed is below; send it again to put it in place of that.</p>{{/MOVED}}
<form method="post" action="/console/tenants/{{ID}}" class="stack" data-form="change">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="version" value="{{VERSION}}">
<label class="field"><span>Name</span><input name="name" value="{{NEW_NAME}}" required maxlength="200"></label>
<label class="field"><span>Kind</span><select name="kind">{{#NEW_KIND}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/NEW_KIND}}</select></label>
<label class="field"><span>Receives</span><select name="channel_preference">{{#NEW_PREFERENCE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/NEW_PREFERENCE}}</select></label>
<label class="tick"><input type="checkbox" name="active" value="true"{{#NEW_ACTIVE}} checked{{/NEW_ACTIVE}}> Active <span class="muted">an inactive tenant receives no release</span></label>
<button type="submit">Save</button>
</form></details>{{/CHANGE_FORM}}
{{#CHANGE_FORM_NOT}}<p class="muted">{{CHANGE_FORM_WHO}}</p>{{/CHANGE_FORM_NOT}}
</section>
<section class="panel" aria-labelledby="give-title">
<h2 id="give-title">Record a consent</h2>
{{#CONSENT_FORM}}{{>CONSENT_REFUSAL}}
<form method="post" action="/console/tenants/{{ID}}/consents" class="stack" data-form="consent">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<label class="field"><span>For release <span class="hint">empty: for the experimental channel</span></span><input name="release" value="{{FOR}}" maxlength="100" autocapitalize="none" spellcheck="false"></label>
<label class="field"><span>Who agreed</span><input name="given_by" value="{{BY}}" required maxlength="200"></label>
<label class="field"><span>In what capacity</span><input name="capacity" value="{{AS}}" required maxlength="200"></label>
<label class="field"><span>What shows it</span><textarea name="evidence" rows="2" required maxlength="4000">{{SHOWN_BY:p}}</textarea></label>
<label class="field"><span>When <span class="hint">UTC; empty: now</span></span><input type="datetime-local" name="given_at" value="{{GIVEN}}"></label>
<label class="field"><span>Until <span class="hint">UTC; empty: until it is withdrawn</span></span><input type="datetime-local" name="expires_at" value="{{UNTIL}}"></label>
<button type="submit" class="primary">Record</button>
</form>{{/CONSENT_FORM}}
{{#CONSENT_FORM_NOT}}<p class="muted">{{CONSENT_FORM_WHO}}</p>{{/CONSENT_FORM_NOT}}
</section>
</div>
</div>
