{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
{{#OLDER_MEMO}}<p class="flash flash-wait beside">A newer memo for {{TARGET}} has taken the place of this one.</p>{{/OLDER_MEMO}}
<div class="two">
<article class="paper" aria-label="Memo {{NUMBER}}">{{DOCUMENT:none}}</article>
<div class="side-part">
<section class="panel" aria-labelledby="sign-title" id="signatures" data-live="{{RELEASE}}"><div class="panel-head"><h2 id="sign-title">Signatures</h2>{{#COMPLETE}} <span class="badge badge-good">complete</span>{{/COMPLETE}}</div>
<ul class="slots">
{{#SIGNATURE}}<li><p class="slot-head">{{>STATE}} <strong>{{ROLE}}</strong></p>
{{#GIVEN}}<p>{{WHO}}, {{>AT}}</p>{{/GIVEN}}
{{#OLDER}}<p class="muted">It is not signed any more: a newer memo is in its place.</p>{{/OLDER}}
{{#OTHERS}}<p class="muted">Waits for a person with the role {{ROLE}}, who did not sign yet.</p>{{/OTHERS}}
{{#MINE}}<form method="post" action="/console/releases/{{RELEASE}}/memos/{{NUMBER}}/sign" class="stack">{{>REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="as" value="{{AS}}"><input type="hidden" name="content_hash" value="{{HASH}}">
<p class="muted">You sign exactly the content you see: <code>{{SHORT}}…</code></p>
<button type="submit" class="primary">Sign as {{AS_TITLE}}</button></form>{{/MINE}}</li>{{/SIGNATURE}}
</ul></section>
<section class="panel" aria-labelledby="save-title"><h2 id="save-title">Take it with you</h2>
<p class="row"><a href="/console/releases/{{RELEASE}}/memos/{{NUMBER}}/pdf">PDF</a> <a href="/console/releases/{{RELEASE}}/memos/{{NUMBER}}/html">HTML</a> <a href="/console/releases/{{RELEASE}}/memos/{{NUMBER}}/md">Markdown</a> <a href="/console/releases/{{RELEASE}}/memos/{{NUMBER}}/txt">Text</a></p>
<p class="muted">Printed from here, only the document is on the paper.</p>
<p class="muted">Content <code>sha256:{{HASH}}</code></p></section>
</div>
</div>
