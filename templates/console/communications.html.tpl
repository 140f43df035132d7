{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Communication plan</h1><p class="muted" dir="auto">{{SUBJECT_TITLE}}</p><p class="muted">Whom this {{KIND}} is to be told of, what and by when. Who is due is sent to subscribers; that they were told is for a person to say.</p></div>
<div class="two">
<section class="panel" id="communications" data-live="{{KIND}}." aria-labelledby="entries-title"><h2 id="entries-title">Entries</h2>
{{#NONE}}<p class="muted">Nobody is planned to be told yet.</p>{{/NONE}}
<ol class="findings">{{#ENTRY}}<li class="finding stack" value="{{N}}"><p>{{>STATE}} <strong dir="auto">{{WHO}}</strong> <span class="muted small">{{#STAGE}}within {{WITHIN}} of entering stage {{STAGE_N}}{{/STAGE}}{{#DUE}} due {{>AT}}{{/DUE}}{{#SENT}}, sent {{>AT}}{{/SENT}}</span></p>
<p dir="auto">{{TEXT}}</p>
{{#RECORDED}}<p class="small" dir="auto">{{NOTE}} <span class="muted">{{BY}} {{>AT}}</span></p>{{/RECORDED}}
<p class="small muted">planned by {{ADDED_BY}} {{>ADDED_AT}}</p>{{>RECORD}}</li>{{/ENTRY}}</ol>
</section>
<section class="panel stack">{{>PLAN}}</section>
</div>
