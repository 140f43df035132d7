{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Freezes</h1><p class="muted">While a freeze is on, promotions wait (<a class="rule" href="/console/rules#CHN-8">CHN-8</a>). It never stops a kill or a rollback.</p></div>
<div class="two">
<section class="panel" aria-labelledby="freezes-title" id="freezes" data-live="freeze.">
<h2 id="freezes-title">{{#AHEAD}}On now and ahead{{/AHEAD}}{{#ALL}}All, those that are over too{{/ALL}}</h2>
<p>{{#AHEAD}}<a href="/console/freezes?all=true">Show those that are over, too</a>{{/AHEAD}}{{#ALL}}<a href="/console/freezes">Only those that are on or ahead</a>{{/ALL}}</p>
{{#NONE}}<p class="empty">There is none: no freeze stands against any promotion.</p>{{/NONE}}
{{#FREEZES}}<table class="table"><thead><tr><th scope="col">State</th><th scope="col">Stops</th><th scope="col">When</th><th scope="col">Why</th></tr></thead><tbody>{{/FREEZES}}
{{#FREEZE}}<tr id="{{ID}}" data-item><td data-label="State">{{>STATE}}</td><td data-label="Stops">{{WHOM}}</td>
<td data-label="When">{{STARTS}} to {{ENDS}}<br><span class="muted">{{ZONE}}{{#RECURS}}, {{RECURRENCE}}{{/RECURS}}</span>{{#NEXT}}<br><span class="muted">next: {{>NEXT_START}} to {{>NEXT_END}}</span>{{/NEXT}}{{#CANCELLED}}<br><span class="muted">ended {{>CANCELLED_AT}} by {{CANCELLED_BY}}</span>{{/CANCELLED}}</td>
<td data-label="Why">{{REASON_TEXT}}<br><span class="muted">{{BY}}</span>{{#END}}<details{{#OPEN}} open{{/OPEN}}><summary>End it now</summary>{{>REFUSAL}}{{>CONFIRM}}</details>{{/END}}</td></tr>{{/FREEZE}}
{{#FREEZES}}</tbody></table>{{/FREEZES}}
{{>PAGING}}
</section>
<section class="panel" aria-labelledby="add-title">
<h2 id="add-title">Begin a freeze</h2>
{{#ADD}}{{>ADD_REFUSAL}}
<form method="post" action="/console/freezes" class="stack" data-form="add">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<label class="field"><span>Stops</span><select name="scope">{{#SCOPE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/SCOPE}}</select></label>
<label class="field"><span>Channel <span class="hint">only for scope channel</span></span><select name="channel"><option value="">none</option>{{#CHANNEL}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/CHANNEL}}</select></label>
<label class="field"><span>Tenant <span class="hint">only for scope tenant</span></span><input name="tenant" value="{{TENANT}}" maxlength="63" autocapitalize="none" spellcheck="false"></label>
<label class="field"><span>Time zone <span class="hint">as Europe/Berlin</span></span><input name="zone" value="{{NEW_ZONE}}" required maxlength="60" autocapitalize="none" spellcheck="false"></label>
<label class="field"><span>From <span class="hint">in that zone</span></span><input type="datetime-local" name="starts" value="{{NEW_STARTS}}" required></label>
<label class="field"><span>To <span class="hint">in that zone</span></span><input type="datetime-local" name="ends" value="{{NEW_ENDS}}" required></label>
<label class="field"><span>Comes again</span><select name="recurrence">{{#EVERY}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/EVERY}}</select></label>
<label class="field"><span>Reason, for the audit log</span><textarea name="reason" rows="2" required maxlength="4000">{{NEW_REASON:p}}</textarea></label>
<button type="submit" class="primary">Begin the freeze</button>
</form>{{/ADD}}
{{#ADD_NOT}}<p class="muted">{{ADD_WHO}}</p>{{/ADD_NOT}}
</section>
</div>
