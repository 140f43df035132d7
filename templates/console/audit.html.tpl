{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Audit</h1><p class="muted">Everything that was done and everything that was refused, each with who, when and why, in one chain in which nothing can be changed, moved or left out unseen.</p></div>
<section class="panel" aria-labelledby="chain-title" id="chain" data-live>
<h2 id="chain-title">The chain</h2>
<div class="chain">
<div><h3>Reaches to</h3><p class="figure">entry {{HEAD}}</p><p class="hash mono muted">{{HEAD_HASH}}</p></div>
<div><h3>Signed up to</h3>{{#SIGNED}}<p class="figure">entry {{UP_TO}}</p><p class="muted">{{>SIGNED_AT}}, with key <code>{{SIGNED_KEY}}</code></p><p class="muted">{{SINCE_THEN}}</p>{{/SIGNED}}{{#UNSIGNED}}<p class="figure">nothing yet</p><p class="muted">The first checkpoint is signed by itself soon after the first entries.</p>{{/UNSIGNED}}</div>
<div><h3>Check and take along</h3><ul>
<li><a href="/console/audit/chain">Recompute the whole chain now</a></li>
<li><a href="/console/audit/key">Public keys</a> <span class="muted">in use: <code>{{KEY}}</code></span></li>
<li><details><summary>Export</summary><form method="get" action="/console/audit/export" class="stack">
<label class="field"><span>From entry</span><input name="from" inputmode="numeric" pattern="[0-9]*"></label>
<label class="field"><span>To entry</span><input name="to" inputmode="numeric" pattern="[0-9]*"></label>
<label class="field"><span>Only of release <span class="hint">optional</span></span><input name="release" value="{{RELEASE}}" maxlength="100" autocapitalize="none" spellcheck="false"></label>
<p class="muted">JSON lines with their signed checkpoints. Anybody can check them with the public key: <code>portcullis audit verify audit.jsonl --key portcullis.pub</code></p>
<button type="submit">Download</button></form></details></li>
</ul></div>
</div>
</section>
<section class="panel" aria-labelledby="log-title">
<h2 id="log-title">Entries, newest first</h2>
<form class="filters" method="get" action="/console/audit" role="search" aria-label="Filter the audit log">
<label class="field"><span>Who</span><input type="search" name="actor" value="{{ACTOR}}" data-search maxlength="100" autocapitalize="none" spellcheck="false"></label>
<label class="field"><span>Action <span class="hint">or group, as memo.</span></span><input name="action" value="{{ACTION}}" maxlength="100" autocapitalize="none" spellcheck="false"></label>
<label class="field"><span>Release</span><input name="release" value="{{RELEASE}}" maxlength="100" autocapitalize="none" spellcheck="false"></label>
<label class="field"><span>Tenant</span><input name="tenant" value="{{TENANT}}" maxlength="100" autocapitalize="none" spellcheck="false"></label>
<label class="field"><span>Outcome</span><select name="outcome"><option value="">any</option>{{#OUTCOME}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/OUTCOME}}</select></label>
<label class="field"><span>Since <span class="hint">UTC</span></span><input type="datetime-local" name="since" value="{{SINCE}}"></label>
<label class="field"><span>Until <span class="hint">UTC</span></span><input type="datetime-local" name="until" value="{{UNTIL}}"></label>
<input type="hidden" name="request" value="{{REQUEST}}">
<button type="submit">Filter</button> <a class="button" href="/console/audit">All</a>
</form>
{{#NOTE}}<p class="flash flash-wait" role="status">{{TEXT}}</p>{{/NOTE}}
{{#FOLLOWED}}<p>Following {{WHAT}} <strong>{{ID}}</strong>{{#WITH_PATH}} · <a href="{{PATH}}">open it</a>{{/WITH_PATH}} · <a href="{{WITHOUT}}">stop following it</a></p>{{/FOLLOWED}}
{{#NONE}}<p class="empty">No entry is like that. <a href="/console/audit">Show all</a></p>{{/NONE}}
{{#NONE_HERE}}<p class="empty">None of these entries is like that; there are older ones.</p>{{/NONE_HERE}}
{{#ENTRIES}}<table class="table audit-table"><thead><tr><th scope="col" class="number">No.</th><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">About</th></tr></thead><tbody>{{/ENTRIES}}
{{#ENTRY}}<tr id="entry-{{SEQ}}" class="{{#REFUSED}}refused{{/REFUSED}}" data-item>
<td class="number" data-label="No.">{{SEQ}}</td>
<td data-label="When">{{>AT}}</td>
<td data-label="Who"><a href="{{ACTOR_FOLLOW}}">{{ACTOR}}</a>{{#COMPONENT}} <span class="muted">component</span>{{/COMPONENT}}</td>
<td class="audit-what" data-label="What"><a class="mono" href="{{ACTION_FOLLOW}}" data-open>{{ACTION}}</a> {{>OUTCOME}}<br>{{SUMMARY}}
<details><summary>Entry {{SEQ}} in full</summary>
{{#WITH_DETAILS}}<pre tabindex="0">{{DETAILS}}</pre>{{/WITH_DETAILS}}
<dl class="facts">{{#WITH_REQUEST}}<dt>Request</dt><dd><a class="mono" href="{{REQUEST_FOLLOW}}">{{REQUEST}}</a></dd>{{/WITH_REQUEST}}<dt>Hash</dt><dd class="hash mono">{{HASH}}</dd><dt>Hash before</dt><dd class="hash mono">{{PREVIOUS}}</dd>{{#ON_SIMULATED_CLOCK}}<dt>Clock</dt><dd>simulated</dd>{{/ON_SIMULATED_CLOCK}}</dl></details></td>
<td data-label="About">{{#SUBJECT}}<div>{{WHAT}} <a href="{{FOLLOW}}">{{ID}}</a></div>{{/SUBJECT}}</td>
</tr>{{/ENTRY}}
{{#ENTRIES}}</tbody></table>{{/ENTRIES}}
{{>PAGING}}
</section>
