RELEASE TIMELINE
{{BLANK}}
{{#SIMULATED}}
SIMULATED CLOCK: every date in this document is the date of a simulated clock.
{{BLANK}}
{{/SIMULATED}}
Release: {{RELEASE}}
{{#TITLE_GIVEN}}
Title: {{TITLE}}
{{/TITLE_GIVEN}}
{{#STATE_GIVEN}}
State: {{STATE}}
{{/STATE_GIVEN}}
{{BLANK}}
{{#ENTRY}}
  - {{AT}}  {{ACTION}}{{#REFUSED}} REFUSED{{/REFUSED}}, {{ACTOR}}: {{TEXT}}{{#AUDITED}} (audit {{AUDIT_NUMBER}}){{/AUDITED}}
{{#REASON}}
      - {{REASON_TEXT}}
{{/REASON}}
{{/ENTRY}}
{{#NO_ENTRIES}}
  - Nothing yet
{{/NO_ENTRIES}}
