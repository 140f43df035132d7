{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>{{TITLE}}</h1><p>{{>SEVERITY}} {{>STATE}} <span class="muted">opened {{>OPENED}} by {{BY}}</span></p></div>
<div class="two"><div id="incident" data-live="incident">
<section class="panel"><h2>What is known</h2><p class="pre">{{DESCRIPTION}}</p>{{#RESOLVED}}<p><strong>Resolved:</strong> {{RESOLUTION}}</p>{{/RESOLVED}}
<dl class="facts">{{#CONCERN}}<dt>{{KIND}}</dt><dd><a href="{{PATH}}">{{SUBJECT}}</a></dd>{{/CONCERN}}{{#CLOCK}}<dt>{{WHAT}}</dt><dd{{#LATE}} class="clock-late"{{/LATE}}>{{>DUE}}{{#LATE}}, ran out{{/LATE}}</dd>{{/CLOCK}}</dl><p class="small"><a href="/console/incidents/{{ID}}/communications">Whom it is told to, and when</a></p></section>
<section class="panel"><h2>What happened</h2><ol class="timeline">{{#EVENT}}<li><strong>{{KIND}}</strong> <span class="muted small">{{>AT}}, {{ACTOR}}</span>{{#DETAIL}}<p class="small"><span class="muted">{{NAME}}:</span> {{VALUE}}</p>{{/DETAIL}}</li>{{/EVENT}}</ol></section>
</div><div>
{{#ACTS}}<section class="panel stack"><h2>What can be done</h2>{{>ACKNOWLEDGE}}{{>CONTAIN}}{{>NOTE}}{{>SEVERE}}{{>RESOLVE}}</section>{{/ACTS}}
</div></div>
