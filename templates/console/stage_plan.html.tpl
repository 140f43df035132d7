{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Stage {{STAGE}}</h1><p class="muted">{{TITLE}}</p></div>
<section class="panel stack plan-grid">{{>PLAN}}</section>
