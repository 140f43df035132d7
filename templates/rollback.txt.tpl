ROLLBACK REPORT
{{BLANK}}
{{#SIMULATED}}
SIMULATED CLOCK: every date in this document is the date of a simulated clock.
{{BLANK}}
{{/SIMULATED}}
Release: {{RELEASE}}
{{#TITLE_GIVEN}}
Title: {{TITLE}}
{{/TITLE_GIVEN}}
Classification: {{CLASS}}
Rollback: {{ID}}
Authority: {{AUTHORITY}}
{{#APPROVED_GIVEN}}
Approved By: {{APPROVED_BY}}
{{/APPROVED_GIVEN}}
{{#INCIDENT_GIVEN}}
Incident: {{INCIDENT}}
{{/INCIDENT_GIVEN}}
Started: {{STARTED}}
Watch: {{WATCH}}
{{BLANK}}
OUTCOME: {{OUTCOME}}
{{#FINISHED_GIVEN}}
Finished: {{FINISHED}}
{{/FINISHED_GIVEN}}
{{BLANK}}
{{#REASON_GIVEN}}
Reason:
{{#PARAGRAPH}}
{{#LINE}}
  {{TEXT}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/REASON_GIVEN}}
Steps:
{{#STEP}}
  - [{{#HOLDS}}x{{/HOLDS}}{{#HOLDS_NOT}} {{/HOLDS_NOT}}] {{KIND}}: {{TEXT}}
      - {{DETAIL}}
{{/STEP}}
{{#NO_STEPS}}
  - None
{{/NO_STEPS}}
{{BLANK}}
{{#OUTCOME_REASON_GIVEN}}
Outcome Reason:
{{#PARAGRAPH}}
{{#LINE}}
  {{TEXT}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/OUTCOME_REASON_GIVEN}}
