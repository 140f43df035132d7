{{%AUTOESCAPE context="HTML"}}<h1>{{TITLE}}</h1>
{{>REFUSAL}}
<p><a href="/console">Back to the board</a></p>
