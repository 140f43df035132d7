{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>The way back on</h1><p class="muted">Off takes one person and a reason. On takes the reviews of all kills, the approval of a system owner, and somebody else who gives the order.</p></div>
<div class="grid">
<section class="panel stack"><h2>1. Reviews of the kills</h2>
{{#REVIEWED}}<p><span class="badge badge-good">done</span> Every kill is reviewed.</p>{{/REVIEWED}}
<ul class="findings">{{#REVIEW}}<li class="finding finding-bad"><p class="finding-head"><span class="badge badge-bad">open</span> <a href="/console/operations/{{OPERATION}}#review">Review the kill {{OPERATION}}</a></p><p class="finding-text">{{REASON}}</p><p class="muted">given by {{BY}} {{>AT}}</p></li>{{/REVIEW}}</ul></section>
<section class="panel stack"><h2>2. Approval</h2>{{>APPROVE}}</section>
<section class="panel stack"><h2>3. The order</h2>{{>SWITCH_ON}}</section>
</div>
