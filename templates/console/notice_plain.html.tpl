{{%AUTOESCAPE context="HTML"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{TITLE}} · Portcullis</title>
<link rel="stylesheet" href="{{ASSETS}}/console.css">
<script src="{{ASSETS}}/theme.js"></script>
</head>
<body class="door">
<main id="main" tabindex="-1"><div class="door-card"><h1>{{TITLE}}</h1><p>{{TEXT}}</p><p><a href="/console">Back to the board</a></p></div></main>
</body>
</html>
