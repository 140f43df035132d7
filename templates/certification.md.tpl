# Certification Report
{{BLANK}}
- **Programme:** {{ID}}
- **Title:** {{TITLE}}
- **Capability:** {{CAPABILITY}}
- **State:** {{STATE}}
- **Last updated:** {{UPDATED}}
{{BLANK}}
## Board
{{BLANK}}
| Packet | Title | Status | Implementer | Reviewer | Verdict | Boxes | Checkpoint |
|---|---|---|---|---|---|---|---|
{{#PACKET}}
| {{NUMBER}} | {{PACKET_TITLE}} | {{STATUS}} | {{IMPLEMENTER}} | {{REVIEWER}} | {{VERDICT}} | {{TICKED}} of {{BOXES}} | {{CHECKPOINT}} |
{{/PACKET}}
{{BLANK}}
## Milestones
{{BLANK}}
{{#MILESTONE}}
- {{NAME}}: {{TEXT}}
{{/MILESTONE}}
{{#NO_MILESTONE}}
- None
{{/NO_MILESTONE}}
{{BLANK}}
## Definition of Done
{{BLANK}}
{{#DONE}}
{{N}}. {{TEXT}} — {{RESULT}}
{{/DONE}}
{{#NO_DONE}}
- None: a programme without one is never certified
{{/NO_DONE}}
{{BLANK}}
## Evidence
{{#EVIDENCE_OF}}
{{BLANK}}
### Packet {{NUMBER}}: {{PACKET_TITLE}}
{{BLANK}}
{{#RUN}}
- {{COMMAND}}: {{RESULT}}, {{BYTES}} bytes, SHA-256 {{DIGEST}}, {{AT}}, {{BY}}
{{/RUN}}
{{#NO_RUN}}
- No command was run
{{/NO_RUN}}
{{#REVIEW}}
- Reviewed by {{BY}}, {{AT}}: {{VERDICT}} ({{GATES}}); residual risk: {{RISK}}; rollback: {{ROLLBACK}}
{{/REVIEW}}
{{#NO_REVIEW}}
- No review was given
{{/NO_REVIEW}}
{{/EVIDENCE_OF}}
{{BLANK}}
## Status Audits
{{BLANK}}
{{#AUDIT}}
- Commit {{COMMIT}}: {{TEXT}}
{{/AUDIT}}
{{#NO_AUDIT}}
- None was imported
{{/NO_AUDIT}}
{{BLANK}}
---
{{BLANK}}
Digest of the evidence: `sha256:{{CONTENT_HASH}}`
