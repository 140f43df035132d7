{{%AUTOESCAPE context="HTML"}}
<style>
@page { size: A4; margin: 18mm 18mm 20mm; }
:root { --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --go: #116329; --stop: #a40e26; --warn: #7d4e00; --warn-back: #fff8e5; }
* { box-sizing: border-box; }
html { font-size: 10.5pt; }
body { margin: 0; background: #fff; color: var(--ink); font-family: "Liberation Serif", "Noto Serif", Georgia, "Times New Roman", serif; line-height: 1.45; overflow-wrap: anywhere; }
main { max-width: 174mm; margin: 0 auto; padding: 12mm 6mm; }
h1, h2, h3, dt, th, .kind, .stamp, .role, .when, .banner { font-family: "Liberation Sans", "Noto Sans", Arial, Helvetica, sans-serif; }
code { font-family: "Liberation Mono", "DejaVu Sans Mono", Consolas, monospace; font-size: 0.88em; }
.kind { margin: 0 0 1mm; text-transform: uppercase; letter-spacing: 0.09em; font-size: 0.82rem; font-weight: 700; color: var(--soft); }
h1 { margin: 0 0 4mm; font-size: 1.75rem; line-height: 1.2; }
h1 .release { display: block; margin-top: 1mm; font-size: 0.95rem; font-weight: 400; color: var(--soft); }
h2 { margin: 7mm 0 2mm; padding-bottom: 0.8mm; border-bottom: 0.3mm solid var(--line); font-size: 1.02rem; break-after: avoid; }
h3 { margin: 4mm 0 1mm; font-size: 0.95rem; break-after: avoid; }
p { margin: 0 0 2mm; }
ul, ol { margin: 0 0 2mm; padding-left: 6mm; }
.banner { margin: 0 0 4mm; padding: 2mm 3mm; border: 0.4mm solid var(--warn); background: var(--warn-back); color: var(--warn); font-size: 0.9rem; }
dl { margin: 0; }
dl > div { display: grid; grid-template-columns: 42mm 1fr; gap: 3mm; padding: 0.7mm 0; break-inside: avoid; }
dt { font-size: 0.86rem; font-weight: 400; color: var(--soft); }
dd { margin: 0; }
dl.risks dt { color: var(--ink); font-weight: 700; }
.doubt dt, .doubt dd { color: var(--warn); }
.decision { margin-top: 5mm; padding: 3mm 4mm; border: 0.5mm solid var(--soft); border-left-width: 2.5mm; break-inside: avoid; }
.decision h2 { margin: 0; padding: 0; border: 0; font-size: 0.82rem; text-transform: uppercase; letter-spacing: 0.09em; color: var(--soft); }
.decision p { margin: 0; }
.stamp { font-size: 1.9rem; font-weight: 700; line-height: 1.25; letter-spacing: 0.03em; }
.decision.go { border-color: var(--go); }
.decision.go .stamp { color: var(--go); }
.decision.no-go { border-color: var(--stop); }
.decision.no-go .stamp { color: var(--stop); }
.decision.draft { border-style: dashed; border-left-style: solid; }
.decision.draft .stamp { color: var(--soft); }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 0.82rem; font-weight: 400; color: var(--soft); }
th, td { padding: 1mm 3mm 1mm 0; border-bottom: 0.2mm solid var(--line); vertical-align: top; }
tr { break-inside: avoid; }
.checklist { list-style: none; padding: 0; }
.checklist > li { display: grid; grid-template-columns: 6mm 1fr; padding: 0.8mm 0; break-inside: avoid; }
.checklist strong { font-weight: 400; }
.checklist .box { font-family: "DejaVu Sans", "Segoe UI Symbol", "Noto Sans Symbols2", sans-serif; }
.holds .box { color: var(--go); }
.holds-not .box, .holds-not strong { color: var(--stop); }
.holds-not strong { font-weight: 700; }
.detail { margin: 0; font-size: 0.92rem; color: var(--soft); }
.reasons { margin: 0.5mm 0 0; font-size: 0.92rem; color: var(--stop); }
.reasons:empty { display: none; }
.words p:last-child { margin-bottom: 0; }
.signatures { break-inside: avoid; }
.slots { display: grid; grid-template-columns: 1fr 1fr; gap: 10mm; padding-top: 6mm; }
.slot p { margin: 0; }
.slot .name { min-height: 1.6em; border-bottom: 0.3mm solid var(--ink); font-size: 1.2rem; font-style: italic; }
.slot .role { padding-top: 1mm; font-weight: 700; font-size: 0.88rem; }
.slot .when { font-size: 0.82rem; color: var(--soft); }
footer { margin-top: 8mm; padding-top: 2mm; border-top: 0.3mm solid var(--line); font-size: 0.82rem; color: var(--soft); break-inside: avoid; }
td.at { white-space: nowrap; }
.failed { color: var(--stop); font-weight: 700; }
@media print { main { max-width: none; padding: 0; } }
@media screen and (max-width: 480px) { dl > div { grid-template-columns: 1fr; gap: 0; } .slots { grid-template-columns: 1fr; } }
</style>
