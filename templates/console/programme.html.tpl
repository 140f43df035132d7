{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>{{TITLE}}</h1><p>{{>STATE}} <span class="muted">{{CAPABILITY}}</span>{{#CERTIFIED}} <span class="muted">by {{BY}} {{>AT}}</span>{{/CERTIFIED}}</p></div>
<div id="programme" class="lane" data-live>
{{#LANE}}<section class="column" aria-labelledby="lane-{{KEY}}"><h2 id="lane-{{KEY}}">{{LABEL}} <span class="count">{{COUNT}}</span></h2>{{#EMPTY}}<p class="muted empty">None.</p>{{/EMPTY}}
<ul class="cards">{{#PACKET}}<li><article class="card card-{{TONE}}" data-item><h3><a href="/console/programmes/{{PROGRAMME}}/packets/{{NUMBER_PATH}}" data-open>{{NUMBER}} {{TITLE}}</a></h3><p class="card-marks">{{#MARK}}{{>BADGE}} {{/MARK}}{{#NO_CHECKPOINT}}<span class="badge badge-bad">no checkpoint</span>{{/NO_CHECKPOINT}}</p>{{#BY}}<p class="muted">by {{IMPLEMENTER}}</p>{{/BY}}{{#REVIEWED_BY}}<p class="muted">reviewed by {{REVIEWER}}</p>{{/REVIEWED_BY}}</article></li>{{/PACKET}}</ul></section>{{/LANE}}
</div>
<div class="grid after">
<section class="panel"><h2>Definition of done</h2><ul class="findings">{{#DONE_ITEM}}<li class="finding"><p>{{>STATE}} {{TEXT}}</p>{{#PROVEN}}<p class="small muted">{{EVIDENCE}}</p>{{/PROVEN}}{{>MEET}}</li>{{/DONE_ITEM}}</ul></section>
<section class="panel"><h2>Milestones</h2><ul class="findings">{{#MILESTONE}}<li class="finding"><p>{{>STATE}} <strong>{{KEY}}</strong> <span class="muted small">{{PACKETS}}</span></p></li>{{/MILESTONE}}</ul></section>
<section class="panel stack"><h2>Certification</h2>{{#CERTIFIED}}<p>Certified by {{BY}}.</p>{{/CERTIFIED}}{{>CERTIFY}}</section>
</div>
