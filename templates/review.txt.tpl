Packet: {{NUMBER}} {{TITLE}}
{{BLANK}}
Files changed:
{{#SCOPE}}
- {{TEXT}}: <reason>
{{/SCOPE}}
{{#NO_SCOPE}}
- <path>: <reason>
{{/NO_SCOPE}}
{{BLANK}}
Commands run + exit codes:
{{#TEST}}
{{N}}. `{{TEXT}}` -> {{RESULT}}
{{/TEST}}
{{#NO_TEST}}
- none
{{/NO_TEST}}
{{BLANK}}
Gate checklist:
{{#GATE}}
- {{NAME}}: {{TEXT}}
{{/GATE}}
{{BLANK}}
Verdict: {{VERDICT}}
{{#FINDINGS_GIVEN}}
{{BLANK}}
Findings:
{{#FINDING}}
- {{TEXT}}
{{/FINDING}}
{{/FINDINGS_GIVEN}}
{{BLANK}}
Residual risk:
- {{RISK}}
{{BLANK}}
Rollback:
- {{ROLLBACK}}
