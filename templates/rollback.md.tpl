# Rollback Report
{{BLANK}}
{{#SIMULATED}}
**Simulated clock: every date in this document is the date of a simulated clock.**
{{BLANK}}
{{/SIMULATED}}
- **Release:** {{RELEASE}}
{{#TITLE_GIVEN}}
- **Title:** {{TITLE}}
{{/TITLE_GIVEN}}
- **Classification:** {{CLASS}}
- **Rollback:** {{ID}}
- **Authority:** {{AUTHORITY}}
{{#APPROVED_GIVEN}}
- **Approved By:** {{APPROVED_BY}}
{{/APPROVED_GIVEN}}
{{#INCIDENT_GIVEN}}
- **Incident:** {{INCIDENT}}
{{/INCIDENT_GIVEN}}
- **Started:** {{STARTED}}
- **Watch:** {{WATCH}}
{{BLANK}}
**OUTCOME: {{OUTCOME}}**
{{BLANK}}
{{#FINISHED_GIVEN}}
Finished: {{FINISHED}}
{{BLANK}}
{{/FINISHED_GIVEN}}
{{#REASON_GIVEN}}
## Reason
{{BLANK}}
{{#PARAGRAPH}}
{{#LINE}}
> {{TEXT}}{{#LINE_separator}}\{{/LINE_separator}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/REASON_GIVEN}}
## Steps
{{BLANK}}
{{#STEP}}
- [{{#HOLDS}}x{{/HOLDS}}{{#HOLDS_NOT}} {{/HOLDS_NOT}}] {{KIND}}: {{TEXT}}
  - {{DETAIL}}
{{/STEP}}
{{#NO_STEPS}}
- None
{{/NO_STEPS}}
{{BLANK}}
{{#OUTCOME_REASON_GIVEN}}
## Outcome Reason
{{BLANK}}
{{#PARAGRAPH}}
{{#LINE}}
> {{TEXT}}{{#LINE_separator}}\{{/LINE_separator}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/OUTCOME_REASON_GIVEN}}
