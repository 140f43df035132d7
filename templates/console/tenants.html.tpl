{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Tenants × releases</h1><p class="muted">Who receives which release in the channel it is in now, and why or why not. Point at a cell for the whole sentence, or open the tenant.</p></div>
<form class="filters" method="get" action="/console/tenants" role="search" aria-label="Filter tenants and releases">
<label class="field grow"><span>Tenant</span><input type="search" name="q" value="{{Q}}" data-search maxlength="200"></label>
<label class="field"><span>Kind</span><select name="kind"><option value="">any</option>{{#KIND}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/KIND}}</select></label>
<label class="field grow"><span>Release</span><input type="search" name="release" value="{{RELEASE}}" maxlength="200"></label>
<label class="field"><span>Channel</span><select name="channel"><option value="">any</option>{{#CHANNEL}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/CHANNEL}}</select></label>
<label class="tick"><input type="checkbox" name="inactive" value="true"{{#INACTIVE_TOO}} checked{{/INACTIVE_TOO}}> Inactive, too</label>
<button type="submit">Filter</button>{{#FILTERED}} <a class="button" href="{{ALL}}">All</a>{{/FILTERED}}
</form>
{{>LEGEND}}
{{#NO_TENANT}}<div class="panel"><p>No tenant is like that. A tenant is registered below, or with <code>portcullis tenant add</code>.</p></div>{{/NO_TENANT}}
{{#NO_RELEASE}}<p class="muted">No active release is like that.</p>{{/NO_RELEASE}}
{{#MATRIX}}<div id="matrix" class="matrix-frame scroll" role="region" tabindex="0" aria-label="Tenants and releases" data-live>
<table class="matrix">
<caption class="visually-hidden">Tenants in rows, active releases in columns</caption>
<thead><tr><th scope="col">Tenant</th>{{#COLUMN}}<th scope="col"><a class="name" href="/console/releases/{{ID}}/exposure">{{TITLE}}</a><span class="sub mono">{{ID}}</span><br><span class="badge badge-plain">{{CHANNEL_NAME}}</span>{{#DRIFTS}} <span class="badge badge-bad">drift</span>{{/DRIFTS}}</th>{{/COLUMN}}</tr></thead>
<tbody>
{{#ROW}}<tr data-item><th scope="row"><a class="name" href="/console/tenants/{{TENANT}}" data-open>{{NAME}}</a><span class="sub"><span class="mono">{{TENANT}}</span> · {{TENANT_KIND}}{{#STABLE_ONLY}} · stable only{{/STABLE_ONLY}}{{#NOT_ACTIVE}} · inactive{{/NOT_ACTIVE}}</span></th>{{#CELL}}<td>{{>BODY}}{{#CONSENT}}<a class="sub" href="/console/tenants/{{TENANT}}#consents">consent {{CONSENT_STATE}}</a>{{/CONSENT}}</td>{{/CELL}}</tr>
{{/ROW}}
</tbody>
</table>
</div>{{/MATRIX}}
<div class="row">{{>PAGING}}<nav class="paging" aria-label="Pages of releases">{{#FIRST_RELEASES}}<a href="{{PATH}}">First releases</a>{{/FIRST_RELEASES}}{{#MORE_RELEASES}}<a href="{{PATH}}">More releases ›</a>{{/MORE_RELEASES}}</nav></div>
<section class="panel" aria-labelledby="register-title">
<h2 id="register-title">Register a tenant</h2>
{{#REGISTER}}{{>REFUSAL}}<form method="post" action="/console/tenants" data-form="register">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<div class="filters">
<label class="field"><span>Id</span><input name="id" value="{{NEW_ID}}" required maxlength="63" autocapitalize="none" spellcheck="false"></label>
<label class="field grow"><span>Name</span><input name="name" value="{{NEW_NAME}}" required maxlength="200"></label>
<label class="field"><span>Kind</span><select name="kind">{{#NEW_KIND}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/NEW_KIND}}</select></label>
<label class="field"><span>Receives</span><select name="channel_preference">{{#NEW_PREFERENCE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/NEW_PREFERENCE}}</select></label>
<button type="submit" class="primary">Register</button>
</div></form>{{/REGISTER}}
{{#REGISTER_NOT}}<p class="muted">{{REGISTER_WHO}}</p>{{/REGISTER_NOT}}
</section>
