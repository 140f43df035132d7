{{%AUTOESCAPE context="HTML"}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Exposure plan of {{RELEASE}}</title>
{{>STYLE}}
</head>
<body>
<main>
<header>
<p class="kind">Tenant Exposure Plan</p>
<h1>{{#TITLE_GIVEN}}<bdi>{{TITLE}}</bdi>{{/TITLE_GIVEN}}<code class="release">{{RELEASE}}</code></h1>
<dl class="head">
<div><dt>Classification</dt><dd>{{CLASS}}</dd></div>
<div><dt>Experimental tenants</dt><dd>{{TENANTS}}</dd></div>
<div><dt>Opt-in method</dt><dd><bdi>{{OPT_IN}}</bdi></dd></div>
<div><dt>Start date</dt><dd>{{START}}</dd></div>
<div><dt>Minimum duration</dt><dd>{{MINIMUM}}</dd></div>
{{#MAXIMUM_GIVEN}}
<div><dt>Maximum duration</dt><dd>{{MAXIMUM}}</dd></div>
{{/MAXIMUM_GIVEN}}
<div><dt>Owner</dt><dd><bdi>{{OWNER}}</bdi></dd></div>
{{#APPROVAL}}
<div><dt>Approved by</dt><dd><bdi>{{NAME}}</bdi>, {{DATE}}{{#SELF_APPROVED}} <strong>(self-approved)</strong>{{/SELF_APPROVED}}</dd></div>
{{/APPROVAL}}
{{#NOT_APPROVED}}
<div><dt>Approved by</dt><dd>nobody</dd></div>
{{/NOT_APPROVED}}
</dl>
</header>
<section>
<h2>Exit criteria</h2>
{{#NO_CRITERIA}}
<p>None</p>
{{/NO_CRITERIA}}
<ul>
{{#CRITERION}}
<li><bdi>{{TEXT}}</bdi></li>
{{/CRITERION}}
</ul>
</section>
{{#CONSENTS}}
<section>
<h2>Consents</h2>
<dl class="record">
{{#CONSENT}}
<div><dt>{{TENANT}}</dt><dd><bdi>{{TEXT}}</bdi></dd></div>
{{/CONSENT}}
</dl>
</section>
{{/CONSENTS}}
<footer>
<dl class="record">
<div><dt>Plan</dt><dd>revision {{REVISION}}, <code>sha256:{{CONTENT_HASH}}</code></dd></div>
</dl>
</footer>
</main>
</body>
</html>
