{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
{{#NO_PLAN}}<p>There is no exposure plan yet: which tenants get it first, how they opted in, from when, for how long, and what must hold before it goes on.</p>{{/NO_PLAN}}
{{#SET}}<details class="act beside"{{#TYPED}} open{{/TYPED}}><summary>Set the plan</summary>
<form method="post" action="/console/releases/{{RELEASE}}/plan" class="stack">
{{>REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="version" value="{{VERSION}}">
<p class="muted">An approval of the plan before it stops counting.</p>
<label class="field"><span>Exposure plan <span class="hint">YAML or JSON</span></span><textarea name="plan" class="code-field" rows="22" spellcheck="false" required>
{{TEXT:p}}</textarea></label>
<button type="submit" class="primary">Set the plan</button>
</form></details>{{/SET}}
{{#SET_NOT}}<p class="muted beside">{{SET_WHO}}</p>{{/SET_NOT}}
{{#PLAN}}<p class="row beside">{{>STATE}} <a href="/console/releases/{{RELEASE}}/tenants">Who receives it, tenant by tenant</a></p>
{{>FINDINGS}}
<article class="paper" aria-label="Exposure plan">{{DOCUMENT:none}}</article>{{/PLAN}}
