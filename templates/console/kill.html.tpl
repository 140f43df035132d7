{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Kill tenants{{#WHOLE}} on the whole fleet{{/WHOLE}}</h1><p class="muted">Nothing has happened yet. This is what one press of the button below does, and to whom.</p></div>
{{>REFUSAL}}
{{#NOBODY}}<section class="panel"><h2>Nobody is chosen</h2><p>Choose instances on <a href="/console/fleet">the page of the fleet</a>, or <a href="/console/fleet/kill?scope=fleet">the whole fleet</a>.</p></section>{{/NOBODY}}{{#EMPTY}}<section class="panel"><h2>No instance is enrolled</h2><p>The order would reach nobody. <a href="/console/fleet">The page of the fleet</a> says how an instance joins.</p></section>{{/EMPTY}}
<p class="kill-sum"><strong>{{MEANT}}</strong> meant, with <strong>{{RECORDS}}</strong> of tenants that nobody can reach any more once they are off{{#UNCOUNTED}} (and those of {{COUNT}} that has not counted them){{/UNCOUNTED}}. No data is deleted.</p>
<div class="effects">
{{#EFFECT}}<section class="panel effect effect-{{TONE}}" aria-label="{{TITLE}}"><h2><span class="total-count">{{COUNT}}</span> {{TITLE}}</h2><p>{{SAYS}}</p>
<ul class="names">{{#WHO}}<li><span class="mono">{{ID}}</span>{{#SILENT}} <strong class="silent">silent for {{FOR}}</strong>{{/SILENT}}{{#DATA}} <span class="muted">{{TENANTS}}</span>{{/DATA}}</li>{{/WHO}}{{#OTHERS}}<li>and {{MORE}} more</li>{{/OTHERS}}</ul></section>{{/EFFECT}}
</div>
{{#FORM}}{{#ALLOWED}}<form method="post" action="/console/fleet/kill" class="confirm confirm-danger stack" data-form="kill" aria-label="Give the kill">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><input type="hidden" name="scope" value="{{SCOPE}}">
{{#CHOSEN}}<input type="hidden" name="instance" value="{{ID}}">{{/CHOSEN}}
<label class="field"><span>Reason, for the audit log and for the review that follows</span><textarea name="reason" rows="3" maxlength="2000" required>{{REASON:p}}</textarea></label>
<details><summary>How it is carried out</summary><div class="grid">
<label class="field"><span>Mode</span><select name="mode"><option value="hot">hot: in effect at once</option><option value="restart"{{#RESTART}} selected{{/RESTART}}>restart: each instance restarts</option></select></label>
<label class="field"><span>Instances at a time <span class="hint">empty: all at once</span></span><input name="batch" value="{{BATCH}}" inputmode="numeric" maxlength="6"></label>
<label class="field"><span>Watch afterwards for <span class="hint">30m, 2h; 0s: no watch</span></span><input name="watch" value="{{WATCH}}" maxlength="20"></label>
<label class="tick"><input type="checkbox" name="verify" value="true"{{#VERIFY}} checked{{/VERIFY}}> Verify every instance</label>
<label class="tick"><input type="checkbox" name="stop" value="true"{{#STOP}} checked{{/STOP}}> Stop at the first failure, with batches</label>
</div></details>
<p>A kill needs no approval. It opens a review, and there is no way back on before that review is completed and a system owner has approved.</p>
<div class="row"><button type="submit" class="danger">Kill: switch tenants off now</button> <a href="/console/fleet">Not now</a></div>
</form>{{/ALLOWED}}{{#NOT_ALLOWED}}<p class="refusal refusal-line">{{WHO}}</p>{{/NOT_ALLOWED}}{{/FORM}}
