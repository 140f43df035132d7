{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<div class="two">
<div class="stack" id="rollbacks" data-live="{{RELEASE}}">
{{#NONE}}<section class="panel"><h2>It was never rolled back</h2><p class="muted">Its plan is in the manifest: who may, on which triggers, in which steps.</p></section>{{/NONE}}
{{#ROLLBACK}}<section class="panel stack" id="{{ID}}"><h2>{{>STATE}} <span dir="auto">{{REASON}}</span></h2>
<p class="small muted">{{>AT}} by {{BY}}, {{AUTHORITY}}{{#APPROVED}}, approved by {{WHO}}{{/APPROVED}}{{#INCIDENT}} · <a href="/console/incidents/{{ID}}">incident</a>{{/INCIDENT}}{{#OPERATION}} · <a href="/console/operations/{{ID}}">the instances</a>{{/OPERATION}}{{#WATCHED}} · watched until {{>UNTIL}}{{/WATCHED}}</p>
{{#NOTE}}<p class="small" dir="auto">{{TEXT}}</p>{{/NOTE}}
<ol class="findings">{{#STEP}}<li class="finding stack" value="{{N}}"><p>{{>STATE}} <strong dir="auto">{{TEXT}}</strong> <span class="muted small">{{KIND}}{{#DUE}}, due {{>AT}}{{/DUE}}{{#SENT}}, sent {{>AT}}{{/SENT}}</span></p>{{#DONE}}<p class="small" dir="auto">{{EVIDENCE}} <span class="muted">{{BY}} {{>AT}}</span></p>{{/DONE}}{{>FINISH}}</li>{{/STEP}}</ol>
{{>END}}</section>{{/ROLLBACK}}
{{>PAGING}}
</div>
<div>{{#BEGIN}}<section class="panel stack"><h2>Take it back</h2>{{>APPROVE}}{{>START}}</section>{{/BEGIN}}</div>
</div>
