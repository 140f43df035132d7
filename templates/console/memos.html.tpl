{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
{{#ACTIVE}}<p class="row"><a class="button" href="/console/releases/{{RELEASE}}/memos/draft?for=candidate">Draft for candidate</a> <a class="button" href="/console/releases/{{RELEASE}}/memos/draft?for=stable">Draft for stable</a></p>{{/ACTIVE}}
{{#NONE}}<section class="panel"><p class="muted">Nothing is decided yet. A draft shows what the facts give now.</p></section>{{/NONE}}
<ul class="cards">
{{#MEMO}}<li class="card" data-item><h2><a href="/console/releases/{{RELEASE}}/memos/{{NUMBER}}" data-open>Memo {{NUMBER}} for {{TARGET}}</a></h2><p>{{>DECISION}} {{>SIGNED}}{{#OLDER}} <span class="badge">a newer one is in its place</span>{{/OLDER}}</p><p class="muted">{{BY}}, {{>AT}}</p></li>{{/MEMO}}
</ul>
{{>PAGING}}
