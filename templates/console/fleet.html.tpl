{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Fleet</h1><p class="muted">What every instance is ordered, what it says itself, and what was proven of it. That an order was sent proves nothing.</p></div>
<div id="fleet" data-live hx-get="{{HERE}}" hx-trigger="every 10s" hx-select="#fleet" hx-swap="outerHTML">
<ul class="totals" aria-label="The fleet in numbers">{{#TOTAL}}<li class="total total-{{TONE}}"><span class="total-count">{{COUNT}}</span> {{WORD}}</li>{{/TOTAL}}</ul>
{{#PART}}<p class="muted">These numbers are of this page of the fleet.</p>{{/PART}}
{{#NONE}}<section class="panel"><h2>No instance yet</h2><p>An instance is let in with an enrolment token, which is good once: {{#MAY_ENROL}}<a href="/console/fleet/enrol">make one</a>, or {{/MAY_ENROL}}<code>portcullis instance enrol NAME</code>. From then on it is listed here, with everything it says.</p></section>{{/NONE}}
{{#SOME}}<form method="get" action="/console/fleet/kill">
<input type="hidden" name="scope" value="some">
<div class="scroll"><table class="table fleet-table"><caption class="visually-hidden">Instances</caption>
<thead><tr><th scope="col">Instance</th><th scope="col">State</th><th scope="col">Ordered</th><th scope="col">Says</th><th scope="col">Proven</th><th scope="col">Mode</th><th scope="col">Version</th><th scope="col">Tenant records</th></tr></thead>
<tbody>{{/SOME}}
{{#INSTANCE}}<tr class="tone-{{TONE}}{{#LOUD}} loud{{/LOUD}}" data-item>
<th scope="row">{{#CHOOSABLE}}<input type="checkbox" id="choose-{{PATH}}" hx-preserve name="instance" value="{{ID}}" aria-label="Choose {{ID}} for a kill"> {{/CHOOSABLE}}<a href="/console/fleet/instances/{{PATH}}" data-open>{{ID}}</a></th>
<td data-label="State">{{>STATE}}{{#SILENT}} <strong class="silent">silent for {{FOR}}</strong>{{/SILENT}}{{#DRIFT}} <span class="badge badge-bad">other than ordered</span>{{/DRIFT}}<p class="muted small">{{SUMMARY}}</p>{{#PROBLEM}}<p class="problem">{{TEXT}}</p>{{/PROBLEM}}</td>
<td data-label="Ordered">{{#ORDER}}{{WANTED}} <span class="muted">#{{GENERATION}}</span>{{#BY}} <a class="small" href="/console/operations/{{OPERATION}}">why</a>{{/BY}}{{/ORDER}}{{#NO_ORDER}}<span class="muted">nothing</span>{{/NO_ORDER}}</td>
<td data-label="Says">{{#SAYS}}{{SWITCH}} <span class="muted">#{{APPLIED}}</span>{{/SAYS}}{{#NEVER}}<span class="muted">nothing yet</span>{{/NEVER}}</td>
<td data-label="Proven">{{#ORDER}}{{#PROVEN}}{{>BADGE}} <span class="muted">#{{GENERATION}}</span>{{/PROVEN}}{{/ORDER}}</td>
<td data-label="Mode">{{MODE}}</td>
<td data-label="Version">{{#PROGRAM}}<span class="small">{{TEXT}}</span>{{/PROGRAM}}</td>
<td data-label="Tenant records">{{#TENANTS}}{{COUNT}}{{/TENANTS}}</td>
</tr>{{/INSTANCE}}
{{#SOME}}</tbody></table></div>
{{/SOME}}{{#KILL}}{{#SOME}}<div class="row kill-row"><button type="submit">Kill the chosen ones …</button> <a class="button danger-link" href="/console/fleet/kill?scope=fleet">Kill the whole fleet …</a> <span class="muted">Nothing happens before the next page's button.</span></div>{{/SOME}}{{/KILL}}{{#KILL_NOT}}<p class="muted">{{KILL_WHO}}</p>{{/KILL_NOT}}
{{#SOME}}</form>{{/SOME}}
{{>PAGING}}
</div>
<p class="row after"><a href="/console/operations">Operations and their evidence</a> <a href="/console/fleet/way-back">The way back on</a> <a href="/console/drills">Drills</a> <a href="/console/flags">Flags that are killed</a> <a href="/console/fleet/keys">The key of orders</a> {{#MAY_ENROL}}<a href="/console/fleet/enrol">Let an instance in</a> {{/MAY_ENROL}} {{#WITH_RETIRED}}<a href="/console/fleet">Without the retired</a>{{/WITH_RETIRED}}<a href="/console/fleet?retired=true">Also the retired</a></p>
