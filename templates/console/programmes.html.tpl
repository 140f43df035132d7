{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Programmes</h1><p class="muted">What has to be proven before a capability may be relied on.</p></div>
<div id="programmes" data-live>
{{#NONE}}<section class="panel"><h2>No programme yet</h2><p>A programme is imported from its tracker: <code>portcullis programme import FILE</code>.</p></section>{{/NONE}}
{{#SOME}}<table class="table"><caption class="visually-hidden">Programmes</caption><thead><tr><th scope="col">Programme</th><th scope="col">State</th><th scope="col">Packets done</th><th scope="col">Capability</th></tr></thead><tbody>{{/SOME}}
{{#PROGRAMME}}<tr data-item><th scope="row"><a href="/console/programmes/{{ID}}" data-open>{{TITLE}}</a><p class="muted small mono">{{ID}}</p></th><td data-label="State">{{>STATE}}</td><td data-label="Packets done">{{>RING}}</td><td data-label="Capability">{{CAPABILITY}}</td></tr>{{/PROGRAMME}}
{{#SOME}}</tbody></table>{{/SOME}}
{{>PAGING}}
</div>
