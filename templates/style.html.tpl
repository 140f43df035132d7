{{%AUTOESCAPE context="HTML"}}
<style>
@page { size: A4; margin: 18mm 18mm 20mm; }
* { box-sizing: border-box; }
html { font-size: 10.5pt; }
body { margin: 0; background: #fff; color: #1b1f24; font-family: "Liberation Serif", "Noto Serif", Georgia, "Times New Roman", serif; line-height: 1.45; overflow-wrap: anywhere; }
main { max-width: 174mm; margin: 0 auto; padding: 12mm 6mm; }
h1, h2, h3, dt, th, .kind, .stamp, .role, .when, .banner { font-family: "Liberation Sans", "Noto Sans", Arial, Helvetica, sans-serif; }
code { font-family: "Liberation Mono", "DejaVu Sans Mono", Consolas, monospace; font-size: 0.88em; }
.kind { margin: 0 0 1mm; text-transform: uppercase; letter-spacing: 0.09em; font-size: 0.82rem; font-weight: 700; color: #57606a; }
h1 { margin: 0 0 4mm; font-size: 1.75rem; line-height: 1.2; }
h1 .release { display: block; margin-top: 1mm; font-size: 0.95rem; font-weight: 400; color: #57606a; }
h2 { margin: 7mm 0 2mm; padding-bottom: 0.8mm; border-bottom: 0.3mm solid #d0d7de; font-size: 1.02rem; break-after: avoid; page-break-after: avoid; }
h3 { margin: 4mm 0 1mm; font-size: 0.95rem; break-after: avoid; page-break-after: avoid; }
p { margin: 0 0 2mm; }
ul, ol { margin: 0 0 2mm; padding-left: 6mm; }
.banner { margin: 0 0 4mm; padding: 2mm 3mm; border: 0.4mm solid #7d4e00; background: #fff8e5; color: #7d4e00; font-size: 0.9rem; }
dl { display: table; width: 100%; margin: 0; }
dl > div { display: table-row; break-inside: avoid; page-break-inside: avoid; }
dt, dd { display: table-cell; margin: 0; padding: 0.7mm 0; vertical-align: baseline; }
dt { width: 45mm; padding-right: 3mm; font-size: 0.86rem; font-weight: 400; color: #57606a; }
dl.risks dt { color: #1b1f24; font-weight: 700; }
.doubt dt, .doubt dd { color: #7d4e00; }
.decision { margin-top: 5mm; padding: 3mm 4mm; border: 0.5mm solid #57606a; border-left-width: 2.5mm; break-inside: avoid; }
.decision h2 { margin: 0; padding: 0; border: 0; font-size: 0.82rem; text-transform: uppercase; letter-spacing: 0.09em; color: #57606a; }
.decision p { margin: 0; }
.stamp { font-size: 1.9rem; font-weight: 700; line-height: 1.25; letter-spacing: 0.03em; }
.decision.go { border-color: #116329; }
.decision.go .stamp { color: #116329; }
.decision.no-go { border-color: #a40e26; }
.decision.no-go .stamp { color: #a40e26; }
.decision.draft { border-style: dashed; border-left-style: solid; }
.decision.draft .stamp { color: #57606a; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 0.82rem; font-weight: 400; color: #57606a; }
th, td { padding: 1mm 3mm 1mm 0; border-bottom: 0.2mm solid #d0d7de; vertical-align: top; }
tr { break-inside: avoid; page-break-inside: avoid; }
.checklist { list-style: none; padding: 0; }
.checklist > li { position: relative; padding: 0.8mm 0 0.8mm 6mm; break-inside: avoid; page-break-inside: avoid; }
.checklist strong { font-weight: 400; }
.checklist .box { position: absolute; left: 0; font-family: "DejaVu Sans", "Segoe UI Symbol", "Noto Sans Symbols2", sans-serif; }
.holds .box { color: #116329; }
.holds-not .box, .holds-not strong { color: #a40e26; }
.holds-not strong { font-weight: 700; }
.detail { margin: 0; font-size: 0.92rem; color: #57606a; }
.reasons { margin: 0.5mm 0 0; font-size: 0.92rem; color: #a40e26; }
.reasons:empty { display: none; }
.words p:last-child { margin-bottom: 0; }
.signatures { break-inside: avoid; page-break-inside: avoid; }
.slots { display: table; width: 100%; table-layout: fixed; padding-top: 6mm; }
.slot { display: table-cell; padding-right: 10mm; }
.slot p { margin: 0; }
.slot .name { min-height: 1.6em; border-bottom: 0.3mm solid #1b1f24; font-size: 1.2rem; font-style: italic; }
.slot .role { padding-top: 1mm; font-weight: 700; font-size: 0.88rem; }
.slot .when { font-size: 0.82rem; color: #57606a; }
footer { margin-top: 8mm; padding-top: 2mm; border-top: 0.3mm solid #d0d7de; font-size: 0.82rem; color: #57606a; break-inside: avoid; }
th, td.short { white-space: nowrap; }
.failed { color: #a40e26; font-weight: 700; }
@media print { main { max-width: none; padding: 0; } }
@media screen and (max-width: 480px) { dl, dl > div, dt, dd, .slots, .slot { display: block; width: auto; } dt { padding-bottom: 0; } }
</style>
