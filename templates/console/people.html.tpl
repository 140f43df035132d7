{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>People</h1><p class="muted">Users and components, the roles they hold now, and what lets them in. <a href="/console/roles?status=proposed">Roles that wait for a decision</a></p></div>
<form class="filters" method="get" action="/console/people" role="search" aria-label="Filter people">
<label class="field grow"><span>Id or name</span><input type="search" name="q" value="{{Q}}" data-search maxlength="200"></label>
<label class="field"><span>Role</span><select name="role"><option value="">any</option>{{#ROLE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/ROLE}}</select></label>
<button type="submit">Filter</button>
</form>
{{#NONE}}<p class="empty">Nobody is like that.</p>{{/NONE}}
{{#PEOPLE}}<table class="table"><thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">State</th><th scope="col">Roles</th></tr></thead><tbody>{{/PEOPLE}}
{{#PERSON}}<tr data-item><td data-label="Name"><a href="/console/people/{{ID}}" data-open>{{NAME}}</a><br><span class="mono muted">{{ID}}</span></td><td data-label="Kind">{{KIND}}</td><td data-label="State">{{>STATE}}</td><td data-label="Roles">{{ROLES}}</td></tr>{{/PERSON}}
{{#PEOPLE}}</tbody></table>{{/PEOPLE}}
{{>PAGING}}
<section class="panel after narrow">{{>REGISTER}}</section>
