{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Incidents</h1><p class="muted">{{#OPEN_ONLY}}Those that are not resolved. <a href="/console/incidents?all=true">All of them</a>{{/OPEN_ONLY}}{{#ALL}}All of them. <a href="/console/incidents">Only those that are open</a>{{/ALL}} · <a href="/console/alerts">Alerts of the monitoring</a></p></div>
<div id="incidents" data-live="incident">
{{#NONE}}<section class="panel"><p>None.</p></section>{{/NONE}}
{{#SOME}}<table class="table"><caption class="visually-hidden">Incidents</caption><thead><tr><th scope="col">Incident</th><th scope="col">Severity</th><th scope="col">State</th><th scope="col">Clocks</th><th scope="col">Concerns</th><th scope="col">Opened</th></tr></thead><tbody>{{/SOME}}
{{#INCIDENT}}<tr data-item><th scope="row"><a href="/console/incidents/{{ID}}" data-open>{{TITLE}}</a></th><td data-label="Severity">{{>SEVERITY}}</td><td data-label="State">{{>STATE}}</td><td data-label="Clocks">{{#CLOCK}}<p class="small{{#LATE}} clock-late{{/LATE}}">{{WHAT}} {{>DUE}}{{#LATE}}, ran out{{/LATE}}</p>{{/CLOCK}}</td><td data-label="Concerns">{{#CONCERN}}<p class="small"><span class="muted">{{KIND}}</span> <a href="{{PATH}}">{{SUBJECT}}</a></p>{{/CONCERN}}</td><td data-label="Opened">{{>OPENED}}<p class="muted small">{{BY}}</p></td></tr>{{/INCIDENT}}
{{#SOME}}</tbody></table>{{/SOME}}
{{>PAGING}}
</div>
<section class="panel after stack">{{>OPEN}}</section>
