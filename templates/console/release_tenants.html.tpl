{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<p class="in-out"><span><strong>{{IN}}</strong> {{#WOULD}}would {{/WOULD}}receive it in {{CHANNEL}}</span> <span><strong>{{OUT}}</strong> {{#WOULD}}would {{/WOULD}}not</span></p>
<form class="filters" method="get" action="/console/releases/{{RELEASE}}/tenants" aria-label="Filter the tenants">
<label class="field grow"><span>Tenant</span><input type="search" name="q" value="{{Q}}" data-search maxlength="100"></label>
<label class="field"><span>Shown</span><select name="side"><option value="">all</option><option value="in"{{#SIDE_IN}} selected{{/SIDE_IN}}>those who receive it</option><option value="out"{{#SIDE_OUT}} selected{{/SIDE_OUT}}>those who do not</option></select></label>
<label class="field"><span>As if in</span><select name="channel">{{#CHANNEL_CHOICE}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{VALUE}}</option>{{/CHANNEL_CHOICE}}</select></label>
<button type="submit">Show</button>
</form>
<div id="release-tenants" data-live="{{RELEASE}} consent. tenant.">
<table class="table"><caption class="visually-hidden">Tenants, whether they receive the release, and why</caption><thead><tr><th scope="col">Tenant</th><th scope="col">Kind</th><th scope="col">State</th><th scope="col">Why</th></tr></thead><tbody>
{{#ROW}}<tr><th scope="row">{{TENANT}}</th><td data-label="Kind">{{KIND}}</td><td data-label="State">{{>STATE}}</td><td data-label="Why">{{REASON}}{{#NOWHERE}} <span class="badge badge-waiting">hosted nowhere that is known of</span>{{/NOWHERE}}</td></tr>{{/ROW}}
</tbody></table>
{{#NONE}}<p class="muted empty">No tenant fits.</p>{{/NONE}}
{{>PAGING}}
</div>
