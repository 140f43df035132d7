{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Inbox</h1><p class="muted">What waits for you and your roles, the oldest first. What the rules would refuse to you is not here.</p></div>
<div id="inbox" data-live>
{{#EMPTY}}<p class="panel">Nothing waits for you.</p>{{/EMPTY}}
<ol class="cards" aria-label="Waiting for you">
{{#ITEM}}<li class="card" data-item>
<h2><a href="{{PATH}}" data-open>{{WHAT}}</a></h2>
<p>{{>KIND}} <span dir="auto">{{TITLE}}</span> <code>{{SUBJECT}}</code></p>
<p class="muted">Since {{>SINCE}}{{#DUE}}, due {{>AT}}{{#LATE}} <span class="badge badge-bad">late</span>{{/LATE}}{{/DUE}}</p>
</li>{{/ITEM}}
</ol>
{{#LEFT_OUT}}<p class="muted">{{SAYS}} could not be looked at this time. Load the page again for the rest.</p>{{/LEFT_OUT}}
</div>
