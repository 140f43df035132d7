{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Rules</h1><p class="muted">What Portcullis holds every release to: {{SHOWN}}, catalogue version {{VERSION}}. A refusal names the rule and says what to do with the values of its case; this page says what the rule is, what it judges and what holds it besides.</p></div>
<form class="filters" method="get" action="/console/rules" role="search" aria-label="Filter the rules">
<label class="field grow"><span>Search</span><input type="search" name="q" value="{{Q}}" data-search maxlength="200"></label>
<label class="tick"><input type="checkbox" name="hard" value="true"{{#ONLY_HARD}} checked{{/ONLY_HARD}}> Only hard stops</label>
<button type="submit">Filter</button>
</form>
{{#NONE}}<div class="panel"><p>No rule is like that. <a href="/console/rules">Show all of them</a></p></div>{{/NONE}}
<div class="rules-page">
<nav class="rules-index" aria-label="Sections"><ul>
{{#ENTRY}}<li><a href="#section-{{NUMBER}}">{{SECTION_TITLE}}</a> <span class="count">{{COUNT}}</span></li>{{/ENTRY}}
</ul></nav>
<div>
{{#SECTION}}<section class="panel rules-section" id="section-{{NUMBER}}" aria-labelledby="section-{{NUMBER}}-title">
<h2 id="section-{{NUMBER}}-title">{{SECTION_TITLE}}</h2>
<p class="muted"><span class="remedy-label">What to do:</span> {{WAY_OUT}}</p>
<ul class="rule-list">
{{#RULE}}<li class="rule-entry{{#HARD_STOP}} rule-hard{{/HARD_STOP}}" id="{{ID}}" data-item tabindex="-1">
<h3><a class="rule" href="#{{ID}}" data-open>{{ID}}</a> {{TITLE}}{{#HARD_STOP}} <span class="badge badge-bad">hard stop</span>{{/HARD_STOP}}</h3>
<dl class="rule-facts">
{{#WITH_NEED}}<div><dt>Asked at</dt><dd>{{NEED}}</dd></div>{{/WITH_NEED}}
{{#WITH_JUDGES}}<div><dt>Refuses</dt><dd>{{JUDGES}}</dd></div>{{/WITH_JUDGES}}
{{#EVIDENCE}}<div><dt>Satisfied by</dt><dd>evidence for <code>{{CONTROL}}</code>, at least of tier {{TIER}}{{#WITH_AGE}}, not older than {{AGE}}{{/WITH_AGE}}{{#WITH_CLASS}}, for class {{CLASS}}{{/WITH_CLASS}}{{#MAY_NOT_APPLY}}; or not applicable, with a reason{{/MAY_NOT_APPLY}}</dd></div>{{/EVIDENCE}}
{{#WITH_HOLDER}}<div><dt>Held also by</dt><dd><code>{{HOLDER}}</code></dd></div>{{/WITH_HOLDER}}
<div><dt>Source</dt><dd>{{SOURCE}}</dd></div>
</dl>
</li>{{/RULE}}
</ul>
</section>{{/SECTION}}
</div>
</div>
