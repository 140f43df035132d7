{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Clock</h1><p class="muted">The time that every rule, stay and deadline uses.</p></div>
<section class="panel" aria-labelledby="now-title" id="clock" data-live="clock.">
<h2 id="now-title">It is {{>NOW}}</h2>
{{#REAL}}<p>This controller uses the real clock, which nobody moves. A simulated one needs a database of its own, made by <code>portcullisd --simulated-clock</code> on an empty data directory.</p>{{/REAL}}
{{#SIMULATED_ONE}}{{>ADVANCE}}{{/SIMULATED_ONE}}
</section>
