RELEASE MANIFEST
{{BLANK}}
Release ID: {{RELEASE}}
{{#TITLE_GIVEN}}
Title: {{TITLE}}
{{/TITLE_GIVEN}}
Classification: {{CLASS}}
Description: {{DESCRIPTION}}
{{#VERSION_GIVEN}}
Version: {{VERSION}}
{{/VERSION_GIVEN}}
Files Changed:
{{#FILE}}
  - {{TEXT}}
{{/FILE}}
{{#NO_FILES}}
  - None
{{/NO_FILES}}
{{#ARTIFACT}}
Artifact: {{TEXT}}
{{/ARTIFACT}}
Data Changes: {{DATA_CHANGES}}
{{#KILL_SWITCH}}
Kill Switch: Feature flag {{FLAG}} (default: {{DEFAULT}})
{{/KILL_SWITCH}}
{{#NO_KILL_SWITCH}}
Kill Switch: none
{{/NO_KILL_SWITCH}}
{{#OBSERVED}}
Observability: {{TEXT}}
{{/OBSERVED}}
{{#REQUIRED}}
Requires: {{TEXT}}
{{/REQUIRED}}
{{#LINK}}
Link: {{TEXT}}
{{/LINK}}
{{#DATA_SAFETY}}
{{BLANK}}
DATA SAFETY VERIFICATION
{{BLANK}}
{{#CHECK}}
  - [{{#HOLDS}}x{{/HOLDS}}{{#HOLDS_NOT}} {{/HOLDS_NOT}}] {{CHECK_TITLE}} ({{DETAIL}})
{{/CHECK}}
{{/DATA_SAFETY}}
{{#KILL_SWITCH}}
{{BLANK}}
KILL SWITCH CONFIGURATION
{{BLANK}}
Flag: {{FLAG}}
Default: {{DEFAULT}}
Enabled for: {{ENABLED_FOR}}
Activation: {{ACTIVATION}}
Tested: {{TESTED}}
{{/KILL_SWITCH}}
{{BLANK}}
ROLLBACK PLAN
{{BLANK}}
{{#NO_ROLLBACK}}
None
{{/NO_ROLLBACK}}
{{#ROLLBACK}}
Rollback Trigger:
{{#TRIGGER}}
  - {{TEXT}}
{{/TRIGGER}}
Rollback Procedure:
{{#STEP}}
  {{N}}. {{TEXT}}
{{/STEP}}
Rollback Verification:
{{#VERIFICATION}}
  - {{TEXT}}
{{/VERIFICATION}}
Data Recovery: {{DATA_RECOVERY}}
Communication Plan:
{{#MESSAGE}}
  - {{TEXT}}
{{/MESSAGE}}
Rollback Owner: {{ROLLBACK_OWNER}}
{{/ROLLBACK}}
{{BLANK}}
Manifest: revision {{REVISION}}, sha256:{{CONTENT_HASH}}
Submitted: {{SUBMITTED_AT}} by {{SUBMITTED_BY}}
