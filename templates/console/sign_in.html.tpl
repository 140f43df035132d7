{{%AUTOESCAPE context="HTML"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · Portcullis</title>
<link rel="icon" href="{{ASSETS}}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{{ASSETS}}/console.css">
<script src="{{ASSETS}}/theme.js"></script>
</head>
<body class="door">
<main id="main" tabindex="-1">
<div class="door-card">
<p class="brand brand-large"><svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M4 22V9a8 8 0 0 1 16 0v13M8 22V5M12 22V2M16 22V5M4 11h16M4 16h16"/></svg><span>Portcullis</span></p>
<h1>Sign in</h1>
{{#SIMULATED}}<p class="muted">This controller runs on a simulated clock: what it decides is for trying out.</p>{{/SIMULATED}}
{{#COMPLAINT}}<p class="refusal refusal-line" role="alert">{{TEXT}}</p>{{/COMPLAINT}}
{{#KEPT}}<p class="muted">Behind the sign-in your form is there again, filled in as you left it.</p>{{/KEPT}}
<form method="post" action="/console/sign-in" class="stack">
<input type="hidden" name="to" value="{{TO}}"><input type="hidden" name="carried" value="{{CARRIED}}"><input type="hidden" name="carried_to" value="{{CARRIED_TO}}">
<label class="field"><span>Name</span><input name="name" value="{{NAME}}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required></label>
<label class="field"><span>Password</span><input name="password" type="password" autocomplete="current-password" maxlength="1024" required></label>
<button type="submit" class="primary">Sign in</button>
</form>
<details class="by-token"{{#BY_TOKEN}} open{{/BY_TOKEN}}><summary>Sign in with an API token</summary>
<form method="post" action="/console/sign-in" class="stack">
<input type="hidden" name="to" value="{{TO}}"><input type="hidden" name="carried" value="{{CARRIED}}"><input type="hidden" name="carried_to" value="{{CARRIED_TO}}">
<label class="field"><span>API token</span><input name="token" type="password" autocomplete="off" spellcheck="false" maxlength="200" required></label>
<button type="submit">Sign in with the token</button>
<p class="muted">The session has the roles that the token carries, and ends with it.</p>
</form>
</details>
</div>
</main>
</body>
</html>
