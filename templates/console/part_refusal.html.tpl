{{%AUTOESCAPE context="HTML"}}<section class="refusal" role="alert" tabindex="-1" data-refusal aria-label="Refused">
<h2>{{HEADING}}</h2>
<p>{{DETAIL}}</p>
{{#ERRORS}}<ul class="errors">{{/ERRORS}}{{#ERROR}}<li><strong>{{FIELD}}</strong> {{MESSAGE}}</li>{{/ERROR}}{{#ERRORS}}</ul>{{/ERRORS}}
{{>FINDINGS}}
<p class="muted code">{{CODE}}</p>
</section>
