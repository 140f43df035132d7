{{%AUTOESCAPE context="HTML"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0}'>
<title>{{TITLE}} · Portcullis</title>
<link rel="icon" href="{{ASSETS}}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{{ASSETS}}/console.css">
{{#PAGE_STYLE}}<link rel="stylesheet" href="{{ASSETS}}/{{FILE}}">{{/PAGE_STYLE}}
<script src="{{ASSETS}}/theme.js"></script>
<script src="{{ASSETS}}/htmx.min.js" defer></script>
<script src="{{ASSETS}}/console.js" type="module"></script>
{{#PAGE_SCRIPT}}<script src="{{ASSETS}}/{{FILE}}" type="module"></script>{{/PAGE_SCRIPT}}
</head>
<body{{#ELSEWHERE}} data-here="{{PATH}}"{{/ELSEWHERE}}>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
<a class="brand" href="/console"><svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M4 22V9a8 8 0 0 1 16 0v13M8 22V5M12 22V2M16 22V5M4 11h16M4 16h16"/></svg><span>Portcullis</span></a>
<p id="live-state" class="live" role="status"><span class="live-dot" aria-hidden="true"></span><span data-live-text>not live</span></p>
<button type="button" class="quiet menu-button" popovertarget="site-menu">Menu</button>
<div id="site-menu" class="site-menu" popover>
<nav class="main-nav" aria-label="Main">
<ul id="navigation" data-live data-from="/console/navigation?place={{PLACE}}">
{{#NAV}}<li><a href="{{PATH}}"{{#CURRENT}} aria-current="page"{{/CURRENT}}>{{LABEL}}{{#COUNTED}}<span class="visually-hidden">, {{WORDS}}</span> <span class="badge badge-{{TONE}} nav-count" aria-hidden="true">{{SHOWN}}</span>{{/COUNTED}}</a></li>{{/NAV}}
<li><details class="menu further"><summary>More{{#AMONG_THEM}}: {{HERE_LABEL}}{{/AMONG_THEM}}</summary><ul class="menu-body">
{{#FURTHER}}<li><a href="{{PATH}}"{{#CURRENT}} aria-current="page"{{/CURRENT}}>{{LABEL}}</a></li>{{/FURTHER}}
</ul></details></li>
</ul>
</nav>
<div class="me">
<button type="button" class="quiet" data-theme-switch hidden>Theme</button>
<details class="menu"><summary aria-label="Signed in as {{CALLER}}">{{CALLER}}</summary>
<div class="menu-body">
<p class="muted">{{CALLER_ID}}</p>
<p><a href="/console/account">Your account</a></p>
<form method="post" action="/console/sign-out"><input type="hidden" name="csrf" value="{{CSRF}}"><button type="submit" class="quiet">Sign out</button></form>
</div></details>
</div>
</div>
</header>
{{#SIMULATED}}<p class="strip" role="note">This controller runs on a simulated clock: what it decides is for trying out. <a href="/console/clock">Move the clock</a></p>{{/SIMULATED}}
{{#CRUMBS}}<nav class="crumbs" aria-label="Where you are"><ol>{{/CRUMBS}}{{#CRUMB}}<li><a href="{{PATH}}">{{LABEL}}</a></li>{{/CRUMB}}{{#CRUMBS}}<li aria-current="page">{{TITLE}}</li></ol></nav>{{/CRUMBS}}
<main id="main" tabindex="-1">
{{#FLASH}}<p class="flash" role="status">{{SAID}}</p>{{/FLASH}}
{{#RESUMED}}<p class="flash flash-wait" role="alert">You are signed in again. Nothing was done yet: what you typed is below. Look through it and send it again.</p>{{/RESUMED}}
{{>PAGE_REFUSAL}}
{{>PAGE}}
</main>
<p id="announcer" class="visually-hidden" aria-live="polite"></p>
<dialog id="shortcuts" aria-labelledby="shortcuts-title"><h2 id="shortcuts-title">Keys</h2>
<dl class="keys"><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous</dd><dt><kbd>Enter</kbd></dt><dd>open</dd><dt><kbd>/</kbd></dt><dd>search</dd><dt><kbd>?</kbd></dt><dd>these keys</dd><dt><kbd>Esc</kbd></dt><dd>close</dd></dl>
<form method="dialog"><button type="submit">Close</button></form></dialog>
</body>
</html>
