{{%AUTOESCAPE context="HTML"}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Timeline of {{RELEASE}}</title>
{{>STYLE}}
</head>
<body>
<main>
<header>
<p class="kind">Release Timeline</p>
<h1>{{#TITLE_GIVEN}}<bdi>{{TITLE}}</bdi>{{/TITLE_GIVEN}}<code class="release">{{RELEASE}}</code></h1>
{{#SIMULATED}}
<p class="banner"><strong>Simulated clock.</strong> Every date in this document is the date of a simulated clock.</p>
{{/SIMULATED}}
{{#STATE_GIVEN}}
<p>{{STATE}}</p>
{{/STATE_GIVEN}}
</header>
<section>
<h2>What happened</h2>
{{#NO_ENTRIES}}
<p>Nothing yet.</p>
{{/NO_ENTRIES}}
<table>
<thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Audit</th></tr></thead>
<tbody>
{{#ENTRY}}
<tr><td class="short">{{AT}}</td><td><bdi>{{ACTOR}}</bdi></td><td><code>{{ACTION}}</code>{{#REFUSED}} <span class="failed">refused</span>{{/REFUSED}}<br><bdi>{{TEXT}}</bdi>
<ul class="reasons">
{{#REASON}}
<li><bdi>{{REASON_TEXT}}</bdi></li>
{{/REASON}}
</ul>
</td><td>{{#AUDITED}}{{AUDIT_NUMBER}}{{/AUDITED}}</td></tr>
{{/ENTRY}}
</tbody>
</table>
</section>
</main>
</body>
</html>
