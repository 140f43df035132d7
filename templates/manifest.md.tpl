# Release Manifest
{{BLANK}}
- **Release ID:** {{RELEASE}}
{{#TITLE_GIVEN}}
- **Title:** {{TITLE}}
{{/TITLE_GIVEN}}
- **Classification:** {{CLASS}}
- **Description:** {{DESCRIPTION}}
{{#VERSION_GIVEN}}
- **Version:** {{VERSION}}
{{/VERSION_GIVEN}}
- **Files Changed:**
{{#FILE}}
  - {{TEXT}}
{{/FILE}}
{{#NO_FILES}}
  - None
{{/NO_FILES}}
{{#ARTIFACT}}
- **Artifact:** {{TEXT}}
{{/ARTIFACT}}
- **Data Changes:** {{DATA_CHANGES}}
{{#KILL_SWITCH}}
- **Kill Switch:** Feature flag {{FLAG}} (default: {{DEFAULT}})
{{/KILL_SWITCH}}
{{#NO_KILL_SWITCH}}
- **Kill Switch:** none
{{/NO_KILL_SWITCH}}
{{#OBSERVED}}
- **Observability:** {{TEXT}}
{{/OBSERVED}}
{{#REQUIRED}}
- **Requires:** {{TEXT}}
{{/REQUIRED}}
{{#LINK}}
- **Link:** {{TEXT}}
{{/LINK}}
{{#DATA_SAFETY}}
{{BLANK}}
## Data Safety Verification
{{BLANK}}
{{#CHECK}}
- [{{#HOLDS}}x{{/HOLDS}}{{#HOLDS_NOT}} {{/HOLDS_NOT}}] {{CHECK_TITLE}} ({{DETAIL}})
{{/CHECK}}
{{/DATA_SAFETY}}
{{#KILL_SWITCH}}
{{BLANK}}
## Kill Switch Configuration
{{BLANK}}
- **Flag:** {{FLAG}}
- **Default:** {{DEFAULT}}
- **Enabled for:** {{ENABLED_FOR}}
- **Activation:** {{ACTIVATION}}
- **Tested:** {{TESTED}}
{{/KILL_SWITCH}}
{{BLANK}}
## Rollback Plan
{{BLANK}}
{{#NO_ROLLBACK}}
None
{{/NO_ROLLBACK}}
{{#ROLLBACK}}
### Rollback Trigger
{{BLANK}}
{{#TRIGGER}}
- {{TEXT}}
{{/TRIGGER}}
{{BLANK}}
### Rollback Procedure
{{BLANK}}
{{#STEP}}
{{N}}. {{TEXT}}
{{/STEP}}
{{BLANK}}
### Rollback Verification
{{BLANK}}
{{#VERIFICATION}}
- {{TEXT}}
{{/VERIFICATION}}
{{BLANK}}
### Data Recovery
{{BLANK}}
{{DATA_RECOVERY}}
{{BLANK}}
### Communication Plan
{{BLANK}}
{{#MESSAGE}}
- {{TEXT}}
{{/MESSAGE}}
{{BLANK}}
**Rollback Owner:** {{ROLLBACK_OWNER}}
{{/ROLLBACK}}
{{BLANK}}
---
{{BLANK}}
Manifest: revision {{REVISION}}, `sha256:{{CONTENT_HASH}}`\
Submitted: {{SUBMITTED_AT}} by {{SUBMITTED_BY}}
