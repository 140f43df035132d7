{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Exposure, planned and actual</h1><p class="muted">Release <a class="mono" href="/console/releases/{{RELEASE}}">{{RELEASE}}</a> in {{CHANNEL}}{{#WITH_FLAG}}, flag <code>{{FLAG}}</code>{{/WITH_FLAG}}. <a href="/console/releases/{{RELEASE}}/tenants">Every tenant, and why</a> · <a href="/console/tenants?release={{RELEASE}}">in the matrix</a></p></div>
<div id="exposure" data-live>
{{#KILLED}}<section class="drift" role="note"><h2>The flag is killed</h2><p>It is off for everybody by operation <span class="mono">{{OPERATION}}</span>, whatever the plan says.</p></section>{{/KILLED}}
{{#DRIFTS}}<section class="drift" role="alert" aria-labelledby="drift-title"><h2 id="drift-title">Instances differ from the plan</h2><p>While they do, the release is not promoted (<a class="rule" href="/console/rules#CHX-7">CHX-7</a>).</p><ul>{{/DRIFTS}}
{{#DRIFT}}<li><strong class="mono">{{INSTANCE}}</strong> {{WHAT}}{{#WITH_WHO}}: <strong>{{WHO}}</strong>{{/WITH_WHO}}. <span class="remedy-label">What to do:</span> {{REMEDY}}</li>{{/DRIFT}}
{{#MORE_DRIFTS}}<li><strong>and {{COUNT}} more differences</strong>: <code>portcullis release exposure {{RELEASE}}</code></li>{{/MORE_DRIFTS}}{{#DRIFTS}}</ul></section>{{/DRIFTS}}
{{#AS_PLANNED}}<p class="flash" role="status"><strong>As planned.</strong> No instance differs from what it is to expose.</p>{{/AS_PLANNED}}
<section class="panel" aria-labelledby="plan-title">
<h2 id="plan-title">The plan</h2>
<dl class="facts"><dt>Receive it</dt><dd>{{IN}}</dd><dt>Do not</dt><dd>{{OUT}}</dd></dl>
{{#HOMELESS}}<p><span class="badge badge-waiting">hosted nowhere</span> To have it, but no instance says that it hosts them: {{WHO}}.</p>{{/HOMELESS}}
{{#NO_FLAG}}<p class="muted">Its manifest names no flag, so there is nothing that instances could switch or report.</p>{{/NO_FLAG}}
{{#NO_INSTANCE}}<p class="muted">No instance is registered yet, so nothing can be compared.</p>{{/NO_INSTANCE}}
</section>
{{#TENANTS}}<section class="panel" aria-labelledby="planned-title">
<h2 id="planned-title">Planned against actual, tenant by tenant</h2>
<table class="table"><thead><tr><th scope="col">Is to have it</th><th scope="col">Why</th><th scope="col">As instances say</th></tr></thead><tbody>{{/TENANTS}}
{{#TENANT_ROW}}<tr data-item><td data-label="Is to have it"><a class="mono" href="/console/tenants/{{TENANT}}#consents">{{TENANT}}</a></td><td data-label="Why">{{WHY}}</td><td data-label="As instances say">{{>ACTUAL}}</td></tr>{{/TENANT_ROW}}
{{#TENANTS}}</tbody></table>{{/TENANTS}}
{{#MORE_TENANTS}}<p class="muted">and {{COUNT}} more: <a href="/console/releases/{{RELEASE}}/tenants">every tenant</a></p>{{/MORE_TENANTS}}
{{#TENANTS}}</section>{{/TENANTS}}
{{#INSTANCES}}<section class="panel" aria-labelledby="instances-title">
<h2 id="instances-title">Instances, those that differ first</h2>
<table class="table"><thead><tr><th scope="col">Instance</th><th scope="col">State</th><th scope="col">Hosts</th><th scope="col">Ordered on for</th><th scope="col">Says on for</th><th scope="col">Seen on for</th></tr></thead><tbody>{{/INSTANCES}}
{{#INSTANCE_ROW}}<tr data-item class="{{#DIFFERS}}refused{{/DIFFERS}}"><td data-label="Instance"><span class="mono">{{INSTANCE}}</span>{{#NOT_MANAGED}}<br><span class="muted">has no flags of its own</span>{{/NOT_MANAGED}}</td><td data-label="State">{{>STATE}}</td><td data-label="Hosts">{{HOSTS}}</td><td data-label="Ordered on for">{{ORDERED}}</td><td data-label="Says on for">{{SAYS}}</td><td data-label="Seen on for">{{#SEEN}}{{SEEN_ON}}{{#WITH_TIME}}<br><span class="muted">{{>SEEN_AT}}</span>{{/WITH_TIME}}{{#WITH_PROBLEM}}<br><span class="badge badge-unsure">could not see all</span> {{PROBLEM}}{{/WITH_PROBLEM}}{{/SEEN}}{{#NOT_SEEN}}<span class="muted">nobody is told to look</span>{{/NOT_SEEN}}</td></tr>{{/INSTANCE_ROW}}
{{#INSTANCES}}</tbody></table>{{/INSTANCES}}
{{#MORE}}<p class="muted">and {{COUNT}} more{{#REST_AS_PLANNED}}, all as planned{{/REST_AS_PLANNED}}: <code>portcullis release exposure {{RELEASE}}</code></p>{{/MORE}}
{{#INSTANCES}}</section>{{/INSTANCES}}
</div>
