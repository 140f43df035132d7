{{%AUTOESCAPE context="HTML"}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{DONE}} of {{TOTAL}}: {{WHAT}}, {{ID}}</title>
{{>STYLE}}
</head>
<body>
<main>
<header>
<p class="kind">Operation Report</p>
<h1><bdi>{{WHAT}}</bdi><code class="release">{{ID}}</code></h1>
{{#SIMULATED}}
<p class="banner"><strong>Simulated clock.</strong> Dates in this document are those of a simulated clock; spans are real.</p>
{{/SIMULATED}}
{{#OPEN}}
<p class="banner"><strong>Not over.</strong> The operation goes on; this is what is known so far.</p>
{{/OPEN}}
</header>
<section class="decision{{#IS_GO}} go{{/IS_GO}}{{#IS_NO_GO}} no-go{{/IS_NO_GO}}{{#IS_DRAFT}} draft{{/IS_DRAFT}}">
<h2>Verdict</h2>
<p class="stamp">{{DONE}} of {{TOTAL}}</p>
<p><bdi>{{VERDICT}}</bdi></p>
{{#AS_OF_GIVEN}}
<p>As of {{AS_OF}}.</p>
{{/AS_OF_GIVEN}}
</section>
{{#ALARMS}}
<section class="decision no-go">
<h2>Not as ordered</h2>
{{#ALARM}}
<p><strong><bdi>{{INSTANCE_NAME}}</bdi></strong> <span class="failed">{{OUTCOME}}</span></p>
<p>{{CONSEQUENCE}}{{#WHY_GIVEN}} <bdi>{{WHY}}</bdi>{{/WHY_GIVEN}}</p>
{{/ALARM}}
</section>
{{/ALARMS}}
<section>
<h2>Order</h2>
<dl class="head">
<div><dt>Ordered by</dt><dd><bdi>{{ORDERED_BY}}</bdi></dd></div>
<div><dt>At</dt><dd>{{ORDERED_AT}}</dd></div>
{{#JOURNAL_GIVEN}}
<div><dt>Journal</dt><dd><bdi>{{JOURNAL}}</bdi></dd></div>
{{/JOURNAL_GIVEN}}
<div><dt>Scope</dt><dd><bdi>{{SCOPE}}</bdi></dd></div>
<div><dt>Mode</dt><dd>{{MODE}}</dd></div>
<div><dt>Verification</dt><dd>{{VERIFICATION}}</dd></div>
<div><dt>Watch</dt><dd>{{WATCH}}</dd></div>
<div><dt>Status</dt><dd>{{STATUS}}</dd></div>
</dl>
{{#REASON_GIVEN}}
<h3>Reason</h3>
<div class="words" dir="auto">
{{#PARAGRAPH}}
<p>{{#LINE}}{{TEXT}}{{#LINE_separator}}<br>{{/LINE_separator}}{{/LINE}}</p>
{{/PARAGRAPH}}
</div>
{{/REASON_GIVEN}}
</section>
<section>
<h2>Instances</h2>
<dl class="head">
{{#COUNT}}
<div><dt>{{COUNT_OUTCOME}}</dt><dd>{{COUNT_VALUE}}</dd></div>
{{/COUNT}}
{{#TIMING}}
<div><dt>{{TIMING_NAME}}</dt><dd>{{TIMING_VALUE}}</dd></div>
{{/TIMING}}
</dl>
{{#NO_INSTANCES}}
<p>None</p>
{{/NO_INSTANCES}}
<table>
<thead><tr><th scope="col">Instance</th><th scope="col">Outcome</th><th scope="col">Applied after</th><th scope="col">Verified after</th><th scope="col">Boot before</th><th scope="col">Boot</th></tr></thead>
<tbody>
{{#INSTANCE}}
<tr><td><bdi>{{INSTANCE_NAME}}</bdi></td><td class="short">{{OUTCOME}}</td><td class="short">{{APPLIED_AFTER}}</td><td class="short">{{VERIFIED_AFTER}}</td><td><code>{{BOOT_BEFORE}}</code></td><td><code>{{BOOT_ID}}</code></td></tr>
{{/INSTANCE}}
</tbody>
</table>
</section>
{{#WATCH_RESULT_GIVEN}}
<section>
<h2>Watch</h2>
<p><bdi>{{WATCH_RESULT}}</bdi></p>
</section>
{{/WATCH_RESULT_GIVEN}}
<section>
<h2>Evidence</h2>
{{#PART}}
<h3><bdi>{{INSTANCE_NAME}}</bdi>: {{OUTCOME}}</h3>
{{#WHY_GIVEN}}
<p><bdi>{{WHY}}</bdi></p>
{{/WHY_GIVEN}}
<dl class="head">
{{#ORDERED}}
<div><dt>Order</dt><dd>generation {{GENERATION}}</dd></div>
{{/ORDERED}}
<div><dt>Process before</dt><dd><bdi>{{PROCESS_BEFORE}}</bdi></dd></div>
<div><dt>Process</dt><dd><bdi>{{PROCESS_NOW}}</bdi></dd></div>
<div><dt>Tenant data before</dt><dd><bdi>{{DATA_BEFORE}}</bdi></dd></div>
<div><dt>Tenant data after</dt><dd><bdi>{{DATA_AFTER}}</bdi></dd></div>
{{#PART_WATCH_GIVEN}}
<div><dt>Watch</dt><dd><bdi>{{PART_WATCH}}</bdi></dd></div>
{{/PART_WATCH_GIVEN}}
</dl>
{{#NO_STEPS}}
<p>Nothing is on record: it said nothing about this order.</p>
{{/NO_STEPS}}
<ul class="checklist">
{{#STEP}}
<li class="{{#HOLDS}}holds{{/HOLDS}}{{#HOLDS_NOT}}holds-not{{/HOLDS_NOT}}"><span class="box" role="img" aria-label="{{#HOLDS}}passed{{/HOLDS}}{{#HOLDS_NOT}}not passed{{/HOLDS_NOT}}">{{#HOLDS}}&#x2611;{{/HOLDS}}{{#HOLDS_NOT}}&#x2610;{{/HOLDS_NOT}}</span>
<div><strong><bdi>{{STEP_NAME}}</bdi>: {{STEP_OUTCOME}}</strong><p class="detail">{{STEP_AT}}{{#DETAIL_GIVEN}}: <bdi>{{DETAIL}}</bdi>{{/DETAIL_GIVEN}}</p>
<ul>
{{#CHECK}}
<li><strong>{{CHECK_OUTCOME}}</strong> <code>{{CHECK_WHAT}}</code>{{#CHECK_WITH_GIVEN}}, <bdi>{{CHECK_WITH}}</bdi>{{/CHECK_WITH_GIVEN}}: expected <bdi>{{CHECK_EXPECTED}}</bdi>, got <bdi>{{CHECK_GOT}}</bdi>
{{#EXCERPT_GIVEN}}
<br><code>{{EXCERPT}}</code>
{{/EXCERPT_GIVEN}}
</li>
{{/CHECK}}
{{#FACT}}
<li><bdi>{{FACT_NAME}}</bdi>: <code>{{FACT_VALUE}}</code></li>
{{/FACT}}
{{#LEFT_OUT}}
<li>and {{LEFT_OUT_COUNT}} more in the JSON of this report</li>
{{/LEFT_OUT}}
</ul>
</div></li>
{{/STEP}}
</ul>
{{/PART}}
</section>
<section>
<h2>Governance</h2>
<dl class="head">
{{#APPROVAL_GIVEN}}
<div><dt>Approval</dt><dd><bdi>{{APPROVAL}}</bdi></dd></div>
{{/APPROVAL_GIVEN}}
{{#REVIEW_GIVEN}}
<div><dt>Review of the kill</dt><dd><bdi>{{REVIEW}}</bdi></dd></div>
{{/REVIEW_GIVEN}}
{{#WAY_BACK_GIVEN}}
<div><dt>The way back on</dt><dd>{{WAY_BACK}}</dd></div>
{{/WAY_BACK_GIVEN}}
{{#AUDIT}}
<div><dt>Audit</dt><dd>entries {{AUDIT_FIRST}} to {{AUDIT_LAST}}, {{AUDIT_ENTRIES}} of this operation among them</dd></div>
{{/AUDIT}}
{{#NO_AUDIT}}
<div><dt>Audit</dt><dd>no entry yet</dd></div>
{{/NO_AUDIT}}
</dl>
{{#FINDINGS_GIVEN}}
<h3>Findings</h3>
<div class="words" dir="auto">
{{#PARAGRAPH}}
<p>{{#LINE}}{{TEXT}}{{#LINE_separator}}<br>{{/LINE_separator}}{{/LINE}}</p>
{{/PARAGRAPH}}
</div>
{{/FINDINGS_GIVEN}}
</section>
<footer>
<p>Content <code>sha256:{{CONTENT_HASH}}</code>: the SHA-256 of this report's JSON, byte for byte.</p>
</footer>
</main>
</body>
</html>
