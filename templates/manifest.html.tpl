{{%AUTOESCAPE context="HTML"}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Manifest of {{RELEASE}}</title>
{{>STYLE}}
</head>
<body>
<main>
<header>
<p class="kind">Release Manifest</p>
<h1>{{#TITLE_GIVEN}}<bdi>{{TITLE}}</bdi>{{/TITLE_GIVEN}}<code class="release">{{RELEASE}}</code></h1>
<dl class="head">
<div><dt>Classification</dt><dd>{{CLASS}}</dd></div>
<div><dt>Description</dt><dd><bdi>{{DESCRIPTION}}</bdi></dd></div>
{{#VERSION_GIVEN}}
<div><dt>Version</dt><dd>{{VERSION}}</dd></div>
{{/VERSION_GIVEN}}
<div><dt>Data changes</dt><dd><bdi>{{DATA_CHANGES}}</bdi></dd></div>
{{#KILL_SWITCH}}
<div><dt>Kill switch</dt><dd>Feature flag <code>{{FLAG}}</code> (default: {{DEFAULT}})</dd></div>
{{/KILL_SWITCH}}
{{#NO_KILL_SWITCH}}
<div><dt>Kill switch</dt><dd>none</dd></div>
{{/NO_KILL_SWITCH}}
{{#OBSERVED}}
<div><dt>Observability</dt><dd><bdi>{{TEXT}}</bdi></dd></div>
{{/OBSERVED}}
{{#ARTIFACT}}
<div><dt>Artifact</dt><dd><code>{{TEXT}}</code></dd></div>
{{/ARTIFACT}}
{{#REQUIRED}}
<div><dt>Requires</dt><dd>{{TEXT}}</dd></div>
{{/REQUIRED}}
{{#LINK}}
<div><dt>Link</dt><dd><bdi>{{TEXT}}</bdi></dd></div>
{{/LINK}}
</dl>
</header>
<section>
<h2>Files changed</h2>
{{#NO_FILES}}
<p>None</p>
{{/NO_FILES}}
<ul>
{{#FILE}}
<li><code>{{TEXT}}</code></li>
{{/FILE}}
</ul>
</section>
{{#DATA_SAFETY}}
<section>
<h2>Data safety verification</h2>
<ul class="checklist">
{{#CHECK}}
<li class="{{#HOLDS}}holds{{/HOLDS}}{{#HOLDS_NOT}}holds-not{{/HOLDS_NOT}}"><span class="box" role="img" aria-label="{{#HOLDS}}passed{{/HOLDS}}{{#HOLDS_NOT}}not passed{{/HOLDS_NOT}}">{{#HOLDS}}&#x2611;{{/HOLDS}}{{#HOLDS_NOT}}&#x2610;{{/HOLDS_NOT}}</span>
<div><strong>{{CHECK_TITLE}}</strong><p class="detail"><bdi>{{DETAIL}}</bdi></p></div></li>
{{/CHECK}}
</ul>
</section>
{{/DATA_SAFETY}}
{{#KILL_SWITCH}}
<section>
<h2>Kill switch configuration</h2>
<dl>
<div><dt>Flag</dt><dd><code>{{FLAG}}</code></dd></div>
<div><dt>Default</dt><dd>{{DEFAULT}}</dd></div>
<div><dt>Enabled for</dt><dd>{{ENABLED_FOR}}</dd></div>
<div><dt>Activation</dt><dd><bdi>{{ACTIVATION}}</bdi></dd></div>
<div><dt>Tested</dt><dd>{{TESTED}}</dd></div>
</dl>
</section>
{{/KILL_SWITCH}}
<section>
<h2>Rollback plan</h2>
{{#NO_ROLLBACK}}
<p>None</p>
{{/NO_ROLLBACK}}
{{#ROLLBACK}}
<h3>Trigger</h3>
<ul>
{{#TRIGGER}}
<li><bdi>{{TEXT}}</bdi></li>
{{/TRIGGER}}
</ul>
<h3>Procedure</h3>
<ol>
{{#STEP}}
<li><bdi>{{TEXT}}</bdi></li>
{{/STEP}}
</ol>
<h3>Verification</h3>
<ul>
{{#VERIFICATION}}
<li><bdi>{{TEXT}}</bdi></li>
{{/VERIFICATION}}
</ul>
<h3>Data recovery</h3>
<p><bdi>{{DATA_RECOVERY}}</bdi></p>
<h3>Communication</h3>
<ul>
{{#MESSAGE}}
<li><bdi>{{TEXT}}</bdi></li>
{{/MESSAGE}}
</ul>
<dl><div><dt>Rollback owner</dt><dd><bdi>{{ROLLBACK_OWNER}}</bdi></dd></div></dl>
{{/ROLLBACK}}
</section>
<footer>
<dl class="record">
<div><dt>Manifest</dt><dd>revision {{REVISION}}, <code>sha256:{{CONTENT_HASH}}</code></dd></div>
<div><dt>Submitted</dt><dd>{{SUBMITTED_AT}} by <bdi>{{SUBMITTED_BY}}</bdi></dd></div>
</dl>
</footer>
</main>
</body>
</html>
