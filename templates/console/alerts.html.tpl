{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Alerts</h1><p class="muted">What the monitoring measured beyond its limits, newest first. {{#STANDING}}<a href="/console/alerts?all=true">Also those that are over</a>{{/STANDING}}</p></div>
<div id="alerts" data-live="alert">
{{#NONE}}<section class="panel"><p>None stands.</p></section>{{/NONE}}
{{#SOME}}<table class="table"><caption class="visually-hidden">Alerts</caption><thead><tr><th scope="col">Trigger</th><th scope="col">Severity</th><th scope="col">Instance</th><th scope="col">What was measured</th><th scope="col">Since</th><th scope="col">What followed</th></tr></thead><tbody>{{/SOME}}
{{#ALERT}}<tr data-item><th scope="row">{{TRIGGER}} <span class="muted small">{{STATE}}</span></th><td data-label="Severity">{{>SEVERITY}}</td><td data-label="Instance"><a href="/console/fleet/instances/{{INSTANCE_PATH}}" data-open>{{INSTANCE}}</a>{{#OF_TENANT}}<p class="small">tenant {{TENANT}}</p>{{/OF_TENANT}}</td><td data-label="What was measured">{{DETAIL}}</td><td data-label="Since">{{>OPENED}} {{>OVER}}</td><td data-label="What followed">{{#KILLED}}<a href="/console/operations/{{OPERATION}}">a kill</a> {{/KILLED}}{{#INCIDENT}}<a href="/console/incidents/{{ID}}">an incident</a>{{/INCIDENT}}</td></tr>{{/ALERT}}
{{#SOME}}</tbody></table>{{/SOME}}
{{>PAGING}}
</div>
