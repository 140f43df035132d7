{{%AUTOESCAPE context="HTML"}}<header class="release-head">
<div class="release-name">
<h1 dir="auto">{{TITLE}}</h1>
<p class="release-marks"><code>{{ID}}</code> {{>CLASS}} {{>STATUS}} <span class="muted">by {{AUTHOR}}</span></p>
</div>
<div class="release-way">
<ol class="track" aria-label="Channels">
{{#STEP}}<li class="track-{{STATE}}"{{#HERE}} aria-current="step"{{/HERE}}><span>{{LABEL}}</span><span class="visually-hidden"> ({{STATE}})</span></li>{{/STEP}}
</ol>
<p class="release-since">In {{CHANNEL}} since {{>ENTERED}} {{>SOAK}}</p>
</div>
<nav class="tabs" aria-label="Release"><ul>
{{#TAB}}<li><a href="{{PATH}}"{{#CURRENT}} aria-current="page"{{/CURRENT}}>{{LABEL}}</a></li>{{/TAB}}
</ul></nav>
</header>
