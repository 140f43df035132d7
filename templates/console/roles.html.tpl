{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Roles</h1><p class="muted">Who was proposed, who holds what, and who decided. Nobody gives themselves a role, and roles that approve need two people.</p></div>
<form class="filters" method="get" action="/console/roles" role="search" aria-label="Filter grants">
<label class="field grow"><span>Of whom</span><input type="search" name="principal" value="{{PRINCIPAL}}" data-search maxlength="200"></label>
<label class="field"><span>State</span><select name="status"><option value="">any</option>{{#STATUS}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/STATUS}}</select></label>
<button type="submit">Filter</button>
</form>
<section class="panel" id="roles" data-live="role." aria-label="Grants">
{{#NONE}}<p class="empty">No grant is like that.</p>{{/NONE}}
<ul class="findings">{{#GRANT}}<li class="finding stack" data-item><p>{{>STATE}} <strong class="mono">{{ROLE}}</strong> of <span class="mono">{{WHO}}</span></p><p class="small muted">proposed by {{BY}} {{>AT}}{{#DECIDED}}, decided by {{BY}} {{>AT}}{{/DECIDED}}{{#REVOKED}}, taken away by {{BY}} {{>AT}}{{/REVOKED}}</p>{{#NOT_YOURS}}<p class="small muted">{{WHO}}</p>{{/NOT_YOURS}}{{>CONFIRM}}{{>REJECT}}{{>REVOKE}}</li>{{/GRANT}}</ul>
{{>PAGING}}
</section>
