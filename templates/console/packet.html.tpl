{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>{{NUMBER}} {{TITLE}}</h1><p>{{>STATE}}</p><p>{{OBJECTIVE}}</p></div>
<div class="two"><div>
{{#SECTION}}<section class="panel"><h2>{{LABEL}}</h2>{{#EMPTY}}<p class="muted">Nothing.</p>{{/EMPTY}}<ul class="findings">{{#ITEM}}<li class="finding"><p>{{>STATE}} {{TEXT}}{{#TICKED}} <span class="muted small">{{BY}}</span>{{/TICKED}}</p>{{#RUN}}<details><summary>Last run {{>OUTCOME}} <span class="muted small">{{>AT}}</span></summary><p class="mono small">{{COMMAND}}</p><p class="small">Exit code {{EXIT}}, recorded by {{BY}}</p><pre class="excerpt">{{EXCERPT}}</pre></details>{{/RUN}}{{>TICK}}</li>{{/ITEM}}</ul></section>{{/SECTION}}
<section class="panel"><h2>Reviews</h2>{{#NO_REVIEWS}}<p class="muted">None yet.</p>{{/NO_REVIEWS}}<ul class="findings">{{#REVIEW}}<li class="finding"><p>{{>VERDICT}} {{#MARK}}{{>BADGE}} {{/MARK}}<span class="muted small">{{BY}} {{>AT}}</span></p>{{#MARK}}{{#BECAUSE}}<p class="small">{{REASON}}</p>{{/BECAUSE}}{{/MARK}}<p>{{FINDINGS}}</p><p class="small"><strong>Residual risk:</strong> {{RISK}}</p><p class="small"><strong>Rollback:</strong> {{ROLLBACK}}</p></li>{{/REVIEW}}</ul></section>
</div><div>
<section class="panel"><h2>Who</h2><dl class="facts"><dt>Implementer</dt><dd>{{IMPLEMENTER}}</dd><dt>Reviewer</dt><dd>{{REVIEWER}}</dd><dt>Checkpoint</dt><dd class="mono">{{CHECKPOINT}}</dd></dl></section>
{{>START}}{{>COMMIT}}<section class="panel"><h2>Scope</h2><ul class="prose-list">{{#SCOPE}}<li>{{TEXT}}</li>{{/SCOPE}}</ul><h3>Exit criteria</h3><ul>{{#CRITERION}}<li>{{TEXT}}</li>{{/CRITERION}}</ul></section>
<section class="panel stack"><h2>Review it</h2>{{#NOT_REVIEWER}}<p class="muted">Only its reviewer gives the verdict: {{WHO}}.</p>{{/NOT_REVIEWER}}{{>REVIEW_FORM}}</section>
</div></div>
