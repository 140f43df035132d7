{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>{{NAME}}</h1><p class="card-id">{{ID}}</p></div>
<div class="grid">
<section class="panel" aria-labelledby="roles"><h2 id="roles">Roles in this session</h2>
<p class="row">{{#ROLE}}{{>BADGE}} {{/ROLE}}</p>
{{#NO_ROLES}}<p class="muted">None: everything can be read, and nothing that needs a role can be done. An admin proposes roles; some need a second person.</p>{{/NO_ROLES}}
</section>
{{#PERSON}}<section class="panel" aria-labelledby="password"><h2 id="password">Password</h2>
{{>PASSWORD_REFUSAL}}
<form method="post" action="/console/account/password" class="stack">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
{{#HAS_PASSWORD}}<label class="field"><span>Password in use</span><input type="password" name="current_password" autocomplete="current-password" maxlength="1024" required></label>{{/HAS_PASSWORD}}
<label class="field"><span>New password</span><input type="password" name="password" autocomplete="new-password" minlength="8" maxlength="1024" required></label>
<p class="muted">At least 8 characters. Several words are easier to keep than one with signs.</p>
<button type="submit">Set the password</button>
</form></section>{{/PERSON}}
<section class="panel" aria-labelledby="make-token"><h2 id="make-token">A new API token</h2>
{{#SECRET}}<div class="flash flash-wait" role="alert"><p>This is the token. It is shown this once; keep it where only its user can read it.</p><pre>{{TEXT}}</pre></div>{{/SECRET}}
{{>TOKEN_REFUSAL}}
<form method="post" action="/console/account/tokens" class="stack">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<label class="field"><span>What it is for</span><input id="token-name" name="name" value="{{TOKEN_NAME}}" maxlength="200" required></label>
<button type="submit">Make the token</button>
</form></section>
</div>
<section class="panel" aria-labelledby="tokens"><h2 id="tokens">Your API tokens</h2>
<table class="table"><caption class="visually-hidden">Tokens that are good</caption>
<thead><tr><th scope="col">What it is for</th><th scope="col">Made</th><th scope="col">Last used</th><th scope="col">Good until</th><th scope="col"><span class="visually-hidden">Revoke</span></th></tr></thead>
<tbody>
{{#TOKEN}}<tr><th scope="row">{{NAME}}</th><td data-label="Made">{{>MADE}}</td><td data-label="Last used">{{>USED}}{{#UNUSED}}never{{/UNUSED}}</td><td data-label="Good until">{{>EXPIRES}}{{#LASTING}}it is revoked{{/LASTING}}</td><td><form method="post" action="/console/account/tokens/{{ID}}/revoke"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><button type="submit" class="quiet" aria-label="Revoke the token {{NAME}}">Revoke</button></form></td></tr>{{/TOKEN}}
</tbody></table>
</section>
