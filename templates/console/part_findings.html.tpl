{{%AUTOESCAPE context="HTML"}}<ul class="findings">
{{#FINDING}}<li class="finding finding-{{TONE}}">
<p class="finding-head"><span class="badge badge-{{TONE}}">{{KIND}}</span> <a class="rule" href="/console/rules#{{RULE}}" title="{{RULE_TITLE}}">{{RULE}}</a>{{#HARD_STOP}} <span class="badge badge-bad">hard stop</span>{{/HARD_STOP}}{{#WITH_SUBJECT}} <span class="subject">{{SUBJECT}}</span>{{/WITH_SUBJECT}}</p>
<p class="finding-text">{{MESSAGE}}</p>
{{#WITH_REMEDY}}<p class="remedy"><span class="remedy-label">What to do:</span> {{REMEDY}}{{#WITH_LINK}} <a class="remedy-link" href="{{PATH}}">{{LABEL}}</a>{{/WITH_LINK}}</p>{{/WITH_REMEDY}}
{{#WITH_END}}<p class="muted">Ends by itself {{>ENDS_AT}}</p>{{/WITH_END}}
</li>{{/FINDING}}
{{#OTHERS}}<li class="finding"><p><strong>{{COUNT}} more</strong> of <a class="rule" href="/console/rules#{{RULE}}">{{RULE}}</a>{{#WITH_SUBJECTS}}: <span class="subject">{{SUBJECTS}}</span>{{/WITH_SUBJECTS}}</p></li>{{/OTHERS}}
</ul>
