{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Let an instance in</h1></div>
{{#MADE}}<section class="panel" aria-labelledby="made-title" role="alert"><h2 id="made-title">The token of {{INSTANCE}}, shown this once</h2><pre class="secret" tabindex="0">{{SECRET}}</pre><p>Give it to the instance as its enrolment token ({{>UNTIL}} at the latest). Only its hash is kept: when you leave this page it cannot be shown again. Whoever has it can join the fleet as {{INSTANCE}}.</p></section>{{/MADE}}
<section class="panel stack narrow">{{>ENROL}}</section>
