{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<div class="two">
<div class="main-part">
{{#ENDED}}<p class="muted">The release is {{STATUS}}: its manifest does not change any more.</p>{{/ENDED}}
{{#OVERTAKEN}}<section class="panel" aria-labelledby="theirs-title"><h2 id="theirs-title">What changed while you were typing</h2>
<p>Revision {{CURRENT}} is in force now. Your text is below as you typed it: take over what you want to keep of this, then send it, and it becomes the revision after that.</p>
{{#ELSEWHERE}}<p class="muted">The manifest is the same; something else about the release changed. You can send it again.</p>{{/ELSEWHERE}}
<ul class="records">{{#THEIRS}}<li><p><span class="badge">{{OP}}</span> <strong>{{PLACE}}</strong></p>{{#BEFORE}}<pre class="change-before"><span class="visually-hidden">before: </span>{{TEXT:p}}</pre>{{/BEFORE}}{{#AFTER}}<pre class="change-after"><span class="visually-hidden">after: </span>{{TEXT:p}}</pre>{{/AFTER}}</li>{{/THEIRS}}</ul></section>{{/OVERTAKEN}}
{{#REVISE}}<details class="act beside" id="revise"{{#TYPED}} open{{/TYPED}}><summary>Make a new revision</summary>
<form method="post" action="/console/releases/{{RELEASE}}/manifest" class="stack">
{{>REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="version" value="{{VERSION}}"><input type="hidden" name="base" value="{{BASE}}">
<p class="muted">Approvals of the content before it stop counting, and the stay in the channel begins again.</p>
<label class="field"><span>Manifest <span class="hint">YAML or JSON</span></span><textarea name="manifest" class="code-field" rows="24" spellcheck="false" required>
{{TEXT:p}}</textarea></label>
<button type="submit" class="primary">Make the revision</button>
</form></details>{{/REVISE}}
{{#REVISE_NOT}}<p class="muted beside">{{REVISE_WHO}}</p>{{/REVISE_NOT}}
{{#DIFF}}<section class="panel beside" aria-labelledby="diff-title"><h2 id="diff-title">What changed from revision {{FROM}} to {{TO}}</h2>
<ul class="records">{{#CHANGE}}<li><p><span class="badge">{{OP}}</span> <strong>{{PLACE}}</strong></p>{{#BEFORE}}<pre class="change-before"><span class="visually-hidden">before: </span>{{TEXT:p}}</pre>{{/BEFORE}}{{#AFTER}}<pre class="change-after"><span class="visually-hidden">after: </span>{{TEXT:p}}</pre>{{/AFTER}}</li>{{/CHANGE}}</ul></section>{{/DIFF}}
<article class="paper" aria-label="Manifest, revision {{REVISION}}">{{DOCUMENT:none}}</article>
</div>
<div class="side-part">
<section class="panel" aria-labelledby="revisions-title"><h2 id="revisions-title">Revisions</h2>
<ol class="entries">
{{#REVISION_ROW}}<li><p><a href="/console/releases/{{RELEASE}}/manifest?revision={{NUMBER}}"{{#CURRENT}} aria-current="true"{{/CURRENT}}>Revision {{NUMBER}}</a>{{#IN_FORCE}} <span class="badge badge-good">in force</span>{{/IN_FORCE}}</p><p class="muted">{{BY}}, {{>AT}}</p></li>{{/REVISION_ROW}}
</ol></section>
</div>
</div>
