{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Operations</h1><p class="muted">What was ordered of the fleet, newest first, and what became of it.</p></div>
<div id="operations" data-live>
{{#NONE}}<section class="panel"><p>Nothing was ordered yet.</p></section>{{/NONE}}
{{#SOME}}<table class="table"><caption class="visually-hidden">Operations</caption><thead><tr><th scope="col">Operation</th><th scope="col">State</th><th scope="col">What became of it</th><th scope="col">Reason</th><th scope="col">By</th></tr></thead><tbody>{{/SOME}}
{{#OPERATION}}<tr data-item><th scope="row"><a href="/console/operations/{{ID}}" data-open>{{TITLE}}</a>{{#DRILL}} <span class="badge badge-info">drill</span>{{/DRILL}}<p class="muted small mono">{{ID}}</p></th>
<td data-label="State">{{>STATUS}}</td><td data-label="What became of it">{{SUMMARY}}</td><td data-label="Reason">{{REASON}}</td><td data-label="By">{{BY}}<p class="muted small">{{>AT}}</p></td></tr>{{/OPERATION}}
{{#SOME}}</tbody></table>{{/SOME}}
{{>PAGING}}
</div>
