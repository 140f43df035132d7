{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>The key that signs orders</h1><p class="muted">Instances take orders that are signed by the key they pinned, and no others.</p></div>
<div class="two">
<section class="panel" aria-labelledby="key-title"><h2 id="key-title">Now</h2><p>{{SUMMARY}}</p><dl class="facts"><dt>Key</dt><dd class="mono">{{KEY}}</dd></dl>
<h3>Handed over</h3>{{#NONE}}<p class="muted">Never yet.</p>{{/NONE}}<ul class="findings">{{#HANDOVER}}<li class="finding"><p>{{>STATE}} <span class="muted small">{{>AT}} by {{BY}}</span></p><p class="mono small">{{FROM}} → {{TO}}</p><p dir="auto">{{REASON}}</p></li>{{/HANDOVER}}</ul></section>
<section class="panel stack">{{>ROTATE}}</section>
</div>
