{{%AUTOESCAPE context="HTML"}}<article class="card card-{{TONE}}" data-item{{#LATER}} data-later{{/LATER}}>
<h3><a href="/console/releases/{{ID}}" data-open>{{TITLE}}</a></h3>
<p class="card-id">{{ID}}</p>
<p class="card-marks">{{>CLASS}} {{>VERDICT}}{{#INCIDENTS}} <span class="badge badge-bad">{{TEXT}}</span>{{/INCIDENTS}}{{#STOPS}} <span class="badge badge-bad">{{TEXT}}</span>{{/STOPS}}</p>
<div class="card-soak">{{>RING}}</div>
{{#REASON}}<p class="card-reason"><a class="rule" href="/console/rules#{{RULE}}">{{RULE}}</a> {{TEXT}}</p>{{/REASON}}
{{#MORE}}<p class="muted">{{TEXT}}</p>{{/MORE}}
{{#EARLIEST}}<p class="muted">To {{TO}} at the earliest {{>AT}}</p>{{/EARLIEST}}
<p class="card-owner muted">{{OWNER}}</p>
</article>
