# GO/NO-GO Decision Memo
{{BLANK}}
{{#SIMULATED}}
**Simulated clock: every date in this memo is the date of a simulated clock.**
{{BLANK}}
{{/SIMULATED}}
- **Release:** {{RELEASE}}
- **Classification:** {{CLASS}}
- **Date:** {{DATE}}
{{#TITLE_GIVEN}}
- **Title:** {{TITLE}}
{{/TITLE_GIVEN}}
- **Target Channel:** {{TARGET}}
{{#NUMBERED}}
- **Memo Number:** {{NUMBER}}
{{/NUMBERED}}
{{BLANK}}
{{#IS_DRAFT}}
**DECISION: GO / NO-GO** (draft, not decided; facts as of {{READ_AT}})
{{/IS_DRAFT}}
{{#DECIDED}}
**DECISION: {{DECISION}}**
{{BLANK}}
Decided By: {{DECIDED_BY}}, {{DECIDED_AT}}
{{/DECIDED}}
{{BLANK}}
## Approvers
{{BLANK}}
{{#APPROVER}}
- {{NAME}}, {{ROLE}}, {{DATE}} ({{SCOPE}}{{#SELF_APPROVED}}; self-approved{{/SELF_APPROVED}})
{{/APPROVER}}
{{#NO_APPROVERS}}
- None
{{/NO_APPROVERS}}
{{BLANK}}
## Checklist
{{BLANK}}
{{#ITEM}}
- [{{#HOLDS}}x{{/HOLDS}}{{#HOLDS_NOT}} {{/HOLDS_NOT}}] {{ITEM_TITLE}}{{#DETAIL_GIVEN}} ({{DETAIL}}){{/DETAIL_GIVEN}}
{{#REASON}}
  - {{TEXT}}
{{/REASON}}
{{/ITEM}}
{{BLANK}}
## Known Risks Accepted
{{BLANK}}
{{#RISK}}
- {{RISK_TEXT}}: {{RATIONALE}}
{{/RISK}}
{{#NO_RISKS}}
- None
{{/NO_RISKS}}
{{BLANK}}
{{#RATIONALE_GIVEN}}
## Rationale
{{BLANK}}
{{#PARAGRAPH}}
{{#LINE}}
> {{TEXT}}{{#LINE_separator}}\{{/LINE_separator}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/RATIONALE_GIVEN}}
{{#REMEDIATION_GIVEN}}
## Remediation Plan
{{BLANK}}
{{#PARAGRAPH}}
{{#LINE}}
> {{TEXT}}{{#LINE_separator}}\{{/LINE_separator}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/REMEDIATION_GIVEN}}
{{#NOTES_GIVEN}}
## Notes
{{BLANK}}
{{#PARAGRAPH}}
{{#LINE}}
> {{TEXT}}{{#LINE_separator}}\{{/LINE_separator}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/NOTES_GIVEN}}
## Recorded Facts
{{BLANK}}
{{#STAY}}
- Stay in {{CHANNEL}}: {{STAY_TEXT}}
{{/STAY}}
{{#INCIDENT}}
- Incident {{INCIDENT_ID}}: {{INCIDENT_TEXT}}
{{/INCIDENT}}
{{#NO_INCIDENTS}}
- Incidents: none
{{/NO_INCIDENTS}}
{{#OWNED}}
- Exposure plan owner: {{OWNER}}
{{/OWNED}}
{{#TENANTS_GIVEN}}
- Exposure plan tenants: {{TENANTS}}
{{/TENANTS_GIVEN}}
{{#DOUBT}}
- Doubt: {{TEXT}}
{{/DOUBT}}
{{BLANK}}
## Signatures
{{BLANK}}
{{#SIGNATURE}}
- {{ROLE}}: {{#SIGNED}}{{NAME}}, {{DATE}}{{/SIGNED}}{{#UNSIGNED}}\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_ Date: \_\_\_\_\_\_\_{{/UNSIGNED}}
{{/SIGNATURE}}
{{BLANK}}
---
{{BLANK}}
{{#CONTENT_HASHED}}
Signed content: `sha256:{{CONTENT_HASH}}`\
{{/CONTENT_HASHED}}
Manifest: revision {{MANIFEST_REVISION}}, `sha256:{{MANIFEST_HASH}}`\
Rules: catalogue version {{CATALOGUE_VERSION}}
