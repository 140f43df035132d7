{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Board</h1><p class="muted">Every release that is on its way, what its next gate says, and what would open it.</p></div>
{{>FIRST_RUN}}
<form class="filters" method="get" action="/console" role="search" aria-label="Filter the board">
<label class="field grow"><span>Search</span><input type="search" name="q" value="{{Q}}" data-search maxlength="200"></label>
<label class="field"><span>Class</span><select name="class"><option value="">any</option>{{#CLASS}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{LABEL}}</option>{{/CLASS}}</select></label>
<label class="field"><span>State</span><select name="status">{{#STATUS}}<option value="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{LABEL}}</option>{{/STATUS}}</select></label>
<label class="field"><span>Owner</span><input name="owner" value="{{OWNER}}" maxlength="100" autocapitalize="none" spellcheck="false"></label>
<label class="tick"><input type="checkbox" name="blocked" value="true"{{#BLOCKED}} checked{{/BLOCKED}}> Only blocked</label>
<button type="submit">Filter</button>
</form>
<div id="board" class="board" data-live>
{{#COLUMN}}<section class="column" aria-labelledby="column-{{CHANNEL}}">
<h2 id="column-{{CHANNEL}}">{{LABEL}} <span class="count">{{COUNT}}</span></h2>
{{#NONE}}<p class="muted empty">Nothing here.</p>{{/NONE}}
<ul class="cards">
{{#CARD}}<li>{{>BODY}}</li>{{/CARD}}
</ul>
{{>PAGING}}
</section>{{/COLUMN}}
</div>
