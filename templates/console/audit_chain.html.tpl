{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>The chain, checked</h1><p class="muted">Every hash was computed again from its row, and every checkpoint's signature was checked with its public key, at {{>CHECKED_AT}}.</p></div>
{{#HOLDS}}<p class="flash" role="status"><strong>The chain holds.</strong> Nothing was changed, moved or left out.</p>{{/HOLDS}}
{{#BROKEN}}<section class="drift" role="alert"><h2>The chain does not hold</h2><p>Somebody changed what must never change. Keep this database as it is, take it off the network's reach, compare it with the newest export or backup, and tell the system owners.</p><ul>{{/BROKEN}}{{#PROBLEM}}<li>{{TEXT}}</li>{{/PROBLEM}}{{#BROKEN}}</ul></section>{{/BROKEN}}
<section class="panel" aria-labelledby="found-title">
<h2 id="found-title">What was looked at</h2>
<dl class="facts"><dt>Entries</dt><dd>{{ENTRIES}}, from {{FIRST}} to {{LAST}}</dd><dt>Hash at the end</dt><dd class="hash mono">{{HEAD}}</dd><dt>Signatures</dt><dd>{{CHECKPOINTS}}</dd><dt>Key in use</dt><dd><code>{{KEY}}</code> · <a href="/console/audit/key">public keys</a></dd></dl>
<p><a class="button" href="/console/audit/chain">Check again</a></p>
</section>
{{#WITH_CHECKPOINTS}}<section class="panel" aria-labelledby="checkpoints-title">
<h2 id="checkpoints-title">Signed checkpoints, newest first</h2>
<table class="table"><thead><tr><th scope="col">Up to entry</th><th scope="col">Signed</th><th scope="col">Key</th><th scope="col">Hash</th></tr></thead><tbody>{{/WITH_CHECKPOINTS}}
{{#CHECKPOINT}}<tr><td data-label="Up to entry">{{SEQ}}</td><td data-label="Signed">{{>AT}}</td><td data-label="Key"><code>{{SIGNED_KEY}}</code></td><td data-label="Hash" class="hash mono">{{HASH}}</td></tr>{{/CHECKPOINT}}
{{#WITH_CHECKPOINTS}}</tbody></table></section>{{/WITH_CHECKPOINTS}}
