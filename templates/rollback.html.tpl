{{%AUTOESCAPE context="HTML"}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Rollback of {{RELEASE}}</title>
{{>STYLE}}
</head>
<body>
<main>
<header>
<p class="kind">Rollback Report</p>
<h1>{{#TITLE_GIVEN}}<bdi>{{TITLE}}</bdi>{{/TITLE_GIVEN}}<code class="release">{{RELEASE}}</code></h1>
{{#SIMULATED}}
<p class="banner"><strong>Simulated clock.</strong> Every date in this document is the date of a simulated clock.</p>
{{/SIMULATED}}
<dl class="head">
<div><dt>Classification</dt><dd>{{CLASS}}</dd></div>
<div><dt>Rollback</dt><dd><code>{{ID}}</code></dd></div>
<div><dt>Authority</dt><dd><bdi>{{AUTHORITY}}</bdi></dd></div>
{{#APPROVED_GIVEN}}
<div><dt>Approved by</dt><dd><bdi>{{APPROVED_BY}}</bdi></dd></div>
{{/APPROVED_GIVEN}}
{{#INCIDENT_GIVEN}}
<div><dt>Incident</dt><dd><code>{{INCIDENT}}</code></dd></div>
{{/INCIDENT_GIVEN}}
<div><dt>Started</dt><dd><bdi>{{STARTED}}</bdi></dd></div>
<div><dt>Watch</dt><dd>{{WATCH}}</dd></div>
</dl>
</header>
<section class="decision{{#IS_GO}} go{{/IS_GO}}{{#IS_NO_GO}} no-go{{/IS_NO_GO}}{{#IS_DRAFT}} draft{{/IS_DRAFT}}">
<h2>Outcome</h2>
<p class="stamp">{{OUTCOME}}</p>
{{#FINISHED_GIVEN}}
<p>Finished <bdi>{{FINISHED}}</bdi></p>
{{/FINISHED_GIVEN}}
</section>
{{#REASON_GIVEN}}
<section>
<h2>Reason</h2>
<div class="words" dir="auto">
{{#PARAGRAPH}}
<p>{{#LINE}}{{TEXT}}{{#LINE_separator}}<br>{{/LINE_separator}}{{/LINE}}</p>
{{/PARAGRAPH}}
</div>
</section>
{{/REASON_GIVEN}}
<section>
<h2>Steps</h2>
{{#NO_STEPS}}
<p>None</p>
{{/NO_STEPS}}
<ul class="checklist">
{{#STEP}}
<li class="{{#HOLDS}}holds{{/HOLDS}}{{#HOLDS_NOT}}holds-not{{/HOLDS_NOT}}"><span class="box" role="img" aria-label="{{#HOLDS}}done{{/HOLDS}}{{#HOLDS_NOT}}not done{{/HOLDS_NOT}}">{{#HOLDS}}&#x2611;{{/HOLDS}}{{#HOLDS_NOT}}&#x2610;{{/HOLDS_NOT}}</span>
<div><strong>{{KIND}}: <bdi>{{TEXT}}</bdi></strong><p class="detail"><bdi>{{DETAIL}}</bdi></p></div></li>
{{/STEP}}
</ul>
</section>
{{#OUTCOME_REASON_GIVEN}}
<section>
<h2>Outcome reason</h2>
<div class="words" dir="auto">
{{#PARAGRAPH}}
<p>{{#LINE}}{{TEXT}}{{#LINE_separator}}<br>{{/LINE_separator}}{{/LINE}}</p>
{{/PARAGRAPH}}
</div>
</section>
{{/OUTCOME_REASON_GIVEN}}
</main>
</body>
</html>
