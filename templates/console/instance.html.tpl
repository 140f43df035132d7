{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>{{ID}}</h1><p>{{>STATE}}{{#SILENT}} <strong class="silent">silent for {{FOR}}</strong>{{/SILENT}}{{#DRIFT}} <span class="badge badge-bad">other than ordered</span>{{/DRIFT}}</p></div>
<div class="two">
<div id="instance" data-live hx-get="{{HERE}}" hx-trigger="every 10s" hx-select="#instance" hx-swap="outerHTML">
<section class="panel{{#LOUD}} loud{{/LOUD}}"><h2>What it says</h2>
<p>{{SUMMARY}}</p>
{{#PROBLEM}}<p class="problem">{{TEXT}}</p>{{/PROBLEM}}
<dl class="facts">
<dt>Switch</dt><dd>{{#SAYS}}{{SWITCH}}, generation {{APPLIED}}{{/SAYS}}{{#NEVER}}nothing yet{{/NEVER}}</dd>
<dt>Mode</dt><dd>{{MODE}}</dd>
{{#PROGRAM}}<dt>Version</dt><dd>{{TEXT}}</dd>{{/PROGRAM}}
{{#TENANTS}}<dt>Records of tenants</dt><dd>{{COUNT}}</dd>{{/TENANTS}}
{{#MORE}}<dt>Last word</dt><dd>{{>SEEN}}</dd><dt>Process since</dt><dd>{{>STARTED}}</dd><dt>Process</dt><dd class="mono">{{BOOT}}</dd>{{#AT}}<dt>Connected to</dt><dd>{{CONTROLLER}}</dd>{{/AT}}<dt>Orders it turned away</dt><dd>{{REJECTED}}</dd>{{/MORE}}
</dl></section>
<section class="panel"><h2>What it is ordered</h2>
{{#NO_ORDER}}<p class="muted">Nothing: its environment decides.</p>{{/NO_ORDER}}
{{#ORDER}}<dl class="facts"><dt>Switch</dt><dd>{{WANTED}}, generation {{GENERATION}}</dd>
<dt>Proven</dt><dd>{{#PROVEN}}{{>BADGE}}{{/PROVEN}}</dd>
{{#BY}}<dt>By</dt><dd><a href="/console/operations/{{OPERATION}}">{{OPERATION}}</a></dd>{{/BY}}</dl>{{/ORDER}}
{{#WHY}}<p>{{REASON}}</p><p class="muted">since {{>SINCE}}</p>{{/WHY}}
</section></div>
<div class="stack">
<section class="panel"><h2>Membership</h2><dl class="facts"><dt>Let in</dt><dd>{{>CREATED}} by {{CREATED_BY}}</dd><dt>Credential</dt><dd>{{CREDENTIAL}}</dd></dl></section>
<section class="panel stack"><h2>What can be done</h2>{{#CHOOSABLE}}<p><a class="button danger-link" href="/console/fleet/kill?scope=some&amp;instance={{PATH}}">Kill it …</a></p>{{/CHOOSABLE}}
{{>ROTATE}}
{{>REVOKE}}
{{>RETIRE}}
</section></div>
</div>
