{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Flags that are killed</h1><p class="muted">A release's flag can be killed by itself: it goes off everywhere, and everything else stays as it is. To shut tenants out altogether is <a href="/console/fleet">the kill</a>.</p></div>
<div class="two">
<section class="panel stack" aria-labelledby="flags-title" id="flags" data-live="flag. kill."><h2 id="flags-title">In force</h2>
{{#NONE}}<p class="empty">No flag is killed.</p>{{/NONE}}
<ul class="findings">{{#KILL}}<li class="finding finding-bad stack" data-item><h3 class="mono">{{FLAG}}</h3><p dir="auto">{{REASON}}</p><p class="small muted">by {{BY}} {{>AT}} · <a href="/console/operations/{{OPERATION}}" data-open>what it came to</a></p>{{>APPROVE}}{{>LIFT}}</li>{{/KILL}}</ul>
<p class="small">Reviews of kills that are still open: <a href="/console/fleet/way-back">the way back on</a>.</p></section>
<section class="panel stack">{{>KILL_FORM}}</section>
</div>
