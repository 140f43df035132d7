{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<div class="two">
<article class="paper" aria-label="Draft memo">{{DOCUMENT:none}}</article>
<div class="side-part">
<section class="panel gate gate-{{TONE}}" aria-labelledby="decide-title"><h2 id="decide-title">Decide for {{TARGET}}</h2>
<p>{{SAYS}}</p>
{{#DECIDE}}<form method="post" action="/console/releases/{{RELEASE}}/memos/draft" class="stack">
{{>REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="for" value="{{TARGET}}">
<fieldset><legend>Decision</legend>
<p class="row"><label class="tick"><input type="radio" name="decision" value="GO"{{#IS_GO}} checked{{/IS_GO}} required> GO</label> <label class="tick"><input type="radio" name="decision" value="NO-GO"{{#IS_NO_GO}} checked{{/IS_NO_GO}} required> NO-GO</label></p></fieldset>
<label class="field"><span>Notes</span><textarea name="notes" rows="3" maxlength="16000">{{NOTES:p}}</textarea></label>
<details{{#TYPED}} open{{/TYPED}}><summary>For a NO-GO: rationale and remediation</summary><div class="stack">
<label class="field"><span>Rationale</span><textarea name="rationale" rows="3" maxlength="16000">{{RATIONALE:p}}</textarea></label>
<label class="field"><span>Remediation plan</span><textarea name="remediation" rows="3" maxlength="16000">{{REMEDIATION:p}}</textarea></label></div></details>
<details{{#TYPED}} open{{/TYPED}}><summary>Known risks that are accepted</summary><div class="stack">
{{#RISK_ROW}}<div class="form-row"><label class="field"><span>Risk {{N}}</span><input name="risk-{{N}}" value="{{RISK}}" maxlength="4000"></label><label class="field"><span>Why it can be borne</span><input name="why-{{N}}" value="{{WHY}}" maxlength="4000"></label></div>{{/RISK_ROW}}</div></details>
<button type="submit" class="primary">Decide</button>
<p class="muted">The facts are read again at that moment. What is decided is not changed any more; a later memo takes its place.</p>
</form>{{/DECIDE}}
{{#DECIDE_NOT}}<p class="muted">{{DECIDE_WHO}}</p>{{/DECIDE_NOT}}
<p><a href="/console/releases/{{RELEASE}}/memos/draft?for={{OTHER}}">The draft for {{OTHER}}</a></p>
</section>
</div>
</div>
