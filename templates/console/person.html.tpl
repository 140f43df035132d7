{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>{{NAME}}</h1><p class="muted"><span class="mono">{{ID}}</span> {{>STATE}} · <a href="/console/audit?actor={{ID}}">everything they did</a></p></div>
{{#MADE}}<section class="panel" aria-labelledby="made-title" role="alert"><h2 id="made-title">The new token, shown this once</h2><pre class="secret" tabindex="0">{{SECRET}}</pre><p>Only its hash is kept: when you leave this page it cannot be shown again. Whoever has it acts as {{ID}}.</p></section>{{/MADE}}
<div class="two">
<section class="panel" aria-labelledby="tokens-title">
<h2 id="tokens-title">API tokens</h2>
{{>REVOKE_REFUSAL}}
{{#NO_TOKENS}}<p class="empty">None.</p>{{/NO_TOKENS}}
{{#TOKENS}}<table class="table"><thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col">Roles</th><th scope="col">Made</th><th scope="col">End it</th></tr></thead><tbody>{{/TOKENS}}
{{#TOKEN}}<tr><td data-label="Name">{{TOKEN_NAME}}<br><span class="mono muted">{{TOKEN_ID}}</span></td><td data-label="State">{{>TOKEN_STATE}}</td><td data-label="Roles">{{TOKEN_ROLES}}</td><td data-label="Made">{{>CREATED_AT}}{{#USED}}<br><span class="muted">last used {{>USED_AT}}</span>{{/USED}}</td><td data-label="End it" class="nowrap">{{#REVOKE}}<form method="post" action="/console/people/{{ID}}/revoke"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="token" value="{{TOKEN_ID}}"><button type="submit" aria-label="Revoke the token {{TOKEN_NAME}}">Revoke</button></form>{{/REVOKE}}</td></tr>{{/TOKEN}}
{{#TOKENS}}</tbody></table>{{/TOKENS}}
{{>PAGING}}
<h3 class="spaced">Make a token</h3>
{{>TOKEN_REFUSAL}}
<form method="post" action="/console/people/{{ID}}/tokens" class="stack" data-form="token"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<label class="field"><span>What it is for</span><input name="name" value="{{NEW_TOKEN}}" required maxlength="100"></label>
<label class="field"><span>Good until <span class="hint">UTC; empty: until it is revoked</span></span><input type="datetime-local" name="expires_at" value="{{NEW_EXPIRES}}"></label>
<button type="submit" class="primary">Make it</button></form>
<p class="muted">For a component, or a user's first. A user who was let in once is let in again by two people.</p>
</section>
<section class="panel" aria-labelledby="who-title">
<h2 id="who-title">Who it is</h2>
<dl class="facts"><dt>Kind</dt><dd>{{KIND}}</dd><dt>Roles</dt><dd>{{ROLES}}</dd>{{#WITH_MAIL}}<dt>Mail</dt><dd>{{MAIL}}</dd>{{/WITH_MAIL}}<dt>Registered</dt><dd>{{>SINCE}} by {{SINCE_BY}}</dd></dl>
<p><a href="/console/roles?principal={{ID}}">Their roles, and who gave them</a></p>{{>PROPOSE}}
{{#FIRST_PASSWORD}}<details class="act-fold"{{#OPEN}} open{{/OPEN}}><summary>Set a first password</summary>{{>REFUSAL}}<p class="act-what">While nothing else ever let them in. From then on it is theirs alone to change.</p><form method="post" action="/console/people/{{ID}}/password" class="act stack" data-form="password"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><label class="field"><span>First password</span><input type="password" name="new_password" autocomplete="new-password" required maxlength="1000"></label><button type="submit">Set it</button></form></details>{{/FIRST_PASSWORD}}
{{>ACTIVE_REFUSAL}}{{#MOVED}}<p class="flash flash-wait" role="alert">Meanwhile somebody changed it: {{NOW}} now. Send it again if you still mean it.</p>{{/MOVED}}
<form method="post" action="/console/people/{{ID}}/active" class="confirm stack spaced" data-form="active"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="version" value="{{VERSION}}">
{{#IS_ACTIVE}}<input type="hidden" name="active" value="false"><p>Set inactive, they are signed out at once; tokens and passwords open nothing, and their approvals stop counting.</p><button type="submit" class="danger">Set inactive</button>{{/IS_ACTIVE}}
{{#IS_INACTIVE}}<input type="hidden" name="active" value="true"><p>Nothing lets them in. Set active, what they had counts again.</p><button type="submit">Set active</button>{{/IS_INACTIVE}}
</form>
</section>
</div>
