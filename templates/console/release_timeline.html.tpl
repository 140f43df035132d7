{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<div id="timeline" class="panel" data-live="{{RELEASE}}">
<h2>Everything that happened, newest first</h2>
<ol class="entries">
{{#ENTRY}}<li{{#REFUSED}} class="refused"{{/REFUSED}} id="entry-{{SEQ}}"><p><strong>{{ACTOR}}</strong> {{SUMMARY}}{{#REFUSED}} <span class="badge badge-bad">refused</span>{{/REFUSED}}</p><p class="muted">{{>AT}} · <code>{{ACTION}}</code> · entry {{SEQ}}</p></li>{{/ENTRY}}
</ol>
{{>PAGING}}
</div>
