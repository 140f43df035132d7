{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Plan a rollout</h1><p class="muted">A capability on its way to organizations: stage 0 is development, 1 the pilot, 2 limited, 3 general.</p></div>
<section class="panel stack narrow">{{>CREATE}}</section>
