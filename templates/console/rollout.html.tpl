{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>{{TITLE}}</h1><p>{{>STATE}} <span class="mono">{{FLAG}}</span> <span class="muted">{{CAPABILITY}}</span></p>{{#CLOSED}}<p class="problem">{{REASON}}</p>{{/CLOSED}}</div>
<div id="rollout-stages" data-live="rollout">
<ol class="stages" aria-label="Stages">{{#STAGE}}<li class="stage{{#NOW}} stage-now{{/NOW}}{{#PAST}} stage-past{{/PAST}}"{{#NOW}} aria-current="step"{{/NOW}}>
<h2>Stage {{N}}{{#NOW}} <span class="badge badge-info">now</span>{{/NOW}}{{#PAST}} <span class="badge badge-good">passed</span>{{/PAST}}{{#AHEAD}} <span class="badge badge-plain">ahead</span>{{/AHEAD}}</h2>
<p class="small">{{ORGANIZATIONS}}, {{CAP}}</p>
{{#SOAK}}<p class="small">Soak of {{SPAN}}{{#UNTIL}}, until {{>AT}} at the earliest{{/UNTIL}}</p>{{/SOAK}}
{{#ENTERED}}<p class="small muted">entered {{>AT}}</p>{{/ENTERED}}
<ul class="names">{{#ORGANIZATION}}<li class="mono small">{{ID}}</li>{{/ORGANIZATION}}{{#OTHERS}}<li class="small">and {{COUNT}} more</li>{{/OTHERS}}</ul>
{{#NEEDS_RELEASE}}<p class="small">Needs <a href="/console/releases/{{RELEASE}}">{{RELEASE}}</a> in {{CHANNEL}}</p>{{/NEEDS_RELEASE}}{{#NEEDS_PROGRAMME}}<p class="small">Needs <a href="/console/programmes/{{PROGRAMME}}">{{PROGRAMME}}</a> certified</p>{{/NEEDS_PROGRAMME}}{{#PLAN}}<p class="small"><a href="{{PATH}}">Plan stage {{N}}</a></p>{{/PLAN}}
<h3>What counts as success</h3>
{{#NO_METRICS}}<p class="muted small">Not said yet: the stage cannot be entered.</p>{{/NO_METRICS}}
<ul class="names">{{#METRIC}}<li class="small">{{>STATE}} {{TEXT}}: <span class="mono">{{LIMIT}}</span>{{#MEASURED}}, measured <strong>{{VALUE}}</strong>{{/MEASURED}} <span class="muted">{{>AT}}</span></li>{{/METRIC}}</ul>
</li>{{/STAGE}}</ol>
</div>
<section class="panel" aria-labelledby="charts-title"><h2 id="charts-title">What is measured, against the bands</h2>
<p class="muted">The worst of the monitored instances, in the last three hours and while this page is open. In the bands at the top triggers fire, a warning first, then a critical one, and the rollout gets an evaluation; the band at the bottom is what the baseline of the worst allows. Dashed lines are moves of the rollout. Each chart has its numbers as a table, too.</p>
<div data-charts="/console/rollouts/{{PATH}}/measured"><p class="muted chart-none">The charts need a script. The newest numbers: <a href="/console/alerts">alerts</a>.</p></div></section>
<div class="two after">
<div class="stack">
{{#GATE}}<section class="panel stack" aria-labelledby="gate-title"><h2 id="gate-title">The gate</h2>
{{#LAST}}<p>It is in its last stage.</p>{{/LAST}}
{{#ASKED}}<p>Into stage {{NEXT}}: {{>VERDICT}}{{#EARLIEST}} <span class="muted">at the earliest {{>AT}}</span>{{/EARLIEST}}</p>{{#CLEAR}}<p>Nothing stands against it.</p>{{/CLEAR}}{{>FINDINGS}}{{/ASKED}}
{{>ADVANCE}}</section>{{/GATE}}
<section class="panel stack" aria-labelledby="evaluations-title"><h2 id="evaluations-title">Evaluations</h2>
{{#NO_EVALUATIONS}}<p class="muted">No trigger has asked for one.</p>{{/NO_EVALUATIONS}}
{{#EVALUATION}}<div class="finding finding-{{TONE}} stack"><p class="finding-head">{{>STATE}} <strong>{{TRIGGER}}</strong> <span class="muted small">in stage {{STAGE}}, {{>AT}}, by {{OPENED_BY}}</span></p><details><summary>Evidence</summary><pre class="excerpt">{{EVIDENCE}}</pre></details>{{#DECIDED}}<p>{{REASON}} <span class="muted small">{{BY}}</span></p>{{/DECIDED}}{{>DECIDE}}</div>{{/EVALUATION}}</section>
<section class="panel" aria-labelledby="moves-title"><h2 id="moves-title">What happened</h2><ol class="timeline" data-moves>{{#MOVE}}<li><strong>{{WHAT}}</strong> <span class="muted small">{{>AT}}, {{BY}}</span><p class="small">{{REASON}}</p></li>{{/MOVE}}</ol></section>
</div>
<div class="stack">
<section class="panel stack" aria-labelledby="checkpoints-title"><h2 id="checkpoints-title">Checkpoints of this stage</h2>{{#NO_CHECKPOINTS}}<p class="muted">There is none.</p>{{/NO_CHECKPOINTS}}
{{#CHECKPOINT}}<div class="stack finding"><p>{{>STATE}} <strong>{{TITLE}}</strong> <span class="muted small">{{OWNER}}{{#DUE}}, due {{>AT}}{{/DUE}}</span></p>{{#NOTED}}<p class="small">{{NOTE}}</p>{{/NOTED}}{{#NOT_YOURS}}<p class="muted small">Only its owner completes it: {{OWNER}}.</p>{{/NOT_YOURS}}{{>COMPLETE}}</div>{{/CHECKPOINT}}</section>
<section class="panel" aria-labelledby="risks-title"><h2 id="risks-title">Risks</h2>{{#NO_RISKS}}<p class="muted">None on the register.</p>{{/NO_RISKS}}<ul class="findings">{{#RISK}}<li class="finding"><p>{{>SEVERITY}} <strong>{{TITLE}}</strong> <span class="muted small">{{OWNER}}</span></p><p class="small">{{MITIGATION}}</p>{{#RESOLVED}}<p class="small">{{RESOLUTION}}</p>{{/RESOLVED}}{{>RESOLVE}}</li>{{/RISK}}</ul>{{>RAISE}}</section>
<section class="panel"><h2>Who</h2><dl class="facts"><dt>Owner</dt><dd>{{OWNER}}</dd><dt>Engineering</dt><dd>{{ENGINEERING}}</dd><dt>Product</dt><dd>{{PRODUCT}}</dd><dt>Support</dt><dd>{{SUPPORT}}</dd></dl><p class="small"><a href="/console/rollouts/{{PATH}}/communications">Whom it is told to, and when</a></p></section>
{{#WORK}}<section class="panel stack" aria-labelledby="work-title"><h2 id="work-title">While it runs</h2>{{>MEASURE}}{{>ASK}}{{>WITHDRAW}}</section>{{/WORK}}
{{#WAYS}}<section class="panel stack"><h2>Ways out</h2>{{>REVERSE}}{{>END}}</section>{{/WAYS}}
</div></div>
