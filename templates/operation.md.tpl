# Operation Report
{{BLANK}}
{{#SIMULATED}}
**Simulated clock: dates in this document are those of a simulated clock; spans are real.**
{{BLANK}}
{{/SIMULATED}}
{{#OPEN}}
**Not over: the operation goes on; this is what is known so far.**
{{BLANK}}
{{/OPEN}}
**{{WHAT}}: {{DONE}} of {{TOTAL}}**
{{BLANK}}
**VERDICT:** {{VERDICT}}
{{BLANK}}
{{#AS_OF_GIVEN}}
As of {{AS_OF}}.
{{BLANK}}
{{/AS_OF_GIVEN}}
{{#ALARMS}}
## NOT AS ORDERED
{{BLANK}}
{{#ALARM}}
- **{{INSTANCE_NAME}}** ({{OUTCOME}}): {{CONSEQUENCE}}{{#WHY_GIVEN}} {{WHY}}{{/WHY_GIVEN}}
{{/ALARM}}
{{BLANK}}
{{/ALARMS}}
## Order
{{BLANK}}
- **Operation:** {{ID}}
- **Ordered By:** {{ORDERED_BY}}
- **At:** {{ORDERED_AT}}
{{#JOURNAL_GIVEN}}
- **Journal:** {{JOURNAL}}
{{/JOURNAL_GIVEN}}
- **Scope:** {{SCOPE}}
- **Mode:** {{MODE}}
- **Verification:** {{VERIFICATION}}
- **Watch:** {{WATCH}}
- **Status:** {{STATUS}}
{{BLANK}}
{{#REASON_GIVEN}}
{{#PARAGRAPH}}
{{#LINE}}
> {{TEXT}}{{#LINE_separator}}\{{/LINE_separator}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/REASON_GIVEN}}
## Instances
{{BLANK}}
{{#COUNT}}
- **{{COUNT_OUTCOME}}:** {{COUNT_VALUE}}
{{/COUNT}}
{{#TIMING}}
- **{{TIMING_NAME}}:** {{TIMING_VALUE}}
{{/TIMING}}
{{#NO_INSTANCES}}
- None
{{/NO_INSTANCES}}
{{BLANK}}
| Instance | Outcome | Applied after | Verified after | Boot before | Boot |
|---|---|---|---|---|---|
{{#INSTANCE}}
| {{INSTANCE_NAME}} | {{OUTCOME}} | {{APPLIED_AFTER}} | {{VERIFIED_AFTER}} | {{BOOT_BEFORE}} | {{BOOT_ID}} |
{{/INSTANCE}}
{{BLANK}}
{{#WATCH_RESULT_GIVEN}}
## Watch
{{BLANK}}
{{WATCH_RESULT}}
{{BLANK}}
{{/WATCH_RESULT_GIVEN}}
## Evidence
{{BLANK}}
{{#PART}}
**{{INSTANCE_NAME}}:** {{OUTCOME}}
{{BLANK}}
{{#WHY_GIVEN}}
- {{WHY}}
{{/WHY_GIVEN}}
{{#ORDERED}}
- **Order:** generation {{GENERATION}}
{{/ORDERED}}
- **Process before:** {{PROCESS_BEFORE}}
- **Process:** {{PROCESS_NOW}}
- **Tenant data before:** {{DATA_BEFORE}}
- **Tenant data after:** {{DATA_AFTER}}
{{#PART_WATCH_GIVEN}}
- **Watch:** {{PART_WATCH}}
{{/PART_WATCH_GIVEN}}
{{#NO_STEPS}}
- Nothing is on record: it said nothing about this order.
{{/NO_STEPS}}
{{#STEP}}
- [{{#HOLDS}}x{{/HOLDS}}{{#HOLDS_NOT}} {{/HOLDS_NOT}}] **{{STEP_NAME}}:** {{STEP_OUTCOME}}, {{STEP_AT}}{{#DETAIL_GIVEN}}: {{DETAIL}}{{/DETAIL_GIVEN}}
{{#CHECK}}
  - **{{CHECK_OUTCOME}}:** {{CHECK_WHAT}}{{#CHECK_WITH_GIVEN}}, {{CHECK_WITH}}{{/CHECK_WITH_GIVEN}}: expected {{CHECK_EXPECTED}}, got {{CHECK_GOT}}
{{#EXCERPT_GIVEN}}
    - {{EXCERPT}}
{{/EXCERPT_GIVEN}}
{{/CHECK}}
{{#FACT}}
  - {{FACT_NAME}}: {{FACT_VALUE}}
{{/FACT}}
{{#LEFT_OUT}}
  - and {{LEFT_OUT_COUNT}} more in the JSON of this report
{{/LEFT_OUT}}
{{/STEP}}
{{BLANK}}
{{/PART}}
## Governance
{{BLANK}}
{{#APPROVAL_GIVEN}}
- **Approval:** {{APPROVAL}}
{{/APPROVAL_GIVEN}}
{{#REVIEW_GIVEN}}
- **Review of the kill:** {{REVIEW}}
{{/REVIEW_GIVEN}}
{{#WAY_BACK_GIVEN}}
- **The way back on:** {{WAY_BACK}}
{{/WAY_BACK_GIVEN}}
{{#AUDIT}}
- **Audit:** entries {{AUDIT_FIRST}} to {{AUDIT_LAST}}, {{AUDIT_ENTRIES}} of this operation among them
{{/AUDIT}}
{{#NO_AUDIT}}
- **Audit:** no entry yet
{{/NO_AUDIT}}
{{BLANK}}
{{#FINDINGS_GIVEN}}
### Findings
{{BLANK}}
{{#PARAGRAPH}}
{{#LINE}}
> {{TEXT}}{{#LINE_separator}}\{{/LINE_separator}}
{{/LINE}}
{{BLANK}}
{{/PARAGRAPH}}
{{/FINDINGS_GIVEN}}
---
{{BLANK}}
Content `sha256:{{CONTENT_HASH}}`: the SHA-256 of this report's JSON, byte for byte.
