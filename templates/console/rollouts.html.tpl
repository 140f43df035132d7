{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Rollouts</h1><p class="muted">Capabilities on their way to organizations, stage by stage.{{#MAY_PLAN}} <a href="/console/rollouts/new">Plan one</a>.{{/MAY_PLAN}}</p></div>
<div id="rollouts" data-live>
{{#NONE}}<section class="panel"><h2>No rollout yet</h2><p>A rollout says who is in which stage of a capability and what counts as success.{{#MAY_PLAN}} <a href="/console/rollouts/new">Plan the first one</a>, or from a document with <code>portcullis rollout create FILE</code>.{{/MAY_PLAN}}</p></section>{{/NONE}}
{{#SOME}}<table class="table"><caption class="visually-hidden">Rollouts</caption><thead><tr><th scope="col">Rollout</th><th scope="col">State</th><th scope="col">Stage</th><th scope="col">Flag</th><th scope="col">Owner</th></tr></thead><tbody>{{/SOME}}
{{#ROLLOUT}}<tr data-item><th scope="row"><a href="/console/rollouts/{{ID}}" data-open>{{TITLE}}</a><p class="muted small mono">{{ID}}</p></th><td data-label="State">{{>STATE}}{{#OPEN}} <span class="badge badge-bad">{{TEXT}}</span>{{/OPEN}}</td><td data-label="Stage">{{STAGE}}<p class="muted small">{{>SINCE}}</p></td><td data-label="Flag"><span class="mono">{{FLAG}}</span></td><td data-label="Owner">{{OWNER}}</td></tr>{{/ROLLOUT}}
{{#SOME}}</tbody></table>{{/SOME}}
{{>PAGING}}
</div>
