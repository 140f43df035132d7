IMPLEMENTATION PACKET: {{NUMBER}} {{TITLE}}
{{BLANK}}
Objective:
{{#OBJECTIVE}}
- {{TEXT}}
{{/OBJECTIVE}}
{{#NO_OBJECTIVE}}
- not stated
{{/NO_OBJECTIVE}}
{{BLANK}}
Allowed scope:
{{#SCOPE}}
- {{TEXT}}
{{/SCOPE}}
{{#NO_SCOPE}}
- not stated
{{/NO_SCOPE}}
{{BLANK}}
Required implementation:
{{#WORK}}
{{N}}. {{TEXT}}
{{/WORK}}
{{#NO_WORK}}
- nothing
{{/NO_WORK}}
{{BLANK}}
Required tests:
{{#TEST}}
{{N}}. `{{TEXT}}`
{{/TEST}}
{{#NO_TEST}}
- none
{{/NO_TEST}}
{{BLANK}}
Required evidence in response:
{{#EVIDENCE}}
{{N}}. {{TEXT}}
{{/EVIDENCE}}
{{BLANK}}
Exit criteria:
{{#CRITERION}}
- {{TEXT}}
{{/CRITERION}}
{{#NO_CRITERION}}
- not stated
{{/NO_CRITERION}}
{{BLANK}}
Approval gates:
- P0: every command ends by itself with exit code 0 and prints something
- P1: the packet's own checks of security, isolation and contracts hold
- P2: documentation and tracker are brought up to date, after the gates and not before
{{BLANK}}
Implementer: {{IMPLEMENTER}}
Reviewer: {{REVIEWER}}
