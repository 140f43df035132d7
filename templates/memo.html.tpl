{{%AUTOESCAPE context="HTML"}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{#IS_GO}}GO{{/IS_GO}}{{#IS_NO_GO}}NO-GO{{/IS_NO_GO}}{{#IS_DRAFT}}Draft{{/IS_DRAFT}} memo for {{RELEASE}}</title>
{{>STYLE}}
</head>
<body>
<main>
<header>
<p class="kind">GO/NO-GO Decision Memo{{#NUMBERED}} no. {{NUMBER}}{{/NUMBERED}}</p>
<h1>{{#TITLE_GIVEN}}<bdi>{{TITLE}}</bdi>{{/TITLE_GIVEN}}<code class="release">{{RELEASE}}</code></h1>
{{#SIMULATED}}
<p class="banner"><strong>Simulated clock.</strong> Every date in this memo is the date of a simulated clock.</p>
{{/SIMULATED}}
{{#IS_DRAFT}}
<p class="banner"><strong>Draft.</strong> Not decided, not signed. Facts as of {{READ_AT}}.</p>
{{/IS_DRAFT}}
<dl class="head">
<div><dt>Release</dt><dd><code>{{RELEASE}}</code></dd></div>
<div><dt>Classification</dt><dd>{{CLASS}}</dd></div>
<div><dt>Date</dt><dd>{{DATE}}</dd></div>
<div><dt>Target channel</dt><dd>{{TARGET}}</dd></div>
</dl>
</header>
<section class="decision{{#IS_GO}} go{{/IS_GO}}{{#IS_NO_GO}} no-go{{/IS_NO_GO}}{{#IS_DRAFT}} draft{{/IS_DRAFT}}">
<h2>Decision</h2>
{{#IS_DRAFT}}
<p class="stamp">GO / NO-GO</p>
<p>Not decided.</p>
{{/IS_DRAFT}}
{{#DECIDED}}
<p class="stamp">{{DECISION}}</p>
<p>Decided by <bdi>{{DECIDED_BY}}</bdi>, {{DECIDED_AT}}</p>
{{/DECIDED}}
</section>
<section>
<h2>Approvers</h2>
<table>
<thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Date</th><th scope="col">Approved</th></tr></thead>
<tbody>
{{#APPROVER}}
<tr><td><bdi>{{NAME}}</bdi></td><td class="short">{{ROLE}}</td><td class="short">{{DATE}}</td><td>{{SCOPE}}{{#SELF_APPROVED}} <strong>(self-approved)</strong>{{/SELF_APPROVED}}</td></tr>
{{/APPROVER}}
{{#NO_APPROVERS}}
<tr><td colspan="4">None</td></tr>
{{/NO_APPROVERS}}
</tbody>
</table>
</section>
<section>
<h2>Checklist</h2>
<ul class="checklist">
{{#ITEM}}
<li class="{{#HOLDS}}holds{{/HOLDS}}{{#HOLDS_NOT}}holds-not{{/HOLDS_NOT}}"><span class="box" role="img" aria-label="{{#HOLDS}}met{{/HOLDS}}{{#HOLDS_NOT}}not met{{/HOLDS_NOT}}">{{#HOLDS}}&#x2611;{{/HOLDS}}{{#HOLDS_NOT}}&#x2610;{{/HOLDS_NOT}}</span>
<div><strong>{{ITEM_TITLE}}</strong>{{#DETAIL_GIVEN}}<p class="detail">{{DETAIL}}</p>{{/DETAIL_GIVEN}}
<ul class="reasons">
{{#REASON}}
<li>{{TEXT}}</li>
{{/REASON}}
</ul>
</div></li>
{{/ITEM}}
</ul>
</section>
<section>
<h2>Known risks accepted</h2>
{{#NO_RISKS}}
<p>None</p>
{{/NO_RISKS}}
<dl class="risks">
{{#RISK}}
<div><dt><bdi>{{RISK_TEXT}}</bdi></dt><dd><bdi>{{RATIONALE}}</bdi></dd></div>
{{/RISK}}
</dl>
</section>
{{#RATIONALE_GIVEN}}
<section>
<h2>Rationale</h2>
<div class="words" dir="auto">
{{#PARAGRAPH}}
<p>{{#LINE}}{{TEXT}}{{#LINE_separator}}<br>{{/LINE_separator}}{{/LINE}}</p>
{{/PARAGRAPH}}
</div>
</section>
{{/RATIONALE_GIVEN}}
{{#REMEDIATION_GIVEN}}
<section>
<h2>Remediation plan</h2>
<div class="words" dir="auto">
{{#PARAGRAPH}}
<p>{{#LINE}}{{TEXT}}{{#LINE_separator}}<br>{{/LINE_separator}}{{/LINE}}</p>
{{/PARAGRAPH}}
</div>
</section>
{{/REMEDIATION_GIVEN}}
{{#NOTES_GIVEN}}
<section>
<h2>Notes</h2>
<div class="words" dir="auto">
{{#PARAGRAPH}}
<p>{{#LINE}}{{TEXT}}{{#LINE_separator}}<br>{{/LINE_separator}}{{/LINE}}</p>
{{/PARAGRAPH}}
</div>
</section>
{{/NOTES_GIVEN}}
<section>
<h2>Recorded facts</h2>
<dl class="record">
{{#STAY}}
<div><dt>Stay in {{CHANNEL}}</dt><dd>{{STAY_TEXT}}</dd></div>
{{/STAY}}
{{#INCIDENT}}
<div><dt>Incident <code>{{INCIDENT_ID}}</code></dt><dd><bdi>{{INCIDENT_TEXT}}</bdi></dd></div>
{{/INCIDENT}}
{{#NO_INCIDENTS}}
<div><dt>Incidents</dt><dd>None</dd></div>
{{/NO_INCIDENTS}}
{{#OWNED}}
<div><dt>Exposure plan owner</dt><dd><bdi>{{OWNER}}</bdi></dd></div>
{{/OWNED}}
{{#TENANTS_GIVEN}}
<div><dt>Exposure plan tenants</dt><dd>{{TENANTS}}</dd></div>
{{/TENANTS_GIVEN}}
{{#DOUBT}}
<div class="doubt"><dt>Doubt</dt><dd>{{TEXT}}</dd></div>
{{/DOUBT}}
</dl>
</section>
<section class="signatures">
<h2>Signatures</h2>
<div class="slots">
{{#SIGNATURE}}
<div class="slot"><p class="name">{{#SIGNED}}<bdi>{{NAME}}</bdi>{{/SIGNED}}{{#UNSIGNED}}&nbsp;{{/UNSIGNED}}</p><p class="role">{{ROLE}}</p><p class="when">{{#SIGNED}}Signed {{SIGNED_AT}}{{/SIGNED}}{{#UNSIGNED}}Not signed{{/UNSIGNED}}</p></div>
{{/SIGNATURE}}
</div>
</section>
<footer>
<dl class="record">
{{#CONTENT_HASHED}}
<div><dt>Signed content</dt><dd><code>sha256:{{CONTENT_HASH}}</code></dd></div>
{{/CONTENT_HASHED}}
<div><dt>Manifest</dt><dd>revision {{MANIFEST_REVISION}}, <code>sha256:{{MANIFEST_HASH}}</code></dd></div>
<div><dt>Rules</dt><dd>catalogue version {{CATALOGUE_VERSION}}</dd></div>
</dl>
</footer>
</main>
</body>
</html>
